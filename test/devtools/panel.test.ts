import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allow, deny, openPopup, reaches } from '../browser/stage.ts';
import { ACCOUNT, GUEST_NEW } from '../support/requests.ts';
import { dockOf, HOST, OPEN, POPUP, panelInChromium, send } from './panel.stage.ts';
import { findings, findingsInAllLooks, focusOf, PHONE, screenOf, showsState, whatOf } from './screen.ts';

const stage = panelInChromium();

const openerOf = (page: Page) => page.locator(`${HOST} .opener`);

describe('opening and closing the panel', () => {
  test('works with the mouse, starts closed, and moves the focus along', async () => {
    const { openIdle } = await stage({ options: { panel: {} } });
    const page = await openIdle();
    expect(await dockOf(page).isVisible()).toBe(false);
    await openerOf(page).click();
    expect(await dockOf(page).isVisible()).toBe(true);
    expect(await openerOf(page).isVisible()).toBe(false);
    expect(await focusOf(page)).toBe('Close');
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await dockOf(page).isVisible()).toBe(false);
    expect(await focusOf(page)).toBe('tmdb-auth');
  });

  test('works with the keyboard: Enter opens, Escape closes from anywhere in the panel', async () => {
    const { openIdle } = await stage({ options: { panel: {} } });
    const page = await openIdle();
    for (let tabs = 0; (await focusOf(page)) !== 'tmdb-auth'; tabs++) {
      expect(tabs).toBeLessThan(5);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    expect(await focusOf(page)).toBe('Close');
    await page.keyboard.press('Escape');
    expect(await dockOf(page).isVisible()).toBe(false);
    expect(await focusOf(page)).toBe('tmdb-auth');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await focusOf(page)).not.toBe('Close');
    await page.keyboard.press('Escape');
    expect(await dockOf(page).isVisible()).toBe(false);
    expect(await focusOf(page)).toBe('tmdb-auth');
  });

  test('can be done at once and at a chosen element, without taking the focus', async () => {
    const { openIdle } = await stage();
    const page = await openIdle();
    await page.focus('#login');
    await page.evaluate(() => window.openPanel({ open: true, target: '#elsewhere' }));
    expect(await dockOf(page).isVisible()).toBe(true);
    expect(await page.locator(`#elsewhere > ${HOST}`).count()).toBe(1);
    expect(await focusOf(page)).toBe('Sign in');
  });
});

describe('the panel’s statechart', () => {
  test('lights the present state with its parents, and traces the transition that led there', async () => {
    const { openIdle, tmdb } = await stage({ options: POPUP });
    const page = await openIdle();
    const panel = screenOf(page);
    const isAt = async (state: string, ...moves: string[]) => {
      await showsState(page, state);
      const [parent = ''] = state.split('.');
      expect(await panel.active()).toEqual([parent, state]);
      const { traced, wrong } = await panel.traces(...moves);
      expect(wrong).toEqual([]);
      expect(traced > 0).toBe(moves.length > 0);
    };
    await isAt('idle.fresh', 'restoring|done:done|idle.fresh');
    const goOn = tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
    await page.click('#guest');
    await isAt('guestRequested.trying', 'idle|event:guest.start|guestRequested');
    goOn();
    await isAt('guestActive.unused', 'guestRequested.trying|done:done|guestActive');
    // One event takes two transitions: that of the machine's root, which is not drawn, and the one that follows at
    // once.
    await send(page, 'guest.used');
    await isAt('guestActive.used', 'guestActive.unused|always:always|guestActive.used');
    await send(page, 'approval.granted');
    await expect.poll(() => panel.steps.count()).toBe(6);
    await isAt('guestActive.used');
    await page.evaluate(() => window.auth.logout());
    await isAt('idle.loggedOut', 'guestActive|event:logout|idle.loggedOut');
  });

  test('scrolls the active state into view', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.click('#guest');
    await showsState(page, 'guestActive.unused');
    const isInSight = () =>
      page.locator(`${HOST} .chart`).evaluate((chart) => {
        const frame = chart.getBoundingClientRect();
        const active = chart.querySelector('[data-state="guestActive.unused"]')?.getBoundingClientRect();
        return active !== undefined && active.top >= frame.top && active.bottom <= frame.bottom;
      });
    await expect.poll(isInSight).toBe(true);
  });

  test.each([
    ['reduce', ['auto'], '0s'],
    ['no-preference', ['smooth'], '0.2s'],
  ] as const)('respects prefers-reduced-motion: %s', async (reducedMotion, behaviors, duration) => {
    const { context, openIdle } = await stage({ options: OPEN });
    await context.addInitScript(() => {
      const { scrollBy } = Element.prototype;
      const seen = new Set<string | undefined>();
      Object.assign(window, { seen });
      Element.prototype.scrollBy = function (this: Element, options?: ScrollToOptions | number) {
        if (typeof options === 'object') seen.add(options.behavior);
        scrollBy.apply(this, [options] as never);
      };
    });
    const shown = await openIdle();
    await shown.emulateMedia({ reducedMotion });
    await shown.reload();
    await showsState(shown, 'idle.fresh');
    const seen = () => shown.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
    expect(await seen()).toEqual(behaviors);
    const durations = await shown
      .locator(`${HOST} .chart .state > rect`)
      .evaluateAll((all) => [
        ...new Set(all.flatMap((one) => getComputedStyle(one).transitionDuration.split(', '))),
      ]);
    expect(durations).toEqual([duration]);
    const others = await shown.locator(`${HOST} .screen *`).evaluateAll(
      (all) =>
        all.filter((one) => {
          const { animationName, transitionDuration } = getComputedStyle(one);
          const isMoving = animationName !== 'none' || /[1-9]/.test(transitionDuration);
          return isMoving && !one.matches('.state > rect');
        }).length,
    );
    expect(others).toBe(0);
  });
});

