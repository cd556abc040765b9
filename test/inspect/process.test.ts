import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createWebSocketInspector } from '@statelyai/inspect';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { type AuthSnapshot, pathOf } from '../../machines/auth.view.ts';
import { type SnapshotMessage, sendMessages } from '../../src/tools/feed/messages.ts';
import { connectStatelyInspector, connectViewer, type Viewer } from '../../src/tools/inspect/node/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { quiet } from '../core/helpers.ts';
import { type Exit, startSource, until } from '../node/processes.ts';
import { createWorld } from '../support/world.ts';
import { listenersOf, openViewer, statesIn, WHOLE_LOGIN, watch } from './helpers.ts';
import type { Work } from './worker.ts';

const NO_VIEWER = 'ws://127.0.0.1:9';
const GUEST = ['restoring', 'idle.fresh', 'guestRequested.trying', 'guestActive.unused'];

async function createTmdb(): Promise<Sandbox> {
  const tmdb = await startSandbox();
  onTestFinished(() => tmdb.close());
  return tmdb;
}

const startWorker = (
  context: TestContext,
  { accessToken, baseURL }: Sandbox,
  work: Omit<Work, 'accessToken' | 'baseURL'>,
) =>
  startSource(context, 'test/inspect/worker.ts', [], {
    WORKER: JSON.stringify({ accessToken, baseURL, ...work } satisfies Work),
  });

/** Resolves to its address, in the form of a viewer's. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const WELL = { code: 0, signal: null };

/** A page of the viewer, and the messages of the client with that name. */
async function look(viewer: Viewer) {
  const page = await watch(viewer);
  const numberOf = (name: string) =>
    page.lines().find(({ message }) => message.type === '@xstate.actor' && message.name === name)?.client ??
    0;
  return {
    page,
    messages: (name: string) => page.messages(numberOf(name)),
    isGone: (name: string) =>
      until(
        () => page.isGone(numberOf(name)),
        () => `the end of ${name}; heard ${page.texts.length}, last ${page.texts.at(-1)?.slice(0, 500)}`,
      ),
    shows: (name: string, state: string) =>
      until(
        () => statesIn(page.messages(numberOf(name))).at(-1) === state,
        () => `${state} of ${name}; went through ${statesIn(page.messages(numberOf(name)))}`,
      ),
  };
}

