import { callback, HOUR, quiet } from '../core/helpers.ts';
import type { World } from '../support/world.ts';
import { BACK_TO, PASSWORD, type Watched } from './sentinel.ts';

/** Runs simulated time until this ends, and looks at the end. */
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
