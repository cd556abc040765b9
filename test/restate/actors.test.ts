import { fromPromise as fromRestatePromise } from '@restatedev/xstate/promise';
import { expect, test } from 'vitest';
import { createMachine, fromCallback, fromObservable, fromPromise, setup } from 'xstate';
import { authActors, authMachine, failure, failureOf } from '../../machines/index.ts';
import { TmdbAuthError } from '../../src/errors.ts';
import { settingsOf } from '../../src/options.ts';
import { actorError } from '../../src/platforms/restate/actor-error.ts';
import { createActors } from '../../src/platforms/restate/actors.ts';
import { createRestateServices, refuseHangingActors } from '../../src/platforms/restate/index.ts';
import { restateSettingsOf } from '../../src/platforms/restate/options.ts';
import { createSealing } from '../../src/platforms/restate/sealing.ts';
import { createClient } from '../../src/tmdb/client.ts';

const OPTIONS = {
  credentials: { apiKey: '0123456789abcdef0123456789abcdef' },
  secrets: ['a secret that is long enough for a seal'],
};

const actors = () => {
  const settings = restateSettingsOf(OPTIONS);
  const client = createClient(settingsOf(OPTIONS));
  return createActors({ settings, client, sealing: createSealing(OPTIONS.secrets) });
};

test('the services have every actor of the contract, and no actor that would hang', () => {
  expect(Object.keys(actors()).sort()).toEqual(Object.keys(authActors).sort());
  expect(() => refuseHangingActors(authMachine.provide({ actors: actors() as never }))).not.toThrow();
  expect(createRestateServices(OPTIONS).map(({ name }) => name)).toEqual([
    'TmdbSignIn',
    'TmdbSignInMachine',
    'TmdbSignInVault',
  ]);
});

test.each(Object.keys(authActors))('a machine is refused when its %s is a promise of XState', (name) => {
  const mixed = { ...actors(), [name]: fromPromise(async () => {}) };
  expect(() => refuseHangingActors(authMachine.provide({ actors: mixed as never }))).toThrow(
    new RegExp(`would wait for ever on Restate: ${name}\\.`),
  );
});

test('a machine with the placeholder actors is refused, and all of them are named', () => {
  expect(() => refuseHangingActors(authMachine)).toThrow(/restore, .*createGuest/);
});

test.each([
  ['fromCallback', fromCallback(() => {})],
  ['fromObservable', fromObservable(() => ({ subscribe: () => ({ unsubscribe() {} }) }))],
  ['fromPromise', fromPromise(async () => {})],
])('%s of XState is refused, with and without a name', (_, logic) => {
  const named = setup({ actors: { ask: logic } }).createMachine({
    initial: 'asking',
    states: { asking: { initial: 'deep', states: { deep: { invoke: { src: 'ask' } } } } },
  });
  expect(() => refuseHangingActors(named)).toThrow(/ask/);
  const nameless = createMachine({ invoke: { src: logic as never } });
  expect(() => refuseHangingActors(nameless)).toThrow(TypeError);
});

test('Restate’s own promise is accepted', () => {
  const logic = fromRestatePromise(async () => {});
  const machine = setup({ actors: { ask: logic } }).createMachine({ invoke: { src: 'ask' } });
  expect(() => refuseHangingActors(machine)).not.toThrow();
});

test('the actors of a nested machine are checked, too', () => {
  const outside = (ask: ReturnType<typeof fromPromise<void>>) => {
    const inner = setup({ actors: { ask } }).createMachine({ invoke: { src: 'ask' } });
    return setup({ actors: { inner } }).createMachine({ invoke: { src: 'inner' } });
  };
  expect(() => refuseHangingActors(outside(fromPromise(async () => {})))).toThrow(/inner/);
  expect(() => refuseHangingActors(outside(fromRestatePromise(async () => {}) as never))).not.toThrow();
});

test('a failure survives the way through JSON', () => {
  const sent = failure('rate_limited', { httpStatus: 429, tmdbCode: 25, retryAfter: 1_000 });
  expect(failureOf(JSON.parse(JSON.stringify(actorError(sent))))).toEqual(sent);
  // Without the wrapping, the error of an actor loses its code.
  expect(failureOf(JSON.parse(JSON.stringify(new TmdbAuthError('rate_limited')))).code).toBe('unexpected');
});

test.each([
  [{ keepFor: 0 }, /keepFor/],
  [{ keepFor: Number.POSITIVE_INFINITY }, /keepFor/],
  [{ name: 'a b' }, /name/],
  [{ name: '' }, /name/],
  [{ secrets: [] }, /secrets/],
  [{ secrets: ['short'] }, /secrets/],
  [{ credentials: {} as never }, /credentials/i],
  [{ apiVersion: 4 as const }, /v4/],
  [{ baseURL: 'http://tmdb.test' }, /baseURL/],
])('the services refuse %o when they are created', (changed, message) => {
  expect(() => createRestateServices({ ...OPTIONS, ...changed })).toThrow(message);
});
