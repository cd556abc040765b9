import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { authMachine } from '../../machines/index.ts';
import { type ChartTransition, moveOf, readChart } from '../../scripts/diagram/graph.ts';
import type { TmdbAuth } from '../../src/index.ts';
import type {
  ActorMessage,
  EventMessage,
  InspectionMessage,
  SnapshotMessage,
} from '../../src/tools/feed/messages.ts';
import { sendMessages } from '../../src/tools/feed/messages.ts';
import { quiet } from '../core/helpers.ts';
import { FLOWS } from '../must-handle/secret-flows.ts';
import { PASSWORD, watchedClient } from '../must-handle/sentinel.ts';
import { until } from '../node/processes.ts';
import { TOKEN_NEW } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { statesIn, WHOLE_LOGIN } from './helpers.ts';

function sentBy(auth: TmdbAuth, name?: string) {
  const messages: InspectionMessage[] = [];
  const disconnect = sendMessages(auth, (message) => void messages.push(message), name);
  return { messages, disconnect };
}

const actorsIn = (messages: InspectionMessage[]) =>
  messages.filter((message): message is ActorMessage => message.type === '@xstate.actor');
const eventsIn = (messages: InspectionMessage[]) =>
  messages.filter((message): message is EventMessage => message.type === '@xstate.event');
const snapshotsIn = (messages: InspectionMessage[]) =>
  messages.filter((message): message is SnapshotMessage => message.type === '@xstate.snapshot');
const movesIn = (messages: InspectionMessage[]) => snapshotsIn(messages).flatMap(({ moves }) => moves ?? []);

/** Every transition of the machine with its guard, as the drawings know it. */
const chart = readChart(authMachine);
const inWords = (key: string, guard: string | null) => `${key} if ${guard ?? 'nothing'}`;
const drawn = (transition: ChartTransition) => inWords(moveOf(transition), transition.guard?.name ?? null);
const all = [...chart.states.flatMap(({ transitions }) => transitions), ...chart.everywhere];
const CHART = new Set(all.map(drawn));

describe('an inspector that connects late', () => {
  test('is introduced to the client, to the running actors, and to the state', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
    void auth.login().catch(() => {});
    await world.reaches(auth, 'tokenRequested.trying');

    const { messages } = sentBy(auth);
    const { sessionId } = auth.actor;
    expect(messages).toHaveLength(3);
    const [root, child] = actorsIn(messages);
    expect(root).toMatchObject({ name: 'auth', sessionId, rootId: sessionId, id: null, _version: '0.7' });
    expect(root?.parentId).toBeUndefined();
    const definition = JSON.parse(root?.definition ?? '') as { id: string; states: object };
    expect(definition.id).toBe('auth');
    expect(Object.keys(definition.states)).toEqual(Object.keys(authMachine.root.states));
    expect(root?.snapshot).toMatchObject({ status: 'active', value: { tokenRequested: 'trying' } });
    expect(child).toMatchObject({ parentId: sessionId, rootId: sessionId });
    expect(child?.name).toBe('requestToken');
    expect(messages[2]).toMatchObject({
      type: '@xstate.snapshot',
      event: { type: 'xstate.init' },
      view: auth.getView(),
      moves: [],
    });
  });

  test('knows the client by the given name', async () => {
    const world = await createWorld();
    const [root] = actorsIn(sentBy(world.client(), 'the one in the left tab').messages);
    expect(root?.name).toBe('the one in the left tab');
  });

  test('is told the last state of a client that was disposed', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    auth.dispose();
    const { messages } = sentBy(auth);
    expect(snapshotsIn(messages)).toMatchObject([{ view: { state: 'guestActive.unused' } }]);
    expect(messages[0]).toMatchObject({ snapshot: { status: 'stopped' } });
  });
});

test('a sign-in by approval, with the account and a logout, sends these states, events and moves', async () => {
  const world = await createWorld();
  const auth = world.client({ pollInterval: Number.POSITIVE_INFINITY });
  await world.reaches(auth, 'idle.fresh');
  const { messages } = sentBy(auth);
  await world.signIn(auth);
  await world.reaches(auth, 'sessionActive.ready');
  await auth.logout();

  expect(statesIn(messages)).toEqual(WHOLE_LOGIN);
  expect(movesIn(messages)).toEqual([
    { key: 'idle|event:login.start|tokenRequested', guard: null },
    { key: 'tokenRequested.trying|done:done|awaitingApproval', guard: null },
    { key: 'awaitingApproval|event:approval.granted|sessionRequested', guard: null },
    { key: 'sessionRequested.exchanging|done:done|sessionActive', guard: 'isSession' },
    { key: 'sessionActive.accountRequested|done:done|sessionActive.ready', guard: null },
    { key: 'sessionActive|event:logout|loggingOut', guard: null },
    { key: 'loggingOut|done:done|idle.loggedOut', guard: null },
  ]);
  const { sessionId } = auth.actor;
  const received = eventsIn(messages).filter((message) => message.sessionId === sessionId);
  expect(received.map(({ event }) => event.type)).toEqual([
    'login.start',
    'xstate.done.actor.requestToken',
    'approval.granted',
    'xstate.done.actor.createSession',
    'xstate.done.actor.fetchAccount',
    'logout',
    'xstate.done.actor.deleteSession',
  ]);
  // The actors for TMDB's requests are included, each with a parent, a beginning and an end.
  const children = actorsIn(messages).filter((message) => message.sessionId !== sessionId);
  expect(children).toHaveLength(4);
  for (const child of children) {
    expect(child.parentId).toBe(sessionId);
    const ends = snapshotsIn(messages).filter((message) => message.sessionId === child.sessionId);
    expect(ends.at(-1)?.snapshot).toMatchObject({ status: 'done' });
    expect(ends.every(({ view, moves }) => view === undefined && moves === undefined)).toBe(true);
  }
  // The last view is the one the app sees.
  expect(snapshotsIn(messages).findLast(({ view }) => view)?.view).toEqual(auth.getView());
});

