// XState: An actor's error without a matching transition stops the machine for good, and an unobserved one is thrown globally.
// Here: The machine handles every actor's error, whatever was thrown. If it stops all the same, a warning reports it, every wait ends, and no error stays uncaught.
import { describe, expect, test } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { type AuthEvent, authMachine, NOTHING, pathOf } from '../../machines/index.ts';
import { codeOf, toApproval, uncaughtDuring } from '../core/helpers.ts';
import { createWorld } from '../support/world.ts';

const THROWN: readonly [string, unknown][] = [
  ['an unrelated error', new TypeError('no')],
  ['nothing', undefined],
  ['null', null],
  ['a string', 'no'],
  ['a failure with an unknown code', { failure: { code: 'made_up', message: 'x', retryable: true } }],
  ['an object that throws when it is read', Object.defineProperty({}, 'failure', { get: () => ({}) })],
];

const fails = (error: unknown) => fromPromise<never>(() => Promise.reject(error));

describe.each(THROWN)('an actor that throws %s', (_, error) => {
  test.each([
    ['login.start', 'requestToken'],
    ['guest.start', 'createGuest'],
  ] as const)('leaves the machine alive at %s, with a reason', async (type, actor) => {
    const machine = authMachine.provide({
      actors: {
        restore: fromPromise(async () => ({ at: 0, facts: NOTHING })),
        [actor]: fails(error),
      },
    });
    const running = createActor(machine, { input: { apiVersion: 3 } }).start();
    await new Promise((resolve) => setTimeout(resolve, 1));
    running.send({ type } as AuthEvent);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const { status, value, context } = running.getSnapshot();
    expect([status, pathOf(value), context.failure?.code]).toEqual(['active', 'idle.failed', 'unexpected']);
    running.stop();
  });
});

test('a stopped machine is reported and every wait rejects', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done } = await toApproval(world, auth);
  const uncaught = await uncaughtDuring(async () => {
    auth.actor.send({ type: 'xstate.error.actor.nobody', error: new Error('nobody') } as never);
    expect(await codeOf(world, done)).toBe('unexpected');
  });
  expect(uncaught).toEqual([]);
  expect(world.warnings).toMatchObject([{ code: 'unexpected' }]);
  expect(await codeOf(world, auth.login())).toBe('unexpected');
  expect(await codeOf(world, auth.logout())).toBe('unexpected');
  expect(await codeOf(world, auth.retry())).toBe('unexpected');
});
