import { describe, expect, it } from 'vitest';
import { FAILURES, sandboxForTest } from './helpers.ts';

const SESSION_NEW = 'POST /3/authentication/session/new';

async function withApprovedToken() {
  const all = await sandboxForTest();
  const token = await all.newToken();
  all.sandbox.approve(token);
  all.sandbox.resetRequests();
  return { ...all, token };
}

const outcome = (promise: Promise<{ status: number }>) =>
  promise.then(
    (reply) => reply.status,
    () => 'cut',
  );

describe('a fault', () => {
  it('hits one API request of any kind by default', async () => {
    const { sandbox, api } = await sandboxForTest();
    sandbox.faults.add({ kind: 'status', status: 503, code: 46 });
    const statuses = [await api('GET /authentication'), await api('GET /authentication')].map(
      (r) => r.status,
    );
    expect(statuses).toEqual([503, 200]);
  });

  it('never hits the approval page or a preflight', async () => {
    const { sandbox, api, newToken } = await sandboxForTest();
    const token = await newToken();
    sandbox.faults.add({ kind: 'status', status: 503 });
    expect((await fetch(`${sandbox.webURL}/authenticate/${token}`)).status).toBe(200);
    expect((await fetch(`${sandbox.baseURL}/3/account`, { method: 'OPTIONS' })).status).toBe(204);
    expect((await api('GET /authentication')).status).toBe(503);
  });

  it('matches a string exactly and a RegExp anywhere, with or without the g flag', async () => {
    const { sandbox, api, newGuest } = await sandboxForTest();
    const guest = await newGuest();
    sandbox.faults.add({ kind: 'status', status: 500, match: 'GET /3/account' });
    expect((await api('GET /account/548')).status).toBe(200);
    expect((await api('GET /account')).status).toBe(500);
    sandbox.faults.add({ kind: 'status', status: 502, match: /rated/g, times: Number.POSITIVE_INFINITY });
    for (const _ of [1, 2, 3]) expect((await api(`GET /guest_session/${guest}/rated/tv`)).status).toBe(502);
    expect((await api('GET /account')).status).toBe(200);
    const byName = 'GET /3/guest_session/:guest_session_id/rated/tv';
    sandbox.faults.clear();
    sandbox.faults.add({ kind: 'status', status: 504, match: byName });
    expect((await api(`GET /guest_session/${guest}/rated/tv`)).status).toBe(504);
  });

  it('lets the first requests pass, counts down, and stops when removed', async () => {
    const { sandbox, api } = await sandboxForTest();
    const remove = sandbox.faults.add({ kind: 'status', status: 500, after: 1, times: 3 });
    const statuses: number[] = [];
    for (const _ of [1, 2, 3]) statuses.push((await api('GET /authentication')).status);
    remove();
    statuses.push((await api('GET /authentication')).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it('waits for earlier faults, so that each request gets one', async () => {
    const { sandbox, api } = await sandboxForTest();
    sandbox.faults.add({ kind: 'status', status: 500 });
    sandbox.faults.add({ kind: 'status', status: 502 });
    sandbox.faults.add({ kind: 'status', status: 504, after: 3 });
    const statuses: number[] = [];
    for (const _ of [1, 2, 3, 4, 5]) statuses.push((await api('GET /authentication')).status);
    expect(statuses).toEqual([500, 502, 200, 504, 200]);
  });
});

describe('a fault of the connection', () => {
  it('dropBefore cuts it without an effect', async () => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'dropBefore', match: SESSION_NEW });
    await expect(exchange(token)).rejects.toThrow('fetch failed');
    expect(sandbox.sessions()).toEqual([]);
    expect(sandbox.tokens()[0]?.state).toBe('approved');
    expect(sandbox.requests.map(({ status }) => status)).toEqual([0]);
    expect((await exchange(token)).status).toBe(200);
  });

  it('dropAfter cuts it after the effect', async () => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'dropAfter', match: SESSION_NEW });
    await expect(exchange(token)).rejects.toThrow('fetch failed');
    expect(sandbox.sessions()).toHaveLength(1);
    expect(sandbox.requests.map(({ status }) => status)).toEqual([0]);
    expect((await exchange(token)).body).toEqual(FAILURES[17]);
  });

  it('latency has its effect after the wait, even when the caller has left', async () => {
    const { sandbox, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'latency', ms: 400 });
    const leaving = new AbortController();
    const answer = fetch(`${sandbox.baseURL}/3/authentication/session/new`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.accessToken}` },
      body: JSON.stringify({ request_token: token }),
      signal: leaving.signal,
    });
    await expect.poll(() => sandbox.requests, { interval: 1 }).toHaveLength(1);
    expect(sandbox.sessions()).toEqual([]);
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expect.poll(() => sandbox.sessions()).toHaveLength(1);
    expect(sandbox.requests.map(({ status }) => status)).toEqual([0]);
  });

  it('latency with when: after has its effect first and answers late', async () => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'latency', ms: 300, when: 'after' });
    const answer = exchange(token);
    await expect.poll(() => sandbox.sessions(), { interval: 1 }).toHaveLength(1);
    expect(sandbox.requests[0]?.status).toBe(0);
    expect((await answer).status).toBe(200);
  });

  it('hang answers when it is removed, and has its effect only then', async () => {
    const { sandbox, exchange, token } = await withApprovedToken();
    const remove = sandbox.faults.add({ kind: 'hang' });
    const answer = exchange(token);
    await expect.poll(() => sandbox.requests).toHaveLength(1);
    expect(sandbox.sessions()).toEqual([]);
    remove();
    expect((await answer).status).toBe(200);
    expect(sandbox.sessions()).toHaveLength(1);
  });

  it('hang with when: after has its effect at once, and ends with clear()', async () => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'hang', when: 'after' });
    const answer = exchange(token);
    await expect.poll(() => sandbox.sessions()).toHaveLength(1);
    sandbox.faults.clear();
    expect((await answer).status).toBe(200);
    expect(sandbox.sessions()).toHaveLength(1);
  });

  it('hang forgets a request whose caller has left', async () => {
    const { sandbox, api, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'hang', match: SESSION_NEW });
    const leaving = new AbortController();
    const answer = fetch(`${sandbox.baseURL}/3/authentication/session/new`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.accessToken}` },
      body: JSON.stringify({ request_token: token }),
      signal: leaving.signal,
    });
    await expect.poll(() => sandbox.requests).toHaveLength(1);
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    // Once a later request is answered, the server has noticed that the other connection was closed.
    await api('GET /authentication');
    sandbox.faults.clear();
    await api('GET /authentication');
    expect(sandbox.sessions()).toEqual([]);
  });

  it('close() ends hanging and slow requests without an effect', async () => {
    const { sandbox, exchange, api, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'hang' });
    sandbox.faults.add({ kind: 'latency', ms: 600_000 });
    const answers = [outcome(exchange(token)), outcome(api('GET /authentication'))];
    await expect.poll(() => sandbox.requests).toHaveLength(2);
    await sandbox.close();
    expect(await Promise.all(answers)).toEqual(['cut', 'cut']);
    expect(sandbox.sessions()).toEqual([]);
  });
});

