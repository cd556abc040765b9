import { describe, expect, onTestFinished, test } from 'vitest';
import { type Fault, type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { APP } from '../support/approval.ts';

async function sandboxForTest() {
  const tmdb = await startSandbox();
  onTestFinished(() => tmdb.close());
  return tmdb;
}

/** Parts of an answer that differ from one request to the next. */
const OWN = /(?<="(request_token|guest_session_id|expires_at)":")[^"]*/g;
const OWN_HEADERS = ['authentication-callback', 'date'];
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

async function seen(fetch: typeof globalThis.fetch, url: string, init?: RequestInit) {
  try {
    const response = await fetch(url, { redirect: 'manual', ...init });
    const headers = [...response.headers]
      .filter(([name]) => !OF_THE_CONNECTION.includes(name))
      .map(([name, value]) => [name, OWN_HEADERS.includes(name) ? '' : value]);
    const text = (await response.text()).replace(OWN, '');
    const { status, url: from, redirected } = response;
    return { status, url: from, redirected, headers, text };
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code: string } };
    return { name, code: cause?.code };
  }
}

/** Sends the same request over HTTP and without a network, each with the same fault. */
async function both(tmdb: Sandbox, path: string, init?: RequestInit, fault?: Fault) {
  const answers = [];
  for (const fetch of [globalThis.fetch, tmdb.fetch]) {
    const remove = fault && tmdb.faults.add(fault);
    answers.push(await seen(fetch, tmdb.baseURL + path, init));
    remove?.();
  }
  return answers;
}

const asApp = ({ accessToken }: Sandbox) => ({ authorization: `Bearer ${accessToken}` });

