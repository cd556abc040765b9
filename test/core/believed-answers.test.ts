import { expect, test } from 'vitest';
import { SESSION_NEW, timesAsked, VALIDATE } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { guestWhoSignsIn } from './guest.ts';
import { codeOf, resultOf } from './helpers.ts';

test('a password sign-in ends when the answer has a form that TMDB never sends, and exchanges nothing', async () => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'garbage', match: VALIDATE });
  const auth = world.client();
  const login = auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
  expect(await codeOf(world, login)).toBe('bad_answer');
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(0);
});

test('a rating counts as carried over once TMDB says that it stored it; until then the guest is kept', async () => {
  const world = await createWorld();
  const auth = await guestWhoSignsIn(world, ['movie/550']);
  const rating = 'POST /3/movie/550/rating';
  world.tmdb.faults.add({ kind: 'garbage', match: rating, times: 4 });
  expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({
    carried: 0,
    failed: [{ media: 'movie/550', code: 'bad_answer' }],
  });
  expect(auth.getView().guest).not.toBeNull();
  expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1, failed: [] });
  expect(world.tmdb.account().ratings).toHaveLength(1);
});