describe('a fault of the answer', () => {
  it.each([
    [{}, '1'],
    [{ retryAfter: 7 }, '7'],
    [{ retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 'Wed, 21 Oct 2026 07:28:00 GMT'],
    [{ retryAfter: null }, null],
  ])('rateLimited answers with the Retry-After of %j', async (options, header) => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'rateLimited', ...options });
    const { status, headers, body } = await exchange(token);
    expect([status, headers.get('retry-after')]).toEqual([429, header]);
    expect(body).toEqual({
      success: false,
      status_code: 25,
      status_message: 'Your request count (41) is over the allowed limit of (40).',
    });
    expect(sandbox.sessions()).toEqual([]);
  });

  it('rateLimited can answer without JSON', async () => {
    const { sandbox } = await sandboxForTest();
    sandbox.faults.add({ kind: 'rateLimited', body: 'html', retryAfter: 2 });
    sandbox.faults.add({ kind: 'rateLimited', body: 'none' });
    const page = await fetch(`${sandbox.baseURL}/3/account`);
    expect([page.status, page.headers.get('content-type')]).toEqual([429, 'text/html;charset=utf-8']);
    expect(page.headers.get('retry-after')).toBe('2');
    expect(await page.text()).toContain('<h1>Please wait</h1>');
    const nothing = await fetch(`${sandbox.baseURL}/3/account`);
    expect([nothing.status, await nothing.text()]).toEqual([429, '']);
  });

  it.each([
    [{ status: 503, code: 46 }, 503, 46],
    [{ code: 10 }, 401, 10],
    [{ code: 33 }, 401, 33],
    [{ code: 35 }, 401, 35],
    [{ code: 36 }, 401, 36],
    [{ code: 41 }, 422, 41],
    [{ status: 404, code: 3 }, 404, 3],
    [{ status: 500 }, 500, undefined],
    [{}, 503, undefined],
  ])('status answers as %j says', async (fault, status, code) => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'status', ...fault });
    const reply = await exchange(token);
    expect([reply.status, reply.body.status_code, reply.body.success]).toEqual([status, code, false]);
    expect(sandbox.sessions()).toEqual([]);
  });

  it.each([
    [{}, 200],
    [{ status: 502 }, 502],
  ])('html answers with a page as %j says', async (options, status) => {
    const { sandbox } = await sandboxForTest();
    sandbox.faults.add({ kind: 'html', ...options });
    const response = await fetch(`${sandbox.baseURL}/3/authentication/token/new`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'text/html;charset=utf-8',
    ]);
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
    expect(sandbox.tokens()).toEqual([]);
  });

  it('truncated has its effect and sends half of the JSON', async () => {
    const { sandbox, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'truncated' });
    const response = await fetch(`${sandbox.baseURL}/3/authentication/session/new`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.accessToken}` },
      body: JSON.stringify({ request_token: token }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json;charset=utf-8',
    ]);
    const text = await response.text();
    expect(text).toMatch(/^\{"success":true,"session_id":"[0-9a-f]+$/);
    expect(() => JSON.parse(text)).toThrow();
    expect(sandbox.sessions()).toHaveLength(1);
  });

  it('garbage answers 200 with wrong types, without an effect', async () => {
    const { sandbox, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'garbage' });
    const { status, body } = await exchange(token);
    expect([status, body.success, body.session_id, body.access_token]).toEqual([200, true, 17, 17]);
    expect(sandbox.sessions()).toEqual([]);
  });

  it('early17 denies an approved token without spending it, only at session/new', async () => {
    const { sandbox, api, exchange, token } = await withApprovedToken();
    sandbox.faults.add({ kind: 'early17', times: 2 });
    expect((await api('GET /authentication')).status).toBe(200);
    for (const _ of [1, 2]) {
      const early = await exchange(token);
      expect([early.status, early.body]).toEqual([401, FAILURES[17]]);
    }
    expect((await exchange(token)).status).toBe(200);
  });

  it('revokeUser ends the sessions just before the request is handled', async () => {
    const { sandbox, api, newSession } = await sandboxForTest();
    const session = await newSession();
    sandbox.faults.add({ kind: 'revokeUser', username: 'nobody', match: 'GET /3/account' });
    sandbox.faults.add({ kind: 'revokeUser', match: 'GET /3/account' });
    expect((await api(`GET /account?session_id=${session}`)).status).toBe(200);
    expect((await api(`GET /account?session_id=${session}`)).body).toEqual(FAILURES[3]);
    expect(sandbox.sessions()).toEqual([]);
  });

  it('revokeUser ends the access tokens, too', async () => {
    const { sandbox, api4, newUserToken } = await sandboxForTest();
    const { headers, accountId } = await newUserToken();
    sandbox.faults.add({ kind: 'revokeUser', match: `GET /4/account/${accountId}/lists` });
    const reply = await api4(`GET /account/${accountId}/lists`, undefined, headers);
    expect([reply.status, reply.body]).toEqual([401, FAILURES[7]]);
    expect(sandbox.accessTokens()).toEqual([]);
  });

  it('answer sends what the test gives it', async () => {
    const { sandbox, api } = await sandboxForTest();
    sandbox.faults.add({ kind: 'answer', status: 418, body: { errors: ['x'] }, headers: { 'x-made': 'up' } });
    const reply = await api('GET /authentication/token/new');
    expect([reply.status, reply.body, reply.headers.get('x-made')]).toEqual([418, { errors: ['x'] }, 'up']);
    expect(sandbox.tokens()).toEqual([]);
  });
});