describe('several panels, and closed panels', () => {
  test('belong to one client each', async () => {
    const { openIdle } = await stage();
    const page = await openIdle();
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('div'), { id: 'other' }));
      const other = window.another();
      Object.assign(window, { other });
      window.openPanel({ open: true, target: '#elsewhere' });
      window.openPanel({ open: true, target: '#other' }, other);
    });
    await showsState(page, 'idle.fresh', '#other');
    await page.evaluate(() =>
      (window as unknown as { other: typeof window.auth }).other.actor.send({ type: 'approval.check' }),
    );
    await expect.poll(() => screenOf(page, '#other').steps.count()).toBe(3);
    expect(await screenOf(page, '#elsewhere').steps.count()).toBe(1);
    await page.evaluate(() => (window as unknown as { other: typeof window.auth }).other.dispose());
    await expect.poll(() => screenOf(page, '#other').status.textContent()).toBe('signedOut · gone');
    expect(await screenOf(page, '#other').events.count()).toBe(0);
    expect(await screenOf(page, '#elsewhere').status.textContent()).toBe('signedOut');
    expect(await screenOf(page, '#elsewhere').events.count()).toBe(2);
  });

  test('leave nothing behind when closed: no element, timer, listener or observer', async () => {
    const { openIdle } = await stage();
    const page = await openIdle();
    const atWork = () => page.evaluate(() => window.atWork());
    const before = await atWork();
    await page.evaluate(() => window.openPanel({ open: true }));
    await showsState(page, 'idle.fresh');
    const during = await atWork();
    expect(during).toMatchObject({ panels: 1, intervals: before.intervals + 1 });
    expect(during.observers).toBeGreaterThan(before.observers);
    await page.evaluate(() => window.closePanel());
    expect(await atWork()).toEqual(before);
    // The client goes on working without a panel.
    await page.click('#guest');
    await reaches(page, 'guestActive.unused');
    await page.evaluate(() => window.closePanel());
    const later = await atWork();
    expect(later).toMatchObject({ panels: 0, intervals: before.intervals, observers: before.observers });
    for (let round = 0; round < 3; round++)
      await page.evaluate(() => {
        window.openPanel();
        window.closePanel();
      });
    expect(await atWork()).toEqual(later);
  });

  test('say when their client is gone, and offer no buttons', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await page.evaluate(() => window.auth.dispose());
    const panel = screenOf(page);
    await expect.poll(() => panel.status.textContent()).toBe('signedOut · gone');
    expect(await panel.events.count()).toBe(0);
  });
});