describe('another process that shows its client', () => {
  test('exits by itself after dispose, and its last messages arrive', async (context) => {
    const [tmdb, viewer] = await Promise.all([createTmdb(), openViewer()]);
    const seen = await look(viewer);
    const { exit, stdout, stderr } = startWorker(context, tmdb, {
      url: viewer.socketUrl,
      name: 'short',
      ending: 'dispose',
    });
    expect(await exit).toEqual(WELL);
    expect([stdout(), stderr()]).toEqual(['dispose\n', '']);
    await seen.isGone('short');
    const messages = seen.messages('short');
    expect(statesIn(messages)).toEqual(GUEST);
    expect(messages.at(-1)).toMatchObject({
      event: { type: 'xstate.stop' },
      snapshot: { status: 'stopped' },
    });
  });

  test('exits after a dispose before the viewer could answer, and all its messages arrive', async (context) => {
    const [tmdb, viewer] = await Promise.all([createTmdb(), openViewer()]);
    const seen = await look(viewer);
    const { exit, stderr } = startWorker(context, tmdb, {
      url: viewer.socketUrl,
      name: 'hurried',
      ending: 'dispose at once',
    });
    expect(await exit).toEqual(WELL);
    expect(stderr()).toBe('');
    await seen.isGone('hurried');
    expect(seen.messages('hurried').at(-1)).toMatchObject({ snapshot: { status: 'stopped' } });
  });

  test.for(['dispose', 'stop', 'disconnect'] as const)(
    'warns once without a viewer, with advice, and is not held up when it is to %s',
    async (ending, context) => {
      const tmdb = await createTmdb();
      const { exit, stdout, stderr } = startWorker(context, tmdb, { url: NO_VIEWER, ending });
      expect(await exit).toEqual(WELL);
      expect(stdout()).toBe(`${ending}\n`);
      expect(stderr()).toBe(`tmdb-auth: no viewer at ${NO_VIEWER}. Start one: npx tmdb-auth inspect\n`);
    },
  );

  test('is not kept alive by the connection alone if it never disposes', async (context) => {
    const [tmdb, viewer] = await Promise.all([createTmdb(), openViewer()]);
    const seen = await look(viewer);
    const { exit, stderr } = startWorker(context, tmdb, {
      url: viewer.socketUrl,
      name: 'careless',
      ending: 'stop',
    });
    expect(await exit).toEqual(WELL);
    expect(stderr()).toBe('');
    await seen.isGone('careless');
    expect(statesIn(seen.messages('careless'))).toEqual(GUEST);
  });

  test('is marked as gone when it is killed, while another one goes on', async (context) => {
    const [tmdb, viewer] = await Promise.all([createTmdb(), openViewer()]);
    const seen = await look(viewer);
    const [victim, other] = (['victim', 'other'] as const).map((name) =>
      startWorker(context, tmdb, { url: viewer.socketUrl, name, ending: 'stay' }),
    );
    for (const name of ['victim', 'other']) await seen.shows(name, 'guestActive.unused');
    expect(seen.page.clients()).toHaveLength(2);
    for (const name of ['victim', 'other']) {
      expect(statesIn(seen.messages(name))).toEqual(GUEST);
      const roots = new Set(seen.messages(name).map(({ rootId }) => rootId));
      expect(roots.size).toBe(1);
    }
    expect(await victim?.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await seen.isGone('victim');
    await quiet();
    const gone = seen.page.clients().filter((client) => seen.page.isGone(client));
    expect(gone).toHaveLength(1);
    expect(other?.stdout()).toBe('stay\n');
    const late = await look(viewer);
    await late.isGone('victim');
    expect(statesIn(late.messages('victim'))).toEqual(GUEST);
  });

  test('goes on when the viewer stops', async (context) => {
    const [tmdb, viewer] = await Promise.all([createTmdb(), openViewer()]);
    const seen = await look(viewer);
    const worker = startWorker(context, tmdb, { url: viewer.socketUrl, name: 'left', ending: 'stay' });
    await seen.shows('left', 'guestActive.unused');
    await viewer.close();
    await quiet(100);
    expect(worker.stderr()).toBe('');
    expect(await worker.kill()).toMatchObject({ signal: 'SIGKILL' });
  });

  test('is not held up by a viewer that never answers', async (context) => {
    const tmdb = await createTmdb();
    // A server that accepts connections and sends nothing.
    const url = await listen(createServer(() => {}));
    const { exit } = startWorker(context, tmdb, { url, ending: 'dispose' });
    expect(await exit).toEqual(WELL);
  });

  test('is not held up by a viewer that stopped reading', async (context) => {
    const tmdb = await createTmdb();
    const deaf = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => {
      for (const socket of deaf.clients) socket.terminate();
      deaf.close();
    });
    deaf.on('connection', (socket) => socket.pause());
    await once(deaf, 'listening');
    const url = `ws://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    const { exit } = startWorker(context, tmdb, { url, ending: 'dispose' });
    let end: Exit | null = null;
    void exit.then((ended) => {
      end = ended;
    });
    await until(
      () => end,
      () => 'the process to exit',
    );
    expect(end).toEqual(WELL);
  });
});

describe('a client in this process', () => {
  test('is shown with a whole sign-in in order, under its own name, until it is disposed', async () => {
    const world = await createWorld();
    const viewer = await openViewer();
    const seen = await look(viewer);
    const auth = world.client({ pollInterval: Number.POSITIVE_INFINITY });
    await world.reaches(auth, 'idle.fresh');
    // The page's address serves as well as the socket's.
    connectViewer(auth, { url: viewer.url, name: 'mine' });
    await world.signIn(auth);
    await world.reaches(auth, 'sessionActive.ready');
    await auth.logout();
    auth.dispose();
    await seen.isGone('mine');
    expect(statesIn(seen.messages('mine'))).toEqual(WHOLE_LOGIN);
  });

  test('is shown until it disconnects, even twice, and goes on', async () => {
    const world = await createWorld();
    const viewer = await openViewer();
    const seen = await look(viewer);
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    const disconnect = connectViewer(auth, { url: viewer.socketUrl });
    await seen.shows('auth', 'idle.fresh');
    disconnect();
    disconnect();
    await seen.isGone('auth');
    const heard = seen.page.texts.length;
    await world.signIn(auth);
    await quiet();
    expect(seen.page.texts).toHaveLength(heard);
    expect(auth.getView().status).toBe('user');
  });

  test.each([
    ['no viewer', NO_VIEWER],
    ['a viewer that refuses it', null],
  ])('gets one warning about %s, and goes on', async (_, address) => {
    const world = await createWorld();
    const refuse = createServer((connection) => void connection.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const url = address ?? (await listen(refuse));
    const warnings: string[] = [];
    const auth = world.client();
    connectViewer(auth, { url, onWarning: (message) => warnings.push(message) });
    await world.signIn(auth);
    await until(
      () => warnings.length > 0,
      () => 'a warning',
    );
    await auth.logout();
    auth.dispose();
    await quiet();
    expect(warnings).toEqual([`tmdb-auth: no viewer at ${url}. Start one: npx tmdb-auth inspect`]);
  });

  test('keeps nothing of a closed connection, whichever side closed it', async () => {
    const world = await createWorld();
    const viewer = await openViewer();
    const seen = await look(viewer);
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    const before = listenersOf(auth);
    const warnings: string[] = [];
    for (let round = 0; round < 5; round++) {
      connectViewer(auth, { url: viewer.socketUrl, name: `${round}` })();
      connectViewer(auth, { url: NO_VIEWER, onWarning: (message) => warnings.push(message) });
    }
    await until(
      () => warnings.length === 5,
      () => `5 warnings, not ${warnings.length}`,
    );
    for (let round = 0; round < 5; round++) await seen.isGone(`${round}`);
    expect(listenersOf(auth)).toBe(before);
  });

  test('is shown with its statechart, however much happened before the viewer answered', async () => {
    const world = await createWorld();
    const viewer = await openViewer();
    const seen = await look(viewer);
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    connectViewer(auth, { url: viewer.socketUrl, name: 'busy' });
    let happened = 0;
    sendMessages(auth, () => {
      happened += 1;
    });
    // All in one event-loop turn: no socket opens meanwhile.
    while (happened < 700) auth.actor.send({ type: 'login.cancel' });
    auth.dispose();
    await until(
      () => seen.page.isGone(1),
      () => 'its end',
    );
    const messages = seen.page.messages(1);
    expect(messages.length).toBeLessThanOrEqual(501);
    expect(messages[0]).toMatchObject({ type: '@xstate.actor', name: 'busy' });
    expect(messages.at(-1)).toMatchObject({ snapshot: { status: 'stopped' } });
  });

  test('is shown in its last state if it was disposed before, and the connection ends', async () => {
    const world = await createWorld();
    const viewer = await openViewer();
    const seen = await look(viewer);
    const auth = world.client();
    await auth.loginAsGuest();
    auth.dispose();
    connectViewer(auth, { url: viewer.socketUrl, name: 'ended' });
    await seen.shows('ended', 'guestActive.unused');
    await seen.isGone('ended');
  });

  test('is shown by an unmodified Stately inspector with a whole sign-in in order', async () => {
    const world = await createWorld();
    const viewer = await openViewer();
    const page = await watch(viewer);
    const auth = world.client({ pollInterval: Number.POSITIVE_INFINITY });
    await world.reaches(auth, 'idle.fresh');
    const inspector = createWebSocketInspector({ url: viewer.socketUrl, serializationDepthLimit: 20 });
    onTestFinished(() => inspector.stop());
    connectStatelyInspector(auth, inspector);
    await world.signIn(auth);
    await world.reaches(auth, 'sessionActive.ready');
    await auth.logout();
    const { sessionId } = auth.actor;
    const states = () =>
      page
        .messages(1)
        .filter((message): message is SnapshotMessage => message.type === '@xstate.snapshot')
        .filter((message) => message.sessionId === sessionId)
        .map(({ snapshot }) => pathOf((snapshot as AuthSnapshot).value))
        .filter((state, at, all) => state !== all[at - 1]);
    await until(
      () => states().at(-1) === 'idle.loggedOut',
      () => `the logout; went through ${states()}`,
    );
    expect(states()).toEqual(WHOLE_LOGIN);
    const [first] = page.messages(1);
    expect(first).toMatchObject({ type: '@xstate.actor', name: 'auth', sessionId });
    const definition = JSON.parse((first as { definition: string }).definition) as { states: object };
    expect(Object.keys(definition.states)).toContain('awaitingApproval');
    inspector.stop();
    await until(
      () => page.isGone(1),
      () => 'its end',
    );
  });
});