test('messages name only transitions and guards of the machine, and those of every kind', async () => {
  const taken = new Set<string>();
  for (const [, run] of FLOWS) {
    const world = await createWorld({ users: [{ username: 'sandra', password: PASSWORD }] });
    const watched = watchedClient(world);
    const { messages } = sentBy(watched.auth);
    await run(watched, world);
    for (const { key, guard } of movesIn(messages)) taken.add(inWords(key, guard));
    // A move explains every change of the state.
    const roots = snapshotsIn(messages).filter(({ view }) => view);
    for (const [at, { view, moves }] of roots.entries()) {
      const before = roots[at - 1]?.view?.state;
      if (before !== undefined && before !== view?.state) expect(moves, view?.state).not.toEqual([]);
    }
  }
  expect([...taken].filter((move) => !CHART.has(move))).toEqual([]);
  expect(taken.size).toBeGreaterThan(20);
  for (const kind of ['done', 'error', 'after', 'event', 'always'])
    expect(
      [...taken].filter((move) => move.includes(`|${kind}:`)),
      kind,
    ).not.toEqual([]);
  const guarded = [...taken].filter((move) => !move.endsWith(' if nothing'));
  expect(guarded.length).toBeGreaterThan(3);
  // Two are spelled out, in case chart and messages are wrong in the same way.
  expect([...taken]).toContain('guestActive.unused|always:always|guestActive.used if guestIsUsed');
  expect([...taken]).toContain('awaitingApproval|after:requestTokenLifetime|idle.tokenExpired if nothing');
});

test.each(FLOWS)('messages are plain JSON in %s', async (_, run) => {
  const world = await createWorld({ users: [{ username: 'sandra', password: PASSWORD }] });
  const watched = watchedClient(world);
  const { messages } = sentBy(watched.auth);
  await run(watched, world);
  expect(messages.length).toBeGreaterThan(10);
  for (const message of messages) {
    expect(structuredClone(message)).toEqual(message);
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
  }
});

test('messages carry the client’s time', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  world.clock.set(1_234_567_890_123);
  const { messages } = sentBy(auth);
  expect(messages.map(({ createdAt }) => createdAt)).toEqual(['1234567890123', '1234567890123']);
  world.clock.set(2_000_000_000_000);
  void auth.login().catch(() => {});
  await until(
    () => auth.getView().state === 'awaitingApproval.waiting',
    () => `the approval, is ${auth.getView().state}`,
  );
  expect(messages.length).toBeGreaterThan(10);
  for (const { createdAt } of messages.slice(2)) expect(createdAt).toBe('2000000000000');
});

test('disconnecting stops the messages, and the client goes on', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { messages, disconnect } = sentBy(auth);
  await world.reaches(auth, 'idle.fresh');
  disconnect();
  const sent = messages.length;
  await world.signIn(auth);
  expect(messages).toHaveLength(sent);
  expect(auth.getView().status).toBe('user');
});

test('the last message says that the client was disposed', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { messages } = sentBy(auth);
  await auth.loginAsGuest();
  auth.dispose();
  const sent = messages.length;
  expect(messages.at(-1)).toMatchObject({
    type: '@xstate.snapshot',
    sessionId: auth.actor.sessionId,
    event: { type: 'xstate.stop' },
    snapshot: { status: 'stopped' },
  });
  await quiet();
  expect(messages).toHaveLength(sent);
});

test('a receiver that throws is dropped, and the sign-in goes on', async () => {
  const world = await createWorld();
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => printed.mockRestore());
  const auth = world.client();
  const states: string[] = [];
  sendMessages(auth, (message) => {
    states.push(...statesIn([message]));
    if (states.includes('awaitingApproval.waiting')) throw new Error('full');
  });
  await world.signIn(auth);
  expect(auth.getView().status).toBe('user');
  expect(states.at(-1)).toBe('awaitingApproval.waiting');
  expect(printed).toHaveBeenCalledOnce();
});
