import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { authMachine } from '../../machines/index.ts';
import { allow, deny, openPopup, reachesTmdb } from '../browser/stage.ts';
import { ACCOUNT, GUEST_NEW } from '../support/requests.ts';
import { dockOf, OPEN, POPUP, panelInChromium, send } from './panel.stage.ts';
import { focusOf, screenOf, showsState, whatOf } from './screen.ts';

const stage = panelInChromium();

/**
 * Events that may be sent by hand: those that need no secret, carry no data, and are allowed in the present state.
 */
const legalIn = (page: Page) =>
  page.evaluate(
    (types) => types.filter((type) => window.auth.actor.getSnapshot().can({ type } as never)),
    authMachine.events.filter(
      (type) =>
        !/^xstate\.|^login\.(password|lost)$|^session\.adopt$|^approval\.blocked$|^record\./.test(type),
    ),
  );

describe('the panel’s buttons', () => {
  test('are exactly the events that mean something, in every state of a flow', async () => {
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
    // The guest is kept, so TMDB may still reject the guest session.
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

  test('send login.start, which goes to TMDB and comes back, by redirect', async () => {
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

  test('send login.start, which opens a popup, and login.cancel, which closes it', async () => {
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

  test('send approval.check after the approval, which signs in', async () => {
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

  test('send guest.start, guest.used and guest.rejected', async () => {
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

  test('send session.rejected, after which TMDB is asked about the session', async () => {
    const { openIdle, asked } = await stage({ options: POPUP });
    const page = await openIdle();
    await allow(await openPopup(page));
    await showsState(page, 'sessionActive.ready');
    const before = asked().filter((each) => each === ACCOUNT).length;
    await screenOf(page).event('session.rejected').click();
    await expect.poll(() => whatOf(page)).toContain('The session is still valid');
    expect(asked().filter((each) => each === ACCOUNT)).toHaveLength(before + 1);
  });

  test('send retry, which repeats the failed step', async () => {
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

  test('keep the focus while they remain, and never take it from the app', async () => {
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

  test('leave the focus in the panel when they disappear, so that Escape still closes it', async () => {
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
