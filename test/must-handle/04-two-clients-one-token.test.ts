// oidc-client-ts#430, #1618: Two tabs spent the same one-time token.
// Here: A client writes its claim before it exchanges the token, and reads the record again. The other client adopts the resulting session.
import { setTimeout as realPause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { StoragePort, TmdbAuth } from '../../src/index.ts';
import { codeOf, secretsOf, storedIn, toCallback, viewOf } from '../core/helpers.ts';
import { ACCOUNT, SESSION_NEW, timesAsked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

const exchanges = ({ tmdb }: World) =>
  tmdb.requests.filter(({ method, path }) => `${method} ${path}` === SESSION_NEW);

/** `count` clients on one storage that all wait for the same approval; the user has just approved. */
async function allWaiting(world: World, count: number, storage: StoragePort = world.storage) {
  const first = world.client({ storage });
  const { url } = await toCallback(world, first);
  while ((await storedIn(world)) === null) await realPause(1);
  const clients = [first];
  while (clients.length < count) {
    const next = world.client({ storage });
    await world.reaches(next, 'awaitingApproval');
    clients.push(next);
  }
  return { clients, url };
}

async function allComeBack(world: World, clients: readonly TmdbAuth[], url: string) {
  const views = clients.map((auth) => auth.handleCallback(url));
  for (const view of views) expect(await viewOf(world, view)).toMatchObject({ status: 'user' });
  for (const auth of clients) await world.reaches(auth, 'sessionActive.ready');
}

for (const count of [2, 10]) {
  test(`${count} clients that get the same callback at once make one session and all have it`, async () => {
    const world = await createWorld();
    const { clients, url } = await allWaiting(world, count);
    await allComeBack(world, clients, url);
    expect(exchanges(world).filter(({ status }) => status === 200)).toHaveLength(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
    for (const auth of clients) expect((await auth.fetch('/3/account')).status).toBe(200);
  });
}

test('a storage that answers late and in any order still leads to one session', async () => {
  const world = await createWorld();
  const { storage } = world;
  const late = <T>(operate: () => T | Promise<T>): Promise<T> => realPause(Math.random() * 6).then(operate);
  const slow: StoragePort = {
    get: (key) => late(() => storage.get(key)),
    set: (key, value) => late(() => storage.set(key, value)),
    remove: (key) => late(() => storage.remove(key)),
  };
  const { clients, url } = await allWaiting(world, 4, slow);
  await allComeBack(world, clients, url);
  expect(exchanges(world).filter(({ status }) => status === 200)).toHaveLength(1);
  expect(world.tmdb.sessions()).toHaveLength(1);
});

test('a client claims the token in storage before it spends it', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { url } = await toCallback(world, auth);
  const restore = world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
  const done = auth.handleCallback(url);
  await world.until(() => exchanges(world).length === 1);
  const record = JSON.parse((await storedIn(world)) ?? '{}');
  expect(record.facts.exchanging).toMatchObject({ by: expect.any(String), at: expect.any(Number) });
  restore();
  await viewOf(world, done);
});

test('a client that starts during another client’s exchange waits and adopts its session', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { url } = await toCallback(world, auth);
  const release = world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
  const done = auth.handleCallback(url);
  await world.until(() => exchanges(world).length === 1);
  const late = world.client();
  await world.reaches(late, 'sessionRequested');
  world.clock.advance(1_000);
  await realPause(20);
  expect(exchanges(world)).toHaveLength(1);
  release();
  expect((await viewOf(world, done)).status).toBe('user');
  await world.reaches(late, 'sessionActive.ready');
  expect(exchanges(world)).toHaveLength(1);
  expect(world.tmdb.sessions()).toHaveLength(1);
});

test('slow answers still lead to one session, however many clients start meanwhile', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { url } = await toCallback(world, auth);
  world.tmdb.faults.add({ kind: 'latency', ms: 60, when: 'after', match: SESSION_NEW });
  const done = auth.handleCallback(url);
  await world.until(() => exchanges(world).length === 1);
  const others = [world.client(), world.client(), world.client()];
  await viewOf(world, done);
  for (const other of others) await world.reaches(other, 'sessionActive.ready');
  expect(exchanges(world)).toHaveLength(1);
  expect(world.tmdb.sessions()).toHaveLength(1);
});

test('a client that finds the claim of a dead client reports it and lets the user sign in again', async () => {
  const world = await createWorld();
  const dead = world.client();
  const { url, done } = await toCallback(world, dead);
  world.tmdb.faults.add({ kind: 'dropAfter', match: SESSION_NEW });
  const interrupted = dead.handleCallback(url);
  interrupted.catch(() => {});
  await world.until(() => exchanges(world).length === 1);
  dead.dispose();
  expect(await codeOf(world, done)).toBe('disposed');
  const next = world.client();
  await world.reaches(next, 'idle.failed');
  expect(next.getView()).toMatchObject({
    failure: { code: 'exchange_interrupted', retryable: false },
    can: { login: true },
  });
  await world.signIn(next);
  expect(next.getView().status).toBe('user');
});

test('the claim of a client that died before its request reached TMDB costs only a wait', async () => {
  const world = await createWorld();
  const dead = world.client();
  const { url } = await toCallback(world, dead);
  world.tmdb.faults.add({ kind: 'dropBefore', match: SESSION_NEW });
  dead.handleCallback(url).catch(() => {});
  await world.until(() => exchanges(world).length === 1);
  dead.dispose();
  const next = world.client();
  await world.reaches(next, 'sessionActive.ready');
  expect(world.tmdb.sessions()).toHaveLength(1);
  expect(timesAsked(world.tmdb, ACCOUNT)).toBe(1);
});

test('two clients that poll for the same token share one session', async () => {
  const world = await createWorld();
  const one = world.client({ pollInterval: 1_000 });
  const login = one.login();
  await world.reaches(one, 'awaitingApproval');
  const other = world.client({ pollInterval: 1_000 });
  await world.reaches(other, 'awaitingApproval');
  world.tmdb.approve(world.token(one));
  await viewOf(world, login);
  await world.reaches(other, 'sessionActive.ready');
  expect(world.tmdb.sessions()).toHaveLength(1);
  expect((await secretsOf(world)).sessionId).toMatch(/^[0-9a-f]{40}$/);
  for (const auth of [one, other]) expect((await auth.fetch('/3/account')).status).toBe(200);
});
