import { rejects, same } from './expect.ts';
import type { Checks } from './index.ts';
import { APP } from './world.ts';

const HOUR = 3_600_000;

/** Every wait ends, with a reason. */
export const ends: Checks = {
  'a token that is never approved expires after an hour': async (world) => {
    const { clock } = world;
    const auth = world.client({ clock });
    const expired = rejects(auth.login(), 'token_expired');
    await world.reaches(auth, 'awaitingApproval');
    clock.advance(HOUR - 60_000);
    same(auth.getView().state, 'awaitingApproval.waiting', 'a minute before');
    clock.advance(60_000);
    await expired;
    same([auth.getView().state, auth.approvalUrl], ['idle.tokenExpired', null], 'the view');
  },

  'the hour also passes while no program runs': async (world) => {
    const { clock } = world;
    const first = world.client({ clock });
    const disposed = rejects(first.login(), 'disposed');
    await world.reaches(first, 'awaitingApproval');
    // A client that starts a minute later still waits for the same token.
    const { approvalUrl } = first;
    first.dispose();
    await disposed;
    clock.advance(60_000);
    const second = world.client({ clock });
    await world.reaches(second, 'awaitingApproval');
    same(second.approvalUrl?.split('?')[0], approvalUrl?.split('?')[0], 'the page to approve on');
    second.dispose();
    clock.advance(HOUR);
    const third = world.client({ clock });
    await world.reaches(third, 'idle.tokenExpired');
  },

  'cancel() ends the wait for an approval': async (world) => {
    const auth = world.client();
    const cancelled = rejects(auth.login(), 'cancelled');
    await world.reaches(auth, 'awaitingApproval');
    const view = await auth.cancel();
    await cancelled;
    same([view.state, auth.approvalUrl], ['idle.fresh', null], 'the view');
  },

  'cancel() in the middle of a request closes its connection': async (world) => {
    await world.fault({ kind: 'hang', match: 'GET /3/authentication/token/new' });
    const auth = world.client();
    const cancelled = rejects(auth.login(), 'cancelled');
    await world.until(async () => (await world.look()).isHeld, 'a request that hangs');
    await auth.cancel();
    await cancelled;
    await world.until(async () => !(await world.look()).isHeld, 'the end of its connection');
  },

  'an AbortSignal ends the wait': async (world) => {
    const auth = world.client();
    const aborter = new AbortController();
    const cancelled = rejects(auth.login({ signal: aborter.signal }), 'cancelled');
    await world.reaches(auth, 'awaitingApproval');
    aborter.abort();
    await cancelled;
    same(auth.getView().status, 'signedOut', 'afterwards');
  },

  'dispose() ends every wait and leaves no timer': async (world) => {
    const { clock } = world;
    const auth = world.client({ clock, pollInterval: 60_000 });
    const waits = [auth.login({ redirectTo: APP }), auth.login()].map((wait) => rejects(wait, 'disposed'));
    await world.reaches(auth, 'awaitingApproval');
    auth.dispose();
    await Promise.all(waits);
    same(clock.pending(), { timers: 0, listeners: 0 }, 'what waits');
    await rejects(auth.login(), 'disposed');
    await rejects(auth.loginAsGuest(), 'disposed');
  },

  'a request that is never answered ends after ten seconds': async (world) => {
    const { clock } = world;
    await world.fault({ kind: 'hang', match: 'GET /3/authentication/token/new' });
    const auth = world.client({ clock });
    const late = rejects(auth.login(), 'timeout');
    await world.until(async () => (await world.look()).isHeld, 'a request that hangs');
    clock.advance(10_000);
    await late;
    same(auth.getView().can.retry, true, 'retry() is possible');
    await world.until(async () => !(await world.look()).isHeld, 'the end of its connection');
  },
};
