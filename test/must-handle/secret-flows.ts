import { withSession } from '../../src/client/unsafe/index.ts';
import { quiet } from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { HOUR } from '../support/clock.ts';
import { keptAccessToken, keptSession } from '../support/kept.ts';
import { ACCESS_DELETE, ACCESS_NEW, ACCOUNT, CONVERT, SESSION_NEW } from '../support/requests.ts';
import type { World } from '../support/world.ts';
import { BACK_TO, PASSWORD, type Watched } from './sentinel.ts';

/** Runs simulated time until this promise settles, and records its outcome. */
export async function end({ watch }: Watched, world: World, promise: Promise<unknown>) {
  let isOver = false;
  void watch(promise).then(() => {
    isOver = true;
  });
  await world.until(() => isOver);
}

export async function begin(watched: Watched, world: World) {
  const { auth, watch } = watched;
  void watch(auth.login({ redirectTo: BACK_TO }));
  await world.reaches(auth, 'awaitingApproval.waiting');
  return world.token(auth);
}

export const allow = async (watched: Watched, world: World) => {
  const token = await begin(watched, world);
  world.tmdb.approve(token);
  await end(watched, world, watched.auth.handleCallback(callback(token)));
};

export const FLOWS: readonly [string, (watched: Watched, world: World) => Promise<void>][] = [
  [
    'a sign-in by approval, its use, its logout',
    async (watched, world) => {
      await allow(watched, world);
      await end(watched, world, watched.auth.fetch('/3/account'));
      await end(watched, world, watched.auth.api('/3/account'));
      await end(watched, world, watched.auth.logout());
    },
  ],
  [
    'a sign-in by password',
    async (watched, world) => {
      await end(watched, world, watched.auth.loginWithPassword({ username: 'sandra', password: PASSWORD }));
    },
  ],
  [
    'a password that TMDB refuses',
    async (watched, world) => {
      await end(watched, world, watched.auth.loginWithPassword({ username: 'nobody', password: PASSWORD }));
    },
  ],
  [
    'a guest that rates, is rejected and comes again',
    async (watched, world) => {
      const { auth } = watched;
      await end(watched, world, auth.loginAsGuest());
      await end(watched, world, auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } }));
      world.tmdb.clock.advance(48 * HOUR);
      await end(watched, world, auth.fetch('/3/movie/550/account_states'));
      await end(watched, world, auth.loginAsGuest());
    },
  ],
  [
    'a denial, a mismatch, an invalid return and a cancel',
    async (watched, world) => {
      const { auth } = watched;
      const token = await begin(watched, world);
      await end(watched, world, auth.handleCallback(callback('0'.repeat(40))));
      await end(watched, world, auth.handleCallback(`${BACK_TO}?request_token=${token}`));
      await end(watched, world, auth.handleCallback(callback(token, 'denied')));
      await begin(watched, world);
      await end(watched, world, auth.cancel());
    },
  ],
  [
    'a denial that TMDB is asked about, and one that comes back',
    async (watched, world) => {
      const { auth } = watched;
      world.tmdb.deny(await begin(watched, world));
      await end(watched, world, auth.handleCallback(BACK_TO));
      const token = auth.approvalUrl ? world.token(auth) : await begin(watched, world);
      await end(watched, world, auth.handleCallback(callback(token, 'denied')));
      await end(watched, world, auth.logout());
    },
  ],
  [
    'a sign-in that is used for v4, checked and left, with TMDB failing at each exchange first',
    async (watched, world) => {
      const { auth } = watched;
      for (const match of [ACCESS_NEW, CONVERT, SESSION_NEW]) {
        world.tmdb.faults.add({ kind: 'status', status: 503, match, times: 5 });
      }
      await allow(watched, world);
      for (let tries = 0; tries < 3 && auth.getView().can.retry; tries++)
        await end(watched, world, auth.retry());
      await world.reaches(auth, 'sessionActive');
      const lists = `/4/account/${auth.getView().account?.objectId ?? '0'.repeat(24)}/lists`;
      await end(watched, world, auth.fetch(lists));
      await end(watched, world, auth.api(lists));
      await end(watched, world, auth.api('/4/list', { method: 'POST', body: { name: '' } }));
      await end(watched, world, auth.verify());
      await end(watched, world, auth.validateCredentials());
      world.tmdb.faults.add({ kind: 'status', status: 500, match: ACCESS_DELETE });
      await end(watched, world, auth.logout());
    },
  ],
  [
    'ratings that are carried over, with one that fails, a cancel and a revoked session',
    async (watched, world) => {
      const { auth } = watched;
      await end(watched, world, auth.loginAsGuest());
      for (const media of ['movie/550', 'movie/603', 'tv/1396']) {
        await end(watched, world, auth.api(`/3/${media}/rating`, { method: 'POST', body: { value: 8 } }));
      }
      await end(watched, world, auth.carryOverGuestRatings());
      await allow(watched, world);
      world.tmdb.faults.add({ kind: 'html', match: 'POST /3/movie/603/rating', times: 4 });
      await end(watched, world, auth.carryOverGuestRatings());
      world.tmdb.faults.add({ kind: 'dropBefore', match: /account_states$/, times: 30 });
      await end(watched, world, auth.carryOverGuestRatings());
      world.tmdb.faults.clear();
      const done = watched.watch(auth.carryOverGuestRatings());
      await world.reaches(auth, 'sessionActive.carryingOver');
      await end(watched, world, auth.cancel());
      await end(watched, world, done);
      world.tmdb.revoke();
      await end(watched, world, auth.carryOverGuestRatings());
    },
  ],
  [
    'kept sessions that are refused, cancelled, taken in, lent to a library, and ended',
    async (watched, world) => {
      const { auth, knows } = watched;
      const malformed = knows('malformed id', 'a malformed session id/4711');
      await end(watched, world, auth.adoptSession({ sessionId: malformed }));
      await end(watched, world, auth.adoptSession({ sessionId: knows('unknown id', '4711'.repeat(10)) }));
      await end(watched, world, auth.adoptSession({ accessToken: world.tmdb.accessToken }));
      const sessionId = knows('kept session id', keptSession(world.tmdb));
      world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
      const cancelled = watched.watch(auth.adoptSession({ sessionId }));
      await world.reaches(auth, 'adoptionRequested');
      await end(watched, world, auth.cancel());
      await cancelled;
      const accessToken = knows('kept access token', keptAccessToken(world.tmdb));
      world.tmdb.faults.add({ kind: 'dropAfter', match: ACCOUNT, times: 2 });
      await end(watched, world, auth.adoptSession({ accessToken }));
      await end(
        watched,
        world,
        withSession(auth, (secrets) => secrets.sessionId.length),
      );
      await end(watched, world, auth.fetch('/3/account'));
      await end(watched, world, auth.logout());
      await end(watched, world, auth.adoptSession({ sessionId }));
      await end(
        watched,
        world,
        withSession(auth, () => null),
      );
    },
  ],
  [
    'an expiry',
    async (watched, world) => {
      await begin(watched, world);
      world.clock.advance(HOUR);
      await quiet();
    },
  ],
  [
    'a revoked session',
    async (watched, world) => {
      await allow(watched, world);
      world.tmdb.revoke();
      await end(watched, world, watched.auth.api('/3/account'));
      await end(watched, world, watched.auth.api('/3/movie/550/rating', { method: 'DELETE' }));
      await world.reaches(watched.auth, 'idle.sessionRevoked');
    },
  ],
  [
    'a disposed client',
    async (watched, world) => {
      await begin(watched, world);
      watched.auth.dispose();
      await end(watched, world, watched.auth.login());
      await end(watched, world, watched.auth.handleCallback(callback('0'.repeat(40))));
    },
  ],
];
