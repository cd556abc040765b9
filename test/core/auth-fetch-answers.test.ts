import { describe, expect, test } from 'vitest';
import { SECOND } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';
import { signedIn } from './helpers.ts';
import { listener } from './servers.ts';

/** A client that uses a server of this test as TMDB, which records each request. */
async function watched() {
  const world = await createWorld();
  const { url, heard } = await listener();
  const auth = world.client({ baseURL: url });
  await world.reaches(auth, 'idle.fresh');
  return { world, auth, url, heard };
}

describe('auth.fetch with an answer of TMDB', () => {
  test('verifies a 401/3 and ends the session if TMDB confirms it', async () => {
    const { world, auth } = await signedIn();
    world.tmdb.revoke();
    const response = await auth.fetch('/3/account');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ status_code: 3 });
    await world.reaches(auth, 'idle.sessionRevoked');
    expect(auth.getView().failure?.code).toBe('session_invalid');
  });

  test('keeps the session after one 401/3 when TMDB still knows it', async () => {
    const { world, auth } = await signedIn();
    world.tmdb.faults.add({ kind: 'status', code: 3, match: /rating/ });
    await auth.fetch('/3/movie/550/rating', { method: 'DELETE' });
    await world.reaches(auth, 'sessionActive.ready');
    expect(world.tmdb.requests.at(-1)).toMatchObject({ path: '/3/account', hasSession: true });
    expect(auth.getView()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  });

  test.each([36, 7, 17, 33, 38, 39])('neither verifies nor ends anything after 401/%i', async (code) => {
    const { world, auth } = await signedIn();
    const before = auth.getView();
    world.tmdb.faults.add({ kind: 'status', code, status: 401 });
    expect((await auth.fetch('/3/account')).status).toBe(401);
    expect(auth.getView()).toBe(before);
    expect(world.tmdb.requests).toHaveLength(1);
  });

  test('ignores a 401/3 on a request that carried no session', async () => {
    const { world, auth } = await signedIn();
    const before = auth.getView();
    world.tmdb.faults.add({ kind: 'status', code: 3 });
    expect((await auth.fetch('/3/movie/550')).status).toBe(401);
    expect(auth.getView()).toBe(before);
  });

  test('returns status, headers and body unchanged', async () => {
    const { world, auth } = await signedIn();
    const headers = { 'x-limit': '40' };
    world.tmdb.faults.add({ kind: 'answer', status: 418, body: { tea: true }, headers });
    const response = await auth.fetch('/3/movie/550');
    expect([response.status, response.ok, response.headers.get('x-limit')]).toEqual([418, false, '40']);
    expect(await response.json()).toEqual({ tea: true });
  });

  test('rejects with `network` without an answer; ofetch’s error of `api` carries TMDB’s body', async () => {
    const { world, auth } = await signedIn();
    world.tmdb.faults.add({ kind: 'dropBefore' });
    await expect(auth.fetch('/3/movie/550')).rejects.toMatchObject({ code: 'network' });
    await expect(auth.api('/3/movie/999999')).rejects.toMatchObject({
      status: 404,
      data: { status_code: 34 },
    });
  });
});

describe('auth.fetch with a request', () => {
  test('sends bodies, headers, queries and methods as given', async () => {
    const { auth, url, heard } = await watched();
    const body = JSON.stringify({ value: 8, text: 'Žofie 🎬' });
    const headers = { 'content-type': 'application/json', 'x-mine': 'yes' };
    await auth.fetch('/3/authentication/x?language=de&x=a%2Bb', { method: 'POST', body, headers });
    await auth.fetch(new Request(`${url}/3/authentication/x`, { method: 'POST', body, headers }));
    await auth.fetch(`${url}/3/authentication/x`, { method: 'DELETE' });
    await auth.api('/3/authentication/x', { method: 'POST', query: { page: 2 }, body: { value: 1 } });
    expect(heard.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE', 'POST']);
    expect(heard[0]).toMatchObject({
      body,
      headers: { 'x-mine': 'yes', 'content-type': 'application/json' },
    });
    expect(Object.fromEntries(heard[0]?.query ?? [])).toEqual({ language: 'de', x: 'a+b' });
    expect(heard[1]?.body).toBe(body);
    expect(heard[3]?.body).toBe('{"value":1}');
    expect(heard[3]?.query.get('page')).toBe('2');
  });

  test('does not let a header of the app replace the credential', async () => {
    const { world, auth, heard } = await watched();
    await auth.fetch('/3/movie/550', { headers: { authorization: 'Bearer mine' } });
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${world.tmdb.accessToken}`);
  });

  test('rejects with an AbortError when aborted before or after sending', async () => {
    const { world, auth } = await signedIn();
    await expect(auth.fetch('/3/movie/550', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(world.tmdb.requests).toEqual([]);
    world.tmdb.faults.add({ kind: 'hang' });
    const leaving = new AbortController();
    const call = auth.fetch('/3/movie/550', { signal: leaving.signal });
    await world.until(() => world.tmdb.requests.length === 1);
    leaving.abort(new Error('changed my mind'));
    await expect(call).rejects.toThrow('changed my mind');
    expect(auth.getView().status).toBe('user');
  });

  test('sets no timeout of its own: a slow answer is not an error', async () => {
    const { world, auth } = await signedIn();
    const release = world.tmdb.faults.add({ kind: 'hang' });
    const call = auth.fetch('/3/movie/550');
    await world.until(() => world.tmdb.requests.length === 1);
    world.clock.advance(60 * SECOND);
    release();
    expect((await call).status).toBe(200);
  });
});
