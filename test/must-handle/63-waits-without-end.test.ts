// XState: A delay of Infinity, NaN or more than 24.8 days fires at once on the default clock, and never on a simulated one.
// Here: The machine's own delays are all finite and short enough; the client's clock sets no infinite timers and counts long ones to the end.
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { authDelays, authMachine, pathOf } from '../../machines/index.ts';
import { quiet, resultOf } from '../core/helpers.ts';
import { DAY } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';

const LONGEST_TIMER = 2 ** 31 - 1;

test('every delay of the machine fits into a timer', () => {
  const lengths = Object.values(authDelays).flatMap((delay) =>
    typeof delay === 'number'
      ? delay
      : [null, 0, 1_000, Number.MAX_SAFE_INTEGER].map((retryAfter) =>
          delay({ context: { tries: 4, retryAfter } }),
        ),
  );
  for (const ms of lengths) {
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThanOrEqual(LONGEST_TIMER);
  }
});

test('a bare machine on the default clock does not rush through its waits', async () => {
  const actor = createActor(authMachine, { input: { apiVersion: 3 } }).start();
  const seen: string[] = [];
  actor.subscribe(({ value }) => seen.push(pathOf(value)));
  await quiet();
  expect(seen.at(-1)).toBe('idle.fresh');
  actor.stop();
});

test('no timer is set for a session without expiry and a disabled poll', async () => {
  const world = await createWorld();
  const auth = world.client({
    sessionMaxAge: Number.POSITIVE_INFINITY,
    pollInterval: Number.POSITIVE_INFINITY,
  });
  await world.signIn(auth);
  expect(world.clock.pending().timers).toBe(0);
  world.clock.advance(400 * DAY);
  await quiet();
  expect(auth.getView().state).toBe('sessionActive.ready');
});

test('a sessionMaxAge of 100 days ends the session to the day', async () => {
  const world = await createWorld();
  const auth = world.client({ sessionMaxAge: 100 * DAY });
  await world.signIn(auth);
  world.clock.advance(99 * DAY);
  expect(auth.getView().state).toBe('sessionActive.ready');
  world.clock.advance(DAY + 1);
  await resultOf(world, world.reaches(auth, 'idle.loggedOut'));
  expect(world.tmdb.sessions()).toEqual([]);
});
