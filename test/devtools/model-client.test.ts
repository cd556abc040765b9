import { createInspector } from '@statelyai/inspect';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createModel, timersOf } from '../../src/tools/devtools/model.ts';
import { sendMessages } from '../../src/tools/feed/messages.ts';
import { connectStatelyInspector } from '../../src/tools/inspect/stately.ts';
import { ended, quiet, toApproval } from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { TOKEN_NEW } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { actorMessage, CONTEXT, follow, linesOf, open, sent, snapshotMessage } from './helpers.ts';

describe('the model of a client', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('lists what the client waits for, until the answer came or was cancelled', async () => {
    const { auth, model, world } = await open();
    expect(model.running).toEqual([]);
    world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
    auth.login().catch(() => {});
    await world.reaches(auth, 'tokenRequested.trying');
    expect(model.running).toEqual(['requestToken']);
    await ended(world, auth.cancel());
    expect(model.running).toEqual([]);
  });

  test('lists what the client waits for when it is first seen in the middle of a step', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
    auth.login().catch(() => {});
    await world.reaches(auth, 'tokenRequested.trying');
    const { model } = follow(auth);
    expect(linesOf(model)).toEqual(['First seen here; xstate.init: tokenRequested.trying']);
    expect(model.running).toEqual(['requestToken']);
    await ended(world, auth.cancel());
    expect(model.running).toEqual([]);
  });

  test('has the client’s name, and knows when it is disposed', async () => {
    const { auth, model } = await open();
    expect(model.name).toBe('auth');
    expect(model.isGone).toBe(false);
    const steps = linesOf(model);
    auth.dispose();
    expect(model.isGone).toBe(true);
    expect(linesOf(model)).toEqual(steps);
    const named = createModel();
    sendMessages(auth, named.receive, 'a name');
    expect(named.name).toBe('a name');
  });

  test('knows that the client is gone when the viewer says so', () => {
    const model = createModel();
    model.receive(actorMessage());
    model.receive(snapshotMessage('restoring', 'xstate.init'));
    expect(model.isGone).toBe(false);
    model.receive({ type: 'gone' });
    expect(model.isGone).toBe(true);
    expect(model.steps).toHaveLength(1);
  });

  test('uses the client’s time, whatever the local time is', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 5_000_000 });
    const model = createModel();
    expect(model.now()).toBe(5_000_000);
    model.receive(actorMessage({ createdAt: '9000000' }));
    expect(model.now()).toBe(9_000_000);
    vi.setSystemTime(5_001_500);
    expect(model.now()).toBe(9_001_500);
    model.receive(snapshotMessage('restoring', 'xstate.init', { createdAt: '100' }));
    expect(model.now()).toBe(100);
    expect(model.steps[0]?.at).toBe(100);
    model.receive({ type: 'gone' });
    expect(model.now()).toBe(100);
  });

  test('keeps the last 300 steps with their own numbers', async () => {
    const { auth, model, stop } = await open();
    for (let count = 0; count < 400; count++) auth.actor.send({ type: 'approval.check' });
    stop();
    expect(model.steps).toHaveLength(300);
    expect(model.steps[0]?.number).toBe(103);
    expect(model.steps.at(-1)?.number).toBe(402);
    expect(model.steps[0]?.from).toBe('idle.fresh');
  });

  test('keeps the last megabyte of long steps, and always the last step', () => {
    const model = createModel();
    model.receive(actorMessage());
    const long = (state: string, length: number) =>
      snapshotMessage({ idle: state }, 'retry', { view: { state: 'x'.repeat(length) } });
    for (let count = 0; count < 40; count++) model.receive(long(count % 2 ? 'fresh' : 'failed', 100_000));
    expect(model.steps).toHaveLength(10);
    expect(model.steps.at(-1)?.number).toBe(40);
    model.receive(long('loggedOut', 2_000_000));
    expect(model.steps.map(({ to }) => to)).toEqual(['idle.loggedOut']);
    model.receive(long('fresh', 10));
    expect(model.steps.map(({ to }) => to)).toEqual(['idle.fresh']);
  });

  test('lists at most 50 actors of the client', () => {
    const model = createModel();
    model.receive(actorMessage());
    for (let count = 1; count <= 200; count++)
      model.receive(actorMessage({ sessionId: `x:${count}`, parentId: 'x:0', name: `actor ${count}` }));
    expect(model.running).toHaveLength(50);
  });

  test('gets no further step from a second connection, or from the first one again', async () => {
    const { auth, model, stop } = await open();
    const before = linesOf(model);
    const second = sendMessages(auth, (message) => model.receive(sent(message)));
    expect(linesOf(model)).toEqual(before);
    stop();
    auth.actor.send({ type: 'guest.start' });
    expect(linesOf(model)).toEqual([
      ...before,
      'The app asked for a guest session; guest.start: idle.fresh → guestRequested.trying',
    ]);
    second();
    expect(model.running).toEqual(['createGuest']);
    sendMessages(auth, (message) => model.receive(sent(message)));
    expect(model.steps).toHaveLength(before.length + 1);
    expect(model.running).toEqual(['createGuest']);
  });

  test('lists everything that ends by itself, the next first', async () => {
    const { auth, model, world } = await open();
    const timers = () => timersOf(model.steps.at(-1)?.context ?? (CONTEXT as never));
    expect(timers()).toEqual([]);
    await ended(world, auth.loginAsGuest());
    const { unusedUntil, expiresAt } = auth.getView().guest ?? { unusedUntil: 0, expiresAt: 0 };
    expect(timers()).toEqual([
      { name: 'Guest session, if nothing is rated', endsAt: unusedUntil },
      { name: 'Guest session, if something is rated', endsAt: expiresAt },
    ]);
    world.clock.advance(MINUTE);
    await toApproval(world, auth);
    expect(timers().map(({ name }) => name)).toEqual([
      'Guest session, if nothing is rated',
      'Request token',
      'Guest session, if something is rated',
    ]);
    expect(timers()[1]?.endsAt).toBe(auth.getView().expiresAt);
    await ended(world, auth.cancel());
    await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(timers()).toEqual([{ name: 'Guest session', endsAt: expiresAt }]);
  });

  test('has the end of a session with a maximum age', async () => {
    const world = await createWorld();
    const auth = world.client({ sessionMaxAge: DAY });
    const { model } = follow(auth);
    await world.reaches(auth, 'idle.fresh');
    await world.signIn(auth);
    await world.reaches(auth, 'sessionActive.ready');
    const [timer, ...others] = timersOf(model.steps.at(-1)?.context ?? (CONTEXT as never));
    expect(timer).toEqual({ name: 'Session', endsAt: auth.getView().expiresAt });
    expect(others).toEqual([]);
    world.clock.advance(DAY);
    await world.reaches(auth, 'idle.loggedOut');
    expect(linesOf(model).at(-2)).toBe(
      'The session has reached its maximum age; after sessionMaxAge: sessionActive.ready → loggingOut; ' +
        'because the app limits the age of sessions',
    );
  });
});