test('texts from TMDB are shown as text', async () => {
  const evil = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>`code`';
  const { openIdle, tmdb } = await stage({ options: POPUP });
  const page = await openIdle();
  const body = {
    id: 1,
    username: evil,
    name: evil,
    avatar: {},
    iso_639_1: 'en',
    iso_3166_1: 'CA',
    include_adult: false,
  };
  tmdb.faults.add({ kind: 'answer', match: ACCOUNT, body });
  await allow(await openPopup(page));
  await showsState(page, 'sessionActive.ready');
  const panel = screenOf(page);
  expect(await panel.value('account.username').textContent()).toBe(evil);
  expect(await panel.value('account.name').textContent()).toBe(evil);
  expect(await page.locator(`${HOST} :is(img, script, iframe)`).count()).toBe(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

describe('the panel in a development server’s bundle', () => {
  test('breaks no check of XState, from before the first state to the logout', async () => {
    const { openIdle, site, tmdb } = await stage({ page: 'panel-development.ts', options: POPUP });
    const bundle = await (await fetch(`${site.url}/app.js`)).text();
    expect(bundle).toContain("Snapshot can't be read while the actor initializes itself");
    const page = await openIdle();
    const popup = await openPopup(page);
    await allow(popup);
    await showsState(page, 'sessionActive.ready');
    await screenOf(page).event('logout').click();
    await showsState(page, 'idle.loggedOut');
    expect((await whatOf(page)).reverse()).toEqual([
      'First seen here',
      'The stored record was read',
      'The app asked to sign in',
      'TMDB issued a request token',
      'TMDB sent the user back: approved',
      'TMDB exchanged the request token',
      'The account was read',
      'The app asked to sign out',
      'TMDB deleted the session',
    ]);
    expect(tmdb.sessions()).toEqual([]);
  });

  test('breaks no check of XState when it opens during a request', async () => {
    const { openIdle, tmdb } = await stage({ page: 'panel-development.ts' });
    const page = await openIdle();
    const goOn = tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
    await page.click('#guest');
    await reaches(page, 'guestRequested.trying');
    await page.evaluate(() => window.openPanel({ open: true }));
    await showsState(page, 'guestRequested.trying');
    expect(await screenOf(page).waits.textContent()).toBe('Waits for createGuest');
    goOn();
    await showsState(page, 'guestActive.unused');
    expect(await screenOf(page).waits.textContent()).toBe('');
  });
});

describe('the panel’s React component', () => {
  test('opens one panel in StrictMode, which follows the client and goes with its component', async () => {
    const { openIdle } = await stage({ page: 'react.tsx' });
    const page = await openIdle();
    const panels = () => page.locator(HOST).count();
    await expect.poll(panels).toBe(1);
    await openerOf(page).click();
    await screenOf(page).event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    expect(await page.locator('#root').innerHTML()).toBe('');
    await page.evaluate(() => window.render(false));
    await expect.poll(panels).toBe(0);
    await page.evaluate(() => window.render(true, true));
    await expect.poll(panels).toBe(1);
    expect(await dockOf(page).isVisible()).toBe(true);
    await showsState(page, 'guestActive.unused');
    await page.evaluate(() => window.unmount());
    expect(await panels()).toBe(0);
  });
});

describe('axe in the panel', () => {
  const look = async (page: Page, state: string) => {
    expect.soft(await findingsInAllLooks(page), state).toEqual([]);
  };

  test('finds nothing while the panel is closed', async () => {
    const { openIdle } = await stage({ options: { panel: {} } });
    const page = await openIdle();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await findings(page)).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    expect(await findings(page)).toEqual([]);
    const box = await openerOf(page).boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= PHONE.width).toBe(true);
  });

  test('finds nothing while signed out, during a sign-in, or in an earlier step', async () => {
    const { openIdle } = await stage({ options: POPUP });
    const page = await openIdle();
    await look(page, 'signed out');
    await send(page, 'approval.granted');
    const popup = await openPopup(page);
    await look(page, 'waiting');
    await deny(popup);
    await showsState(page, 'idle.approvalDenied');
    await look(page, 'denied');
    await screenOf(page).step(4).getByRole('button').click();
    await look(page, 'looking back');
  });

  test('finds nothing with a guest, with a user, or after the client is gone', async () => {
    const { openIdle } = await stage({ options: POPUP });
    const page = await openIdle();
    await page.click('#guest');
    await showsState(page, 'guestActive.unused');
    await look(page, 'guest');
    await allow(await openPopup(page));
    await showsState(page, 'sessionActive.ready');
    await look(page, 'user');
    await page.evaluate(() => window.auth.dispose());
    await expect.poll(() => screenOf(page).status.textContent()).toBe('user · gone');
    await look(page, 'gone');
  });
});