describe('sandbox.fetch', () => {
  test.each([
    ['an endpoint', '/3/authentication/token/new', 'GET', undefined],
    ['a body', '/3/authentication/session/new', 'POST', '{"request_token":"abc"}'],
    ['a broken body', '/3/authentication/session/new', 'POST', '{"request_token":'],
    ['a body that is too long', '/3/authentication/session/new', 'POST', `{"a":"${'a'.repeat(70_000)}"}`],
    ['a query', '/3/movie/550/account_states?session_id=abc#top', 'GET', undefined],
    ['an unknown path', '/3/nothing', 'GET', undefined],
    ['a preflight', '/3/account', 'OPTIONS', undefined],
    ['a page', `/authenticate/abc?redirect_to=${encodeURIComponent(APP)}`, 'GET', undefined],
  ])('answers a request with %s as HTTP does', async (_, path, method, body) => {
    const tmdb = await sandboxForTest();
    const [wire, near] = await both(tmdb, path, { method, headers: asApp(tmdb), ...(body && { body }) });
    expect(near).toEqual(wire);
    const [first, second] = tmdb.requests;
    expect(second).toEqual(first && { ...first, at: second?.at });
  });

  test.each<Fault>([
    { kind: 'dropBefore' },
    { kind: 'dropAfter' },
    { kind: 'truncated' },
    { kind: 'rateLimited' },
    { kind: 'html' },
    { kind: 'status', status: 503 },
    { kind: 'latency', ms: 20 },
    { kind: 'answer', status: 204 },
    { kind: 'answer', status: 302, headers: { location: 'https://elsewhere.example/' } },
  ])('answers as HTTP does under the fault $kind $status', async (fault) => {
    const tmdb = await sandboxForTest();
    const path = '/3/authentication/guest_session/new';
    const [wire, near] = await both(tmdb, path, { headers: asApp(tmdb) }, fault);
    expect(near).toEqual(wire);
  });

  const REDIRECTED = ['GET', 'POST', 'DELETE'].flatMap((method) =>
    [301, 302, 303, 307, 308].map((status) => [method, status] as const),
  );
  const whatWasAsked = ({ requests }: Sandbox) =>
    requests.map(({ method, path, bearer, hasSession }) => [method, path, bearer, hasSession]);

  test.each(REDIRECTED)('follows a %s that is redirected with %i as HTTP does', async (method, status) => {
    const tmdb = await sandboxForTest();
    const headers = { location: `${tmdb.baseURL}/3/authentication/session` };
    const fault: Fault = { kind: 'answer', status, headers };
    const body = JSON.stringify({ session_id: 'abc' });
    const init = {
      method,
      redirect: 'follow',
      headers: asApp(tmdb),
      ...(method !== 'GET' && { body }),
    } as const;
    const [wire, near] = await both(tmdb, '/3/authentication', init, fault);
    expect(near).toEqual(wire);
    const asked = whatWasAsked(tmdb);
    expect(asked.slice(2)).toEqual(asked.slice(0, 2));
  });

  test('follows a redirect to another host as HTTP does, without the credentials', async () => {
    const [tmdb, other] = [await sandboxForTest(), await sandboxForTest()];
    const headers = { location: `${other.baseURL}/3/authentication` };
    const [wire, near] = await both(
      tmdb,
      '/3/account',
      { redirect: 'follow', headers: asApp(tmdb) },
      { kind: 'answer', status: 302, headers },
    );
    expect(near).toEqual(wire);
    expect(whatWasAsked(other)).toEqual(Array(2).fill(['GET', '/3/authentication', null, false]));
  });

  test.each(['error', 'follow'] as const)(
    'rejects endless redirects as HTTP does, with redirect: %s',
    async (redirect) => {
      const tmdb = await sandboxForTest();
      const fault: Fault = {
        kind: 'answer',
        status: 302,
        headers: { location: '/3/account' },
        times: Number.POSITIVE_INFINITY,
      };
      const [wire, near] = await both(tmdb, '/3/account', { redirect, headers: asApp(tmdb) }, fault);
      expect(near).toEqual(wire);
      expect(tmdb.requests.length).toBe(redirect === 'error' ? 2 : 42);
    },
  );

  test('takes a form as HTTP does', async () => {
    const tmdb = await sandboxForTest();
    const { request_token } = await (
      await tmdb.fetch(`${tmdb.baseURL}/3/authentication/token/new`, { headers: asApp(tmdb) })
    ).json();
    const allowed = await tmdb.fetch(`${tmdb.webURL}/authenticate/${request_token}/allow`, {
      method: 'POST',
      body: new URLSearchParams({ redirect_to: APP }),
      redirect: 'manual',
    });
    expect([allowed.status, allowed.headers.get('location')]).toEqual([
      302,
      `${APP}?request_token=${request_token}&approved=true`,
    ]);
    expect(tmdb.tokens().map(({ state }) => state)).toEqual(['approved']);
  });
});

test('sandbox.fetch rejects when its caller aborts, and a hung request has no effect', async () => {
  const tmdb = await sandboxForTest();
  const release = tmdb.faults.add({ kind: 'hang' });
  const leaving = new AbortController();
  const url = `${tmdb.baseURL}/3/authentication/guest_session/new`;
  const asked = tmdb.fetch(url, { headers: asApp(tmdb), signal: leaving.signal });
  await expect.poll(() => tmdb.requests[0]).toMatchObject({ open: true, held: true, status: 0 });
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  release();
  await expect(tmdb.fetch(url, { signal: leaving.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(tmdb.requests).toMatchObject([{ open: false, held: false, status: 0 }]);
  expect(tmdb.guests()).toEqual([]);
});

test('sandbox.fetch sends a request to another address over the network, and a closed sandbox answers none', async () => {
  const [tmdb, other] = [await sandboxForTest(), await sandboxForTest()];
  const url = `${other.baseURL}/3/authentication`;
  expect((await tmdb.fetch(url, { headers: asApp(other) })).status).toBe(200);
  expect([tmdb.requests.length, other.requests.length]).toEqual([0, 1]);
  const hung = other.fetch(url);
  other.faults.add({ kind: 'hang' });
  await other.close();
  await hung.catch(() => {});
  const gone = await both(other, '/3/authentication');
  expect(gone[1]).toEqual(gone[0]);
});