describe('the model with Stately’s own messages', () => {
  test('has the same steps, without views, transitions and guards', async () => {
    const world = await createWorld();
    const auth = world.client();
    const own = follow(auth);
    const model = createModel();
    const adapter = { send: (message: unknown) => model.receive(sent(message)) };
    connectStatelyInspector(auth, createInspector(adapter, { serializationDepthLimit: 20 }));
    await world.reaches(auth, 'idle.fresh');
    auth.actor.send({ type: 'approval.check' });
    const { requestToken } = await toApproval(world, auth);
    world.tmdb.deny(requestToken);
    await ended(world, auth.handleCallback(callback(requestToken, 'denied')));
    await quiet();
    expect(linesOf(model)).toEqual(linesOf(own.model));
    expect(model.steps.map(({ view }) => view)).toEqual(model.steps.map(() => null));
    expect(model.steps.flatMap(({ moves }) => moves)).toEqual([]);
    expect(own.model.steps.flatMap(({ moves }) => moves)).not.toEqual([]);
    expect(model.name).toBe('auth');
    expect(model.running).toEqual([]);
    auth.dispose();
    await quiet();
    expect(model.isGone).toBe(true);
  });

  test('does not take a child’s messages for steps of the client', () => {
    const model = createModel();
    model.receive(actorMessage());
    model.receive(snapshotMessage('restoring', 'xstate.init'));
    const child = { sessionId: 'x:1', parentId: 'x:0' };
    model.receive(actorMessage({ ...child, name: 'restore' }));
    model.receive(snapshotMessage('idle', 'xstate.init', child));
    expect(model.name).toBe('auth');
    expect(model.running).toEqual(['restore']);
    model.receive({ ...snapshotMessage('', 'done', child), snapshot: { status: 'error' } });
    expect(model.running).toEqual([]);
    expect(model.steps).toHaveLength(1);
  });

  test('reports every message, events too', () => {
    const changed = vi.fn();
    const model = createModel(changed);
    model.receive(actorMessage());
    model.receive(snapshotMessage('restoring', 'xstate.init'));
    model.receive({ ...actorMessage(), type: '@xstate.event', event: { type: 'retry' } });
    expect(changed).toHaveBeenCalledTimes(3);
    expect(model.steps).toHaveLength(1);
  });
});
