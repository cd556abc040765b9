import { createWebSocketInspector } from '@statelyai/inspect';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Credentials } from '../../src/index.ts';
import { type InspectionMessage, sendMessages } from '../../src/tools/feed/messages.ts';
import { connectStatelyInspector, connectViewer } from '../../src/tools/inspect/node/index.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { FLOWS } from '../must-handle/secret-flows.ts';
import { PASSWORD, type Watched, watchedClient } from '../must-handle/sentinel.ts';
import { until } from '../node/processes.ts';
import { createWorld } from '../support/world.ts';
import { openViewer, watch } from './helpers.ts';

const KINDS: readonly [string, (tmdb: Sandbox) => Credentials][] = [
  ['an access token', ({ accessToken }) => ({ accessToken })],
  ['an API key', ({ apiKey }) => ({ apiKey })],
];
const USERS = [{ username: 'sandra', password: PASSWORD }];

/** Every inspector for Node at once. After `collect`, the search includes everything they have shown. */
async function inspectAll({ auth, see }: Watched, name?: string) {
  const viewer = await openViewer();
  const page = await watch(viewer);
  const messages: InspectionMessage[] = [];
  sendMessages(auth, (message) => void messages.push(message));
  connectViewer(auth, { url: viewer.socketUrl, ...(name && { name }), onWarning: see });
  const stately = createWebSocketInspector({ url: viewer.socketUrl, serializationDepthLimit: 20 });
  onTestFinished(() => stately.stop());
  connectStatelyInspector(auth, stately);
  return {
    messages,
    async collect() {
      auth.dispose();
      const counts = () => page.clients().map((client) => page.messages(client).length);
      await until(
        () => counts().length === 2 && counts().every((count) => count >= messages.length),
        () => `${messages.length} messages of two clients; got ${counts()}`,
      );
      see(messages.map((message) => JSON.stringify(message)));
      see(messages);
      see(page.texts);
      return counts();
    },
  };
}

describe.each(KINDS)('the inspectors of a client with %s', (_, credentials) => {
  test.each(FLOWS)('are shown no secret of %s', async (_flow, run) => {
    const world = await createWorld({ users: USERS });
    const watched = watchedClient(world, { credentials: credentials(world.tmdb) });
    const { messages, collect } = await inspectAll(watched);
    await run(watched, world);
    const counts = await collect();
    expect(messages.length).toBeGreaterThan(10);
    // Our connection to the viewer and Stately’s have both sent the page all messages.
    expect(counts).toEqual([messages.length, messages.length]);
    const { leaks, secrets, characters } = watched.search();
    expect(leaks).toEqual([]);
    expect(secrets).toBeGreaterThan(6);
    expect(characters).toBeGreaterThan(50_000);
  });
});

test('a secret that an inspector is shown would be found', async () => {
  const world = await createWorld({ users: USERS });
  const watched = watchedClient(world);
  const { collect } = await inspectAll(watched, `the client with ${world.tmdb.accessToken}`);
  await world.reaches(watched.auth, 'idle.fresh');
  await collect();
  expect(watched.search().leaks).toEqual(['access token in seen by the app']);
});

test('an inspector that fails does not print a secret', async () => {
  const world = await createWorld({ users: USERS });
  const watched = watchedClient(world);
  sendMessages(watched.auth, () => {
    throw new Error('full');
  });
  connectViewer(watched.auth, { url: 'ws://127.0.0.1:9' });
  const [, run] = FLOWS[0] ?? [];
  await run?.(watched, world);
  const { leaks, secrets } = watched.search();
  expect(leaks).toEqual([]);
  expect(secrets).toBeGreaterThan(6);
});
