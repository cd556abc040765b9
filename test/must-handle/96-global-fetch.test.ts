// Seen with @lorenzopant/tmdb: A typed client has no `fetch` option, and with `auth.fetch` as the global `fetch` every request called itself without end.
// Here: A client that gets its own request again passes it to the `fetch` that was global when the client was made.
import { expect, onTestFinished, test } from 'vitest';
import { createTmdbAuth, memoryStorage, type TmdbAuth } from '../../src/index.ts';
import { toApproval } from '../core/helpers.ts';
import { listener } from '../core/servers.ts';
import { callback } from '../support/approval.ts';
import { settingsFor } from '../support/settings.ts';
import { createWorld, type World } from '../support/world.ts';

function putInPlace(fetch: typeof globalThis.fetch): void {
  const { fetch: own } = globalThis;
  onTestFinished(() => {
    globalThis.fetch = own;
  });
  globalThis.fetch = fetch;
}

/** A client that uses the global fetch. */
function clientOf(world: World): TmdbAuth {
  const auth = createTmdbAuth({ ...settingsFor(world.tmdb), clock: world.clock, storage: memoryStorage() });
  onTestFinished(() => auth.dispose());
  return auth;
}

async function signIn(world: World, auth: TmdbAuth, username: string): Promise<void> {
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken, username);
  await Promise.all([auth.handleCallback(callback(requestToken)), done]);
}

async function signedIn() {
  const world = await createWorld();
  const auth = clientOf(world);
  await signIn(world, auth, 'sandra');
  world.tmdb.resetRequests();
  return { world, auth };
}

test.each([
  ['the function itself', (auth: TmdbAuth) => auth.fetch],
  [
    'a function that calls it',
    (auth: TmdbAuth): typeof fetch =>
      (...asked) =>
        auth.fetch(...asked),
  ],
])('the global fetch acts for the user when it is %s', async (_, make) => {
  const { world, auth } = await signedIn();
  putInPlace(make(auth));
  const response = await fetch('https://api.themoviedb.org/3/account');
  expect(await response.json()).toMatchObject({ username: 'sandra' });
  expect(world.tmdb.requests).toHaveLength(1);
});

test('a client that uses itself as the global fetch signs in and out', async () => {
  const world = await createWorld();
  const auth = clientOf(world);
  putInPlace(auth.fetch);
  await signIn(world, auth, 'sandra');
  expect(auth.getView()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  await auth.logout();
  expect(world.tmdb.sessions()).toEqual([]);
});

test('another client keeps its own user while the first client’s fetch is the global one', async () => {
  const { world, auth: first } = await signedIn();
  world.tmdb.addUser({ username: 'ada', password: 'sandbox' });
  putInPlace(first.fetch);
  const second = clientOf(world);
  await signIn(world, second, 'ada');
  await second.fetch('/3/movie/550/rating', { method: 'POST', body: JSON.stringify({ value: 8 }) });
  expect(world.tmdb.account('ada').ratings).toHaveLength(1);
  expect(world.tmdb.account('sandra').ratings).toEqual([]);
});

test('the global fetch still reaches other servers, and accepts the same options twice', async () => {
  const { auth } = await signedIn();
  putInPlace(auth.fetch);
  const other = await listener();
  const options = { headers: { 'x-mine': '1' } };
  expect((await fetch(other.url, options)).status).toBe(200);
  expect((await fetch('https://api.themoviedb.org/3/account', options)).status).toBe(200);
  expect(other.heard).toMatchObject([{ headers: { 'x-mine': '1' } }]);
});
