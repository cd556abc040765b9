import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { authMachine } from '../../machines/index.ts';
import { allow, deny, openPopup, reachesTmdb } from '../browser/stage.ts';
import { ACCOUNT, GUEST_NEW } from '../support/requests.ts';
import { dockOf, OPEN, POPUP, panelInChromium, send } from './panel.stage.ts';
import { focusOf, screenOf, showsState, whatOf } from './screen.ts';

const stage = panelInChromium();

/** What a person may send: every event of the machine that needs nothing in the vault, carries nothing, and may be sent now. */
const legalIn = (page: Page) =>
  page.evaluate(
    (types) => types.filter((type) => window.auth.actor.getSnapshot().can({ type } as never)),
    authMachine.events.filter(
      (type) =>
        !/^xstate\.|^login\.(password|lost)$|^session\.adopt$|^approval\.blocked$|^record\./.test(type),
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
    await expect.poll(() => whatOf(page)).toContain('The session is still valid');
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
