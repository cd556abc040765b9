import { describe, expect, test } from 'vitest';
import { SECOND } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';
import { signedIn } from './helpers.ts';
import { listener } from './servers.ts';

/** A client whose TMDB is a server of ours, so that everything it is sent can be seen. */
async function watched() {
  const world = await createWorld();
  const { url, heard } = await listener();
  const auth = world.client({ baseURL: url });
  await world.reaches(auth, 'idle.fresh');
  return { world, auth, url, heard };
}

describe('what TMDB answers', () => {
  test('401/3 is verified and, if true, ends the session', async () => {
    const { world, auth } = await signedIn();
    world.tmdb.revoke();
    const response = await auth.fetch('/3/account');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ status_code: 3 });
    await world.reaches(auth, 'idle.sessionRevoked');
    expect(auth.getView().failure?.code).toBe('session_invalid');
  });

  test('401/3 of one call is not believed if TMDB still knows the session', async () => {
    const { world, auth } = await signedIn();
    world.tmdb.faults.add({ kind: 'status', code: 3, match: /rating/ });
    await auth.fetch('/3/movie/550/rating', { method: 'DELETE' });
    await world.reaches(auth, 'sessionActive.ready');
    expect(world.tmdb.requests.at(-1)).toMatchObject({ path: '/3/account', hasSession: true });
    expect(auth.getView()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  });

  test.each([36, 7, 17, 33, 38, 39])('401/%i verifies nothing and ends nothing', async (code) => {
    const { world, auth } = await signedIn();
    const before = auth.getView();
    world.tmdb.faults.add({ kind: 'status', code, status: 401 });
    expect((await auth.fetch('/3/account')).status).toBe(401);
    expect(auth.getView()).toBe(before);
    expect(world.tmdb.requests).toHaveLength(1);
  });

  test('401/3 on a call without a session says nothing about it', async () => {
    const { world, auth } = await signedIn();
    const before = auth.getView();
    world.tmdb.faults.add({ kind: 'status', code: 3 });
    expect((await auth.fetch('/3/movie/550')).status).toBe(401);
    expect(auth.getView()).toBe(before);
  });

  test('is handed on as it is: status, headers, body', async () => {
    const { world, auth } = await signedIn();
    const headers = { 'x-limit': '40' };
    world.tmdb.faults.add({ kind: 'answer', status: 418, body: { tea: true }, headers });
    const response = await auth.fetch('/3/movie/550');
    expect([response.status, response.ok, response.headers.get('x-limit')]).toEqual([418, false, '40']);
    expect(await response.json()).toEqual({ tea: true });
  });

  test('no answer is `network`; ofetch’s error of `api` carries TMDB’s body', async () => {
    const { world, auth } = await signedIn();
    world.tmdb.faults.add({ kind: 'dropBefore' });
    await expect(auth.fetch('/3/movie/550')).rejects.toMatchObject({ code: 'network' });
    await expect(auth.api('/3/movie/999999')).rejects.toMatchObject({
      status: 404,
      data: { status_code: 34 },
    });
  });
});

describe('what is sent', () => {
  test('bodies, headers, queries and methods arrive', async () => {
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

  test('a header of the app’s own does not take the place of the credential', async () => {
    const { world, auth, heard } = await watched();
    await auth.fetch('/3/movie/550', { headers: { authorization: 'Bearer mine' } });
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${world.tmdb.accessToken}`);
  });

  test('an abort ends the call as an abort, before it is sent and while it waits', async () => {
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

  test('a call has no end but its own signal: slow is not wrong', async () => {
    const { world, auth } = await signedIn();
    const release = world.tmdb.faults.add({ kind: 'hang' });
    const call = auth.fetch('/3/movie/550');
    await world.until(() => world.tmdb.requests.length === 1);
    world.clock.advance(60 * SECOND);
    release();
    expect((await call).status).toBe(200);
  });
});
