// TMDB and ofetch: An error's message contained the URL with its secrets, and its fields the body.
// Here: Every error is built from a code alone. A search for planted secrets covers every flow.
import { describe, expect, test } from 'vitest';
import type { TmdbAuthOptions } from '../../src/index.ts';
import type { Fault, Sandbox } from '../../src/tools/sandbox/index.ts';
import { storageKeyOf, storedIn } from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { timesAsked, VALIDATE } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { allow, begin, end, FLOWS } from './secret-flows.ts';
import { BACK_TO, PASSWORD, watchedClient } from './sentinel.ts';

const KINDS: readonly [string, (tmdb: Sandbox) => Pick<TmdbAuthOptions, 'credentials' | 'apiVersion'>][] = [
  ['an access token', ({ accessToken }) => ({ credentials: { accessToken } })],
  ['an API key', ({ apiKey }) => ({ credentials: { apiKey } })],
  ['an access token and v4', ({ accessToken }) => ({ credentials: { accessToken }, apiVersion: 4 })],
];
const USERS = [{ username: 'sandra', password: PASSWORD }];

describe.each(KINDS)('with %s', (_, options) => {
  test.each(FLOWS)('no secret shows in %s', async (_flow, run) => {
    const world = await createWorld({ users: USERS });
    const watched = watchedClient(world, options(world.tmdb));
    await run(watched, world);
    const { leaks, secrets, characters } = watched.search();
    expect(leaks).toEqual([]);
    expect(secrets).toBeGreaterThan(6);
    expect(characters).toBeGreaterThan(10_000);
  });

  const ALWAYS = Number.POSITIVE_INFINITY;
  const FAULTS: readonly [string, (tmdb: Sandbox) => Fault][] = [
    ['HTML', () => ({ kind: 'html', times: ALWAYS })],
    ['no connection', () => ({ kind: 'dropBefore', times: ALWAYS })],
    ['a 500', () => ({ kind: 'status', status: 500, times: ALWAYS })],
    ['truncated answers', () => ({ kind: 'truncated', times: ALWAYS })],
    [
      'an answer that echoes what was sent',
      ({ accessToken, apiKey }) => ({
        kind: 'answer',
        status: 401,
        times: ALWAYS,
        body: {
          status_code: 7,
          status_message: `bad ${accessToken} ${apiKey} ${PASSWORD}`,
          errors: [accessToken],
        },
      }),
    ],
    [
      'a redirect elsewhere',
      () => ({
        kind: 'answer',
        status: 302,
        times: ALWAYS,
        headers: { location: 'http://elsewhere.test/' },
      }),
    ],
  ];

  test.each(FAULTS)('no secret shows when every step ends in %s', async (_fault, fault) => {
    const world = await createWorld({ users: USERS });
    const watched = watchedClient(world, options(world.tmdb));
    const { auth, see } = watched;
    const spoil = () => world.tmdb.faults.add(fault(world.tmdb));
    const heal = () => world.tmdb.faults.clear();
    const use = async () => {
      // The bodies of the app's own calls belong to the app; the rest of the answer must be clean.
      for (const path of ['/3/account', '/3/movie/550/rating', '/3/movie/550']) {
        const response = await auth.fetch(path, { method: 'GET' }).catch((error: unknown) => void see(error));
        if (!response) continue;
        see([response, response.url, [...response.headers], response.redirected, response.type]);
        await response.text();
      }
    };
    spoil();
    await end(watched, world, auth.login({ redirectTo: BACK_TO }));
    await end(watched, world, auth.loginAsGuest());
    await end(watched, world, auth.loginWithPassword({ username: 'sandra', password: PASSWORD }));
    heal();
    const token = await begin(watched, world);
    world.tmdb.approve(token);
    spoil();
    await end(watched, world, auth.handleCallback(callback(token)));
    heal();
    await end(watched, world, auth.loginAsGuest());
    spoil();
    await use();
    heal();
    await allow(watched, world);
    spoil();
    await use();
    await end(watched, world, auth.logout());
    const { leaks, secrets } = watched.search();
    expect(leaks).toEqual([]);
    expect(secrets).toBeGreaterThan(8);
  });

  test('ofetch errors from `api` name the requested address without credentials', async () => {
    const world = await createWorld({ users: USERS });
    const watched = watchedClient(world, options(world.tmdb));
    await allow(watched, world);
    for (const [path, method] of [
      ['/3/movie/999999999', 'GET'],
      ['/3/movie/550/rating', 'PUT'],
      ['/3/account/1/x', 'GET'],
    ]) {
      await end(watched, world, watched.auth.api(path as string, { method: method as 'GET' | 'PUT' }));
    }
    world.tmdb.faults.add({ kind: 'dropBefore', times: ALWAYS });
    await end(watched, world, watched.auth.api('/3/account'));
    const leaving = new AbortController();
    world.tmdb.faults.clear();
    world.tmdb.faults.add({ kind: 'hang', times: ALWAYS });
    const aborted = watched.auth.api('/3/account', { signal: leaving.signal });
    leaving.abort();
    await end(watched, world, aborted);
    expect(watched.search().leaks).toEqual([]);
  });
});

