import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { authMachine } from '../../machines/index.ts';
import { allow, deny, later, openPopup, reaches, reachesTmdb, SETTABLE_CLOCK } from '../browser/stage.ts';
import { HOUR } from '../support/clock.ts';
import { ACCOUNT, GUEST_NEW } from '../support/requests.ts';
import { panelInChromium } from './panel.stage.ts';
import { findings, findingsInAllLooks, focusOf, PHONE, screenOf, showsState, whatOf } from './screen.ts';

const stage = panelInChromium();

const OPEN = { panel: { open: true } };
const POPUP = { ...OPEN, mode: 'popup' };
const HOST = 'tmdb-auth-devtools';

const openerOf = (page: Page) => page.locator(`${HOST} .opener`);
const dockOf = (page: Page) => page.locator(`${HOST} .dock`);
const send = (page: Page, type: 'guest.used' | 'approval.check' | 'approval.granted') =>
  page.evaluate((event) => window.auth.actor.send({ type: event }), type);

describe('open and closed', () => {
  test('with the mouse: closed at first, the focus goes along', async () => {
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

  test('with the keyboard: Enter opens, Escape closes from anywhere in it', async () => {
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

  test('open at once where that is asked, and where it is asked; it takes no focus then', async () => {
    const { openIdle } = await stage();
    const page = await openIdle();
    await page.focus('#login');
    await page.evaluate(() => window.openPanel({ open: true, target: '#elsewhere' }));
    expect(await dockOf(page).isVisible()).toBe(true);
    expect(await page.locator(`#elsewhere > ${HOST}`).count()).toBe(1);
    expect(await focusOf(page)).toBe('Sign in');
  });
});

describe('the statechart', () => {
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
    // One event, two transitions: the machine's own, which is not drawn, and the one that follows at once.
    await send(page, 'guest.used');
    await isAt('guestActive.used', 'guestActive.unused|always:always|guestActive.used');
    await send(page, 'approval.granted');
    await expect.poll(() => panel.steps.count()).toBe(6);
    await isAt('guestActive.used');
    await page.evaluate(() => window.auth.logout());
    await isAt('idle.loggedOut', 'guestActive|event:logout|idle.loggedOut');
  });

  test('the active state is in sight', async () => {
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
  ] as const)('motion: %s', async (reducedMotion, behaviors, duration) => {
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

/** What a person may send: every event of the machine that carries nothing and may be sent now. */
const legalIn = (page: Page) =>
  page.evaluate(
    (types) => types.filter((type) => window.auth.actor.getSnapshot().can({ type } as never)),
    authMachine.events.filter(
      (type) => !/^xstate\.|^login\.password$|^approval\.blocked$|^record\./.test(type),
    ),
  );

describe('the buttons', () => {
  test('are exactly the events that mean something now, in every state on the way', async () => {
    const { openIdle, tmdb } = await stage({ options: POPUP });
    const page = await openIdle();
    const panel = screenOf(page);
    const offers = async (state: string, ...events: string[]) => {
      await showsState(page, state);
      const offered = await panel.events.allTextContents();
      expect(offered.sort(), state).toEqual([...events].sort());
      expect((await legalIn(page)).sort()).toEqual(offered);
    };
    await offers('idle.fresh', 'login.start', 'guest.start');
    const goOn = tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
    await panel.event('guest.start').click();
    await offers('guestRequested.trying', 'login.cancel', 'logout');
    goOn();
    await offers('guestActive.unused', 'login.start', 'guest.used', 'guest.rejected', 'logout');
    await panel.event('guest.used').click();
    await offers('guestActive.used', 'login.start', 'guest.rejected', 'logout');
    const [popup] = await Promise.all([page.waitForEvent('popup'), panel.event('login.start').click()]);
    await reachesTmdb(popup);
    await offers(
      'awaitingApproval.waiting',
      'login.cancel',
      'approval.granted',
      'approval.denied',
      'approval.check',
      'approval.shown',
      'guest.rejected',
      'logout',
    );
    await allow(popup);
    // The guest is kept, so TMDB may still say that it is gone.
    await offers(
      'sessionActive.ready',
      'session.rejected',
      'session.check',
      'guest.rejected',
      'ratings.carry',
      'logout',
    );
    await panel.event('logout').click();
    await offers('idle.loggedOut', 'login.start', 'guest.start');
  });

  test('login.start goes to TMDB and comes back, by redirect', async () => {
    const { openIdle, tmdb } = await stage({ options: OPEN });
    const page = await openIdle();
    await screenOf(page).event('login.start').click();
    await reachesTmdb(page);
    await allow(page);
    await showsState(page, 'sessionActive.ready');
    expect(tmdb.sessions()).toHaveLength(1);
    await screenOf(page).event('logout').click();
    await showsState(page, 'idle.loggedOut');
    expect(tmdb.sessions()).toEqual([]);
  });

  test('login.start opens a popup; login.cancel closes it', async () => {
    const { openIdle, tmdb } = await stage({ options: POPUP });
    const page = await openIdle();
    const panel = screenOf(page);
    const [popup] = await Promise.all([page.waitForEvent('popup'), panel.event('login.start').click()]);
    await reachesTmdb(popup);
    const closed = popup.waitForEvent('close');
    await panel.event('login.cancel').click();
    await closed;
    await showsState(page, 'idle.fresh');
    const [again] = await Promise.all([page.waitForEvent('popup'), panel.event('login.start').click()]);
    await reachesTmdb(again);
    await deny(again);
    await showsState(page, 'idle.approvalDenied');
    expect(await panel.status.textContent()).toBe('signedOut');
    expect(tmdb.sessions()).toEqual([]);
  });

  test('approval.granted before the approval: the failure is seen; approval.check after it signs in', async () => {
    const { openIdle, tmdb } = await stage({ options: POPUP });
    const page = await openIdle();
    const panel = screenOf(page);
    const popup = await openPopup(page);
    const token = new URL(popup.url()).pathname.split('/').at(-1) ?? '';
    tmdb.approve(token);
    await panel.event('approval.check').click();
    await showsState(page, 'sessionActive.ready');
    expect(tmdb.sessions()).toHaveLength(1);
  });

  test('guest.start, guest.used and guest.rejected', async () => {
    const { openIdle, tmdb } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    expect(tmdb.guests()).toHaveLength(1);
    await panel.event('guest.used').click();
    await showsState(page, 'guestActive.used');
    await panel.event('guest.rejected').click();
    await showsState(page, 'idle.guestExpired');
  });

  test('session.rejected: TMDB is asked whether that is so', async () => {
    const { openIdle, asked } = await stage({ options: POPUP });
    const page = await openIdle();
    await allow(await openPopup(page));
    await showsState(page, 'sessionActive.ready');
    const before = asked().filter((each) => each === ACCOUNT).length;
    await screenOf(page).event('session.rejected').click();
    await expect.poll(() => whatOf(page)).toContain('The session is still good');
    expect(asked().filter((each) => each === ACCOUNT)).toHaveLength(before + 1);
  });

  test('retry repeats what failed', async () => {
    const { openIdle, tmdb } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    const match = GUEST_NEW;
    const recover = tmdb.faults.add({ kind: 'status', match, status: 500, times: Number.POSITIVE_INFINITY });
    await panel.event('guest.start').click();
    await showsState(page, 'idle.failed');
    expect(await panel.steps.first().textContent()).toMatch(/because .+ \(unavailable\)$/);
    recover();
    await panel.event('retry').click();
    await showsState(page, 'guestActive.unused');
  });

  test('the focus stays on a button that is still there, and the others do not take it', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    await panel.event('logout').focus();
    await send(page, 'guest.used');
    await showsState(page, 'guestActive.used');
    await expect.poll(() => panel.event('guest.used').count()).toBe(0);
    expect(await focusOf(page)).toBe('logout');
    await page.keyboard.press('Enter');
    await showsState(page, 'idle.loggedOut');
    await page.focus('#login');
    await page.evaluate(() => void window.auth.loginAsGuest());
    await showsState(page, 'guestActive.unused');
    expect(await focusOf(page)).toBe('Sign in');
  });

  test('the focus stays in the panel when its button goes, so that Escape still closes it', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await screenOf(page).event('guest.start').focus();
    await page.keyboard.press('Enter');
    await showsState(page, 'guestActive.unused');
    await page.keyboard.press('Escape');
    expect(await dockOf(page).isVisible()).toBe(false);
    expect(await focusOf(page)).toBe('tmdb-auth');
  });
});

describe('looking back', () => {
  test('an earlier step shows that time, and only looking; back to now returns', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    expect(await panel.lookingBack.isVisible()).toBe(false);
    await panel.step(3).getByRole('button').click();
    await showsState(page, 'guestRequested.trying');
    expect(await panel.lookingBack.textContent()).toMatch(
      /^As it was at \d\d:\d\d:\d\d\.\d{3}, step 3\. Back to now$/,
    );
    expect(await panel.active()).toEqual(['guestRequested', 'guestRequested.trying']);
    expect(await panel.traces('idle|event:guest.start|guestRequested')).toMatchObject({ wrong: [] });
    expect(await panel.title.textContent()).toBe('guestRequested.trying');
    expect(await panel.value('state').textContent()).toBe('guestRequested.trying');
    expect(await panel.value('can.cancel').textContent()).toBe('true');
    expect(await panel.status.textContent()).toBe('pending');
    expect(await panel.countdown.textContent()).toBe('');
    expect(await panel.events.count()).toBe(0);
    expect(await panel.waits.textContent()).toBe('');
    const pressed = () =>
      panel.steps.evaluateAll((all) =>
        all.filter((one) => one.querySelector('[aria-pressed=true]')).map((one) => one.getAttribute('value')),
      );
    expect(await pressed()).toEqual(['3']);

    // What happens meanwhile is written down and does not disturb.
    await send(page, 'guest.used');
    await expect.poll(() => panel.steps.count()).toBe(5);
    expect(await panel.state.textContent()).toBe('guestRequested.trying');

    await panel.back.click();
    await showsState(page, 'guestActive.used');
    expect(await panel.lookingBack.isVisible()).toBe(false);
    expect(await panel.active()).toEqual(['guestActive', 'guestActive.used']);
    expect(await panel.events.count()).toBeGreaterThan(0);
    expect(await pressed()).toEqual(['5']);
  });

  test('the last step is the present', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.step(1).getByRole('button').click();
    await showsState(page, 'restoring');
    await panel.step(2).getByRole('button').click();
    await showsState(page, 'idle.fresh');
    expect(await panel.lookingBack.isVisible()).toBe(false);
    await page.click('#guest');
    await showsState(page, 'guestActive.unused');
  });

  test('the timeline has the latest first, and says what was ignored and what failed', async () => {
    const { openIdle } = await stage({ options: POPUP });
    const page = await openIdle();
    await send(page, 'approval.check');
    await deny(await openPopup(page));
    await showsState(page, 'idle.approvalDenied');
    expect(await whatOf(page)).toEqual([
      'TMDB sent the user back with a no',
      'TMDB gave a request token',
      'Somebody asked to sign in',
      'Somebody asked whether the user has approved',
      'The stored record was read',
      'First seen here',
    ]);
    const classes = await screenOf(page).steps.evaluateAll((all) => all.map((one) => one.className));
    expect(classes).toEqual(['failed', 'taken', 'taken', 'ignored', 'taken', 'taken']);
  });

  test('of very many steps the last are kept, and one that is looked at may go', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const panel = screenOf(page);
    await panel.step(1).getByRole('button').click();
    await showsState(page, 'restoring');
    await page.evaluate(() => {
      for (let count = 0; count < 400; count++) window.auth.actor.send({ type: 'approval.check' });
    });
    await expect.poll(() => panel.steps.count()).toBe(300);
    await showsState(page, 'idle.fresh');
    expect(await panel.steps.first().getAttribute('value')).toBe('402');
  });
});

describe('the time left', () => {
  test('counts down by the client’s clock', async () => {
    const on = await stage({ options: OPEN, script: SETTABLE_CLOCK });
    await later(on, 5 * HOUR);
    await on.context.clock.install();
    const page = await on.openIdle();
    const panel = screenOf(page);
    expect(await panel.countdown.textContent()).toBe('');
    await panel.event('guest.start').click();
    await showsState(page, 'guestActive.unused');
    const now = await page.evaluate(() => Date.now());
    await page.clock.pauseAt(now + 60_000);
    const secondsOf = (text: string | null) => {
      const [minutes = Number.NaN, seconds = Number.NaN] = (text ?? '').split(/[: ]/).map(Number);
      return minutes * 60 + seconds;
    };
    const leftNow = async () => secondsOf(await panel.countdown.textContent());
    const before = await leftNow();
    const { unusedUntil, clientNow } = await page.evaluate(() => ({
      unusedUntil: window.auth.getView().guest?.unusedUntil ?? 0,
      clientNow: window.auth.now(),
    }));
    expect(Math.abs(before - (unusedUntil - clientNow) / 1_000)).toBeLessThanOrEqual(2);
    await page.clock.runFor(90_000);
    expect(await leftNow()).toBe(before - 90);
    expect(await panel.countdown.textContent()).toMatch(/^\d+:\d\d left$/);
    expect(await panel.timers.allTextContents()).toEqual([
      expect.stringMatching(/^Guest session, if nothing is rated5\d:\d\d$/),
      expect.stringMatching(/^Guest session, if something is23:5\d:\d\d$/),
    ]);
  });
});

describe('several, and none any more', () => {
  test('two clients in one page have a panel each', async () => {
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

  test('what is returned takes everything away: element, timers, listeners, observers', async () => {
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
    // The client does its own work on, without a panel.
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

  test('it says when the client is gone, and offers nothing', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await page.evaluate(() => window.auth.dispose());
    const panel = screenOf(page);
    await expect.poll(() => panel.status.textContent()).toBe('signedOut · gone');
    expect(await panel.events.count()).toBe(0);
  });
});

test('texts from TMDB stay texts', async () => {
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

describe('as a development server bundles it', () => {
  test('XState’s own checks find nothing, from before the first state to the logout', async () => {
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
      'Somebody asked to sign in',
      'TMDB gave a request token',
      'TMDB sent the user back with a yes',
      'TMDB exchanged the request token',
      'TMDB said whose account it is',
      'Somebody asked to sign out',
      'TMDB deleted the session',
    ]);
    expect(tmdb.sessions()).toEqual([]);
  });

  test('also for a panel that comes while something is asked', async () => {
    const { openIdle, tmdb } = await stage({ page: 'panel-development.ts' });
    const page = await openIdle();
    const goOn = tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
    await page.click('#guest');
    await reaches(page, 'guestRequested.trying');
    await page.evaluate(() => window.openPanel({ open: true }));
    await showsState(page, 'guestRequested.trying');
    expect(await screenOf(page).waits.textContent()).toBe('Waits for 0.auth.guestRequested.trying');
    goOn();
    await showsState(page, 'guestActive.unused');
    expect(await screenOf(page).waits.textContent()).toBe('');
  });
});

describe('React', () => {
  test('StrictMode: one panel, which follows the client; gone with its component', async () => {
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

describe('axe', () => {
  const look = async (page: Page, state: string) => {
    expect.soft(await findingsInAllLooks(page), state).toEqual([]);
  };

  test('finds nothing while it is closed', async () => {
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

  test('finds nothing when nobody is signed in, in the middle of a sign-in, or looking back', async () => {
    const { openIdle } = await stage({ options: POPUP });
    const page = await openIdle();
    await look(page, 'nobody');
    await send(page, 'approval.granted');
    const popup = await openPopup(page);
    await look(page, 'waiting');
    await deny(popup);
    await showsState(page, 'idle.approvalDenied');
    await look(page, 'denied');
    await screenOf(page).step(4).getByRole('button').click();
    await look(page, 'looking back');
  });

  test('finds nothing with a guest, with a user, or with nobody there any more', async () => {
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
