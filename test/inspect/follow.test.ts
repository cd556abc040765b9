import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { TmdbAuth } from '../../src/index.ts';
import { follow } from '../../src/tools/feed/follow.ts';
import { connectStatelyInspector } from '../../src/tools/inspect/node/index.ts';
import { quiet } from '../core/helpers.ts';
import { TOKEN_NEW } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { listenersOf } from './helpers.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function followed(auth: TmdbAuth) {
  const events: InspectionEvent[] = [];
  const disconnect = follow(auth, (event) => void events.push(event));
  return { events, disconnect };
}

function listenToConsole() {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => spy.mockRestore());
  return spy;
}

const sessionIdOf = ({ actorRef }: InspectionEvent) => (actorRef as AnyActorRef).sessionId;

test('a late follower is introduced to the actor, the running actors and the state, and then receives all events', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  const letThrough = world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
  void auth.login().catch(() => {});
  await world.reaches(auth, 'tokenRequested.trying');

  const { events } = followed(auth);
  const running = Object.values(auth.actor.getSnapshot().children) as AnyActorRef[];
  expect(running).toHaveLength(1);
  expect(events.map(({ type }) => type)).toEqual(['@xstate.actor', '@xstate.actor', '@xstate.snapshot']);
  expect(events.map(sessionIdOf)).toEqual([
    auth.actor.sessionId,
    running[0]?.sessionId,
    auth.actor.sessionId,
  ]);
  expect(events.every(({ rootId }) => rootId === auth.actor.sessionId)).toBe(true);
  expect(events[2]).toMatchObject({ event: { type: 'xstate.init' }, snapshot: auth.actor.getSnapshot() });

  letThrough();
  await world.reaches(auth, 'awaitingApproval');
  const later = events.slice(3);
  const kinds = new Set(later.map(({ type }) => type));
  expect([...kinds]).toEqual(expect.arrayContaining(['@xstate.event', '@xstate.microstep']));
  const own = later.findLast((event) => event.type === '@xstate.snapshot' && event.actorRef === auth.actor);
  expect(own).toMatchObject({ snapshot: auth.actor.getSnapshot() });
});

test('a follower that comes while nothing is running is introduced to the actor alone', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  expect(followed(auth).events.map(({ type }) => type)).toEqual(['@xstate.actor', '@xstate.snapshot']);
});

test('several followers receive the same, and one that leaves disturbs no other', async () => {
  const world = await createWorld();
  const auth = world.client();
  const one = followed(auth);
  const other = followed(auth);
  await world.reaches(auth, 'idle.fresh');
  expect(one.events).toEqual(other.events);
  one.disconnect();
  const heard = one.events.length;
  await auth.loginAsGuest();
  expect(one.events).toHaveLength(heard);
  expect(other.events.length).toBeGreaterThan(heard);
});

test('disconnecting, even twice, ends the events, and the client goes on', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { events, disconnect } = followed(auth);
  await world.reaches(auth, 'idle.fresh');
  disconnect();
  disconnect();
  const heard = events.length;
  expect(heard).toBeGreaterThan(2);
  await world.signIn(auth);
  expect(auth.getView().status).toBe('user');
  expect(events).toHaveLength(heard);
});

test('dispose is the last event that a follower receives', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { events } = followed(auth);
  await auth.loginAsGuest();
  auth.dispose();
  const heard = events.length;
  expect(events.at(-1)).toMatchObject({
    type: '@xstate.snapshot',
    event: { type: 'xstate.stop' },
    snapshot: { status: 'stopped' },
  });
  await quiet();
  expect(events).toHaveLength(heard);
});

/** The number of events before the observer throws: during the introduction, and in the middle of a sign-in. */
test.each([0, 1, 2, 3, 12])(
  'an observer that throws after %i events is dropped, and the sign-in goes on',
  async (bears) => {
    const world = await createWorld();
    const printed = listenToConsole();
    const auth = world.client();
    let heard = 0;
    const observe = () => {
      heard += 1;
      if (heard > bears) throw new Error('The inspector is broken');
    };
    const witness = followed(auth);
    const disconnect = follow(auth, observe);
    await world.signIn(auth);
    expect(auth.getView().status).toBe('user');
    expect(heard).toBe(bears + 1);
    expect(printed.mock.calls).toEqual([[expect.stringContaining('inspector failed'), expect.any(Error)]]);
    expect(witness.events.length).toBeGreaterThan(20);
    disconnect();
  },
);

test('a Stately inspector that throws is dropped, too', async () => {
  const world = await createWorld();
  const printed = listenToConsole();
  const auth = world.client();
  let heard = 0;
  connectStatelyInspector(auth, {
    inspect: {
      next() {
        heard += 1;
        throw new Error('The inspector is broken');
      },
    },
  });
  await world.signIn(auth);
  expect(heard).toBe(1);
  expect(printed).toHaveBeenCalledOnce();
  await auth.logout();
  expect(auth.getView().state).toBe('idle.loggedOut');
});

test('a Stately inspector receives all events of `follow`, until it is disconnected', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { events } = followed(auth);
  const told: InspectionEvent[] = [];
  const disconnect = connectStatelyInspector(auth, { inspect: { next: (event) => void told.push(event) } });
  await world.signIn(auth);
  disconnect();
  const heard = told.length;
  expect(told).toEqual(events);
  await auth.logout();
  expect(told).toHaveLength(heard);
  expect(events.length).toBeGreaterThan(heard);
});

test('an observer may disconnect and dispose in the middle of an event', async () => {
  const world = await createWorld();
  const auth = world.client();
  let heard = 0;
  const disconnect = follow(auth, (event) => {
    heard += 1;
    if (event.type !== '@xstate.snapshot' || heard < 5) return;
    disconnect();
    auth.dispose();
  });
  await world.until(() => auth.actor.getSnapshot().status === 'stopped');
  const last = heard;
  await quiet();
  expect(heard).toBe(last);
  await expect(auth.login()).rejects.toMatchObject({ code: 'disposed' });
});

test('a follower that disconnected leaves nothing behind at the client', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  const before = listenersOf(auth);
  const observers: WeakRef<object>[] = [];
  const comeAndGo = () => {
    const observe = () => {};
    observers.push(new WeakRef(observe));
    const disconnect = follow(auth, observe);
    expect(listenersOf(auth)).toBe(before + 1);
    disconnect();
  };
  for (let round = 0; round < 20; round++) comeAndGo();
  expect(listenersOf(auth)).toBe(before);
  await quiet();
  collect();
  expect(observers.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(2);
  expect(auth.getView().state).toBe('idle.fresh');
});