test('errors of a storage and a navigator that contain secrets put none into ours', async () => {
  const world = await createWorld({ users: USERS });
  const watched = watchedClient(world, {
    storage: {
      get: (key) => world.storage.get(key),
      set: (_key, value) => {
        throw new Error(`could not write ${value}`);
      },
      remove: () => {},
    },
    navigator: {
      visit: () => ({
        redirectTo: BACK_TO,
        open: (url) => {
          throw new Error(`could not open ${url}`);
        },
      }),
    },
  });
  await allow(watched, world);
  expect(watched.auth.getView().failure?.code).toBe('storage_unavailable');
  expect(watched.search().leaks).toEqual([]);
});

test('an unreadable record is not quoted', async () => {
  const world = await createWorld({ users: USERS });
  const key = storageKeyOf(world);
  await world.storage.set(key, `{"v":1,"secrets":{"password":"${PASSWORD}","x":"${BACK_TO}"}`);
  const watched = watchedClient(world);
  await world.reaches(watched.auth, 'idle.fresh');
  expect(await world.storage.get(key)).toBeNull();
  expect(watched.search().leaks).toEqual([]);
});

test('the password is sent once and never repeated', async () => {
  const world = await createWorld({ users: USERS });
  const bodies: string[] = [];
  const watched = watchedClient(world, {
    fetch: async (input, init) => {
      bodies.push(String(init?.body ?? ''));
      return globalThis.fetch(input, init);
    },
  });
  world.tmdb.faults.add({ kind: 'status', status: 503, match: VALIDATE });
  await end(watched, world, watched.auth.loginWithPassword({ username: 'sandra', password: PASSWORD }));
  expect(watched.auth.getView()).toMatchObject({ state: 'idle.failed', can: { retry: false } });
  await end(watched, world, watched.auth.retry());
  expect(timesAsked(world.tmdb, VALIDATE)).toBe(1);
  expect(bodies.filter((body) => body.includes(PASSWORD))).toHaveLength(1);
  expect(JSON.stringify(await storedIn(world))).not.toContain(PASSWORD);
});

test('the search knows the secrets of v4: request token, access token and session', async () => {
  const world = await createWorld({ users: USERS });
  const watched = watchedClient(world, { apiVersion: 4 });
  const token = await begin(watched, world);
  world.tmdb.approve(token);
  await end(watched, world, watched.auth.handleCallback(BACK_TO));
  const { secrets } = JSON.parse((await storedIn(world)) ?? '{}');
  expect(watched.search().leaks).toEqual([]);
  watched.see([`a ${token}`, `b ${secrets.accessToken}`, `c ${secrets.sessionId}`]);
  expect(watched.search().leaks).toEqual([
    expect.stringMatching(/^request_token \d+ in seen by the app$/),
    expect.stringMatching(/^access_token \d+ in seen by the app$/),
    expect.stringMatching(/^session_id \d+ in seen by the app$/),
  ]);
});

test('the search finds planted secrets', async () => {
  const world = await createWorld({ users: USERS });
  const watched = watchedClient(world);
  await allow(watched, world);
  watched.see({ nested: { deep: [new Error(`oops ${world.tmdb.accessToken}`)] } });
  console.warn(`the key is ${world.tmdb.apiKey}`);
  expect(watched.search().leaks).toEqual([
    expect.stringContaining('access token in seen by the app'),
    expect.stringContaining('API key in console.warn'),
  ]);
});
