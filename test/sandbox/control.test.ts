import { describe, expect, it } from 'vitest';
import { HOUR, START, sandboxForTest } from './helpers.ts';

/** A sandbox and its control, as a program in another language uses them. */
async function controlled(options: Parameters<typeof sandboxForTest>[0] = {}) {
  const stage = await sandboxForTest(options);
  const control = async (call: string, body?: unknown) => {
    const [method = '', path = ''] = call.split(' ');
    const response = await fetch(`${stage.sandbox.url}/_sandbox${path}`, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    expect(response.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    return [response.status, await response.json()];
  };
  return { ...stage, control };
}

describe('the control over HTTP', () => {
  it('approves and denies as a person does on the page', async () => {
    const { control, newToken, newV4Token, exchange, sandbox } = await controlled();
    const [allowed, denied, v4] = [await newToken(), await newToken(), await newV4Token()];
    expect(await control('POST /approve', { request_token: allowed })).toEqual([200, {}]);
    expect(await control('POST /approve', { request_token: v4, username: 'sandra' })).toEqual([200, {}]);
    expect(await control('POST /deny', { request_token: denied })).toEqual([200, {}]);
    expect(sandbox.tokens().map(({ state }) => state)).toEqual(['approved', 'denied', 'approved']);
    expect((await exchange(allowed)).status).toBe(200);
    for (const call of ['POST /approve', 'POST /deny']) {
      const [status, { error }] = await control(call, { request_token: allowed });
      expect([status, error]).toEqual([404, expect.stringContaining('the request token is not open')]);
    }
  });

  it('revokes the sessions of one user, or of all', async () => {
    const users = [
      { username: 'ada', password: 'x' },
      { username: 'bo', password: 'x' },
    ];
    const { control, newSession, sandbox } = await controlled({ users });
    for (const name of ['ada', 'ada', 'bo', 'bo']) await newSession(name);
    expect(await control('POST /revoke', { username: 'ada' })).toEqual([200, { ended: 2 }]);
    expect(await control('POST /revoke', { username: 'cy' })).toEqual([
      404,
      { error: 'account: no user cy' },
    ]);
    expect(sandbox.sessions()).toHaveLength(2);
    expect(await control('POST /revoke')).toEqual([200, { ended: 2 }]);
  });

  it('adds faults, removes one and clears them all', async () => {
    const { control, api } = await controlled();
    const status = async () => (await api('GET /authentication')).status;
    expect(await control('POST /faults', { kind: 'status', status: 503, times: null })).toEqual([
      201,
      { id: 1 },
    ]);
    expect([await status(), await status()]).toEqual([503, 503]);
    expect(await control('DELETE /faults/1')).toEqual([200, {}]);
    expect(await status()).toBe(200);
    await control('POST /faults', { kind: 'html', pattern: '^POST ' });
    await control('POST /faults', { kind: 'status', code: 9, match: 'GET /3/authentication', after: 1 });
    expect([await status(), await status(), await status()]).toEqual([200, 503, 200]);
    expect(await control('DELETE /faults')).toEqual([200, {}]);
    expect((await api('POST /authentication/session/new', {})).status).toBe(401);
    expect(await control('DELETE /faults/7')).toEqual([404, { error: 'There is no fault 7.' }]);
  });

  it('moves the clock', async () => {
    const { control, newGuest, sandbox } = await controlled();
    await newGuest();
    expect(await control('POST /clock', { advance: HOUR })).toEqual([200, { now: START + HOUR }]);
    expect(sandbox.guests()).toEqual([]);
    expect(await control('POST /clock', { now: 5 })).toEqual([200, { now: 5 }]);
    expect(await control('GET /clock')).toEqual([200, { now: 5 }]);
    for (const body of [{}, { now: 1, advance: 1 }, { advance: -6 }, { now: 9e15 }, { now: 1.5 }]) {
      expect([body, (await control('POST /clock', body))[0]]).toEqual([body, 400]);
    }
    expect(sandbox.clock.now()).toBe(5);
  });

  it('changes TMDB’s quirks, until a reset', async () => {
    const { control, sandbox } = await controlled();
    const before = { ...sandbox.quirks };
    expect(await control('POST /quirks', { ratedListsLag: 5, spamWords: ['x'] })).toEqual([
      200,
      { ...before, ratedListsLag: 5, spamWords: ['x'] },
    ]);
    expect(await control('GET /quirks')).toEqual([200, sandbox.quirks]);
    for (const body of [{ lag: 1 }, { spamWords: [1] }, { emptyGuestList: 201 }, { ratedListsLag: -1 }]) {
      expect([body, (await control('POST /quirks', body))[0]]).toEqual([body, 400]);
    }
    await control('POST /reset');
    expect(sandbox.quirks).toEqual(before);
  });

  it('adds users, who can then sign in', async () => {
    const { control, newToken, api, sandbox } = await controlled();
    const made = { username: 'ada', id: 549, name: 'Ada', standing: 'active' };
    expect(await control('POST /users', { username: 'ada', name: 'Ada' })).toEqual([201, made]);
    const [status, { error }] = await control('POST /users', { username: 'ada' });
    expect([status, error]).toEqual([409, 'The user ada already exists.']);
    const request_token = await newToken();
    const login = { username: 'ada', password: 'sandbox', request_token };
    expect((await api('POST /authentication/token/validate_with_login', login)).status).toBe(200);
    expect(await control('GET /users/ada')).toEqual([200, sandbox.account('ada')]);
    expect((await control('GET /users/bo'))[0]).toBe(404);
  });

  it('lists the requests to TMDB, without secrets', async () => {
    const { control, newSession, newGuest, api, sandbox } = await controlled();
    const session = await newSession();
    const guest = await newGuest();
    await api(`GET /account?session_id=${session}`);
    const [, log] = await control('GET /requests');
    expect(log).toEqual({ requests: sandbox.requests });
    expect(sandbox.requests).toHaveLength(4);
    const [, state] = await control('GET ');
    expect(state).toMatchObject({
      now: START,
      sessions: [{ username: 'sandra' }],
      guests: [{ used: false }],
    });
    const page = await (await fetch(sandbox.url)).text();
    const told = JSON.stringify([log, state, page]);
    for (const secret of [session, guest, sandbox.apiKey, sandbox.accessToken, '"sandbox"']) {
      expect(told).not.toContain(secret);
    }
    expect(await control('DELETE /requests')).toEqual([200, {}]);
    expect(sandbox.requests).toEqual([]);
  });

  it('resets everything to the start', async () => {
    const { control, api, newSession, newGuest, newUserToken, sandbox } = await controlled();
    const session_id = await newSession();
    await newGuest();
    await newUserToken();
    await api(`POST /list?session_id=${session_id}`, { name: 'Mine', language: 'en' });
    await control('POST /users', { username: 'ada' });
    await control('POST /faults', { kind: 'dropBefore', times: null });
    await control('POST /clock', { advance: HOUR });
    expect(await control('POST /reset')).toEqual([200, {}]);
    const [, state] = await control('GET ');
    const users = [{ username: 'sandra', id: 548, name: 'Sandra Box', standing: 'active' }];
    expect(state).toEqual({ now: START, users, sessions: [], accessTokens: [], guests: [], tokens: [] });
    expect([sandbox.requests, sandbox.account().lists]).toEqual([[], []]);
    expect((await api(`GET /account?session_id=${session_id}`)).status).toBe(401);
    expect(await control('DELETE /faults/1')).toEqual([404, { error: 'There is no fault 1.' }]);
  });

  it.each([
    ['POST /approve', '{"request_token":', 'The body must be a JSON object of at most 64 kB.'],
    ['POST /approve', [], 'The body must be a JSON object of at most 64 kB.'],
    ['POST /approve', {}, '"request_token" must be a string that is not empty.'],
    [
      'POST /approve',
      { request_token: 'x', user: 'y' },
      '"user" is unknown. Allowed fields: request_token, username.',
    ],
    ['POST /users', { username: 'x', standing: 'dead' }, '"standing" must be "active" or "disabled" or'],
    ['POST /users', { username: 'x', object_id: 'y' }, '"object_id" must be 24 hex digits.'],
    ['POST /faults', {}, '"kind" must be "latency" or "hang"'],
    ['POST /faults', { kind: '__proto__' }, '"kind" must be "latency" or "hang"'],
    ['POST /faults', { kind: 'latency' }, '"ms" must be a whole number from 0 to 2147483647.'],
    [
      'POST /faults',
      { kind: 'hang', ms: 5 },
      '"ms" is unknown. Allowed fields: kind, match, pattern, times, after, when.',
    ],
    ['POST /faults', { kind: 'hang', pattern: '(' }, '"pattern" must be a regular expression.'],
    [
      'POST /faults',
      { kind: 'hang', times: 'all' },
      '"times" must be a whole number from 0 to 9007199254740991 or null.',
    ],
    ['POST /faults', { kind: 'answer', status: 99 }, '"status" must be a whole number from 200 to 599.'],
    [
      'POST /faults',
      { kind: 'answer', headers: { 'a b': 'c' } },
      '"headers" must be an object of header names',
    ],
    [
      'POST /faults',
      { kind: 'answer', headers: { a: 'b\r\nc: d' } },
      '"headers" must be an object of header names',
    ],
    ['POST /reset', { now: 1 }, '"now" is unknown. Allowed fields: none.'],
    ['POST /reset', 'x'.repeat(70_000), 'The body must be a JSON object of at most 64 kB.'],
  ])('rejects %s %j with a message', async (call, body, message) => {
    const { control, api } = await controlled();
    const [status, { error }] = await control(call, body);
    expect([status, error]).toEqual([400, expect.stringContaining(message)]);
    expect((await api('GET /authentication')).status).toBe(200);
  });

  it('lists the right paths and methods for a wrong one', async () => {
    const { control } = await controlled();
    expect(await control('GET /nothing')).toEqual([404, { error: 'There is no such control path.' }]);
    expect((await control('GET /constructor'))[0]).toBe(404);
    expect((await control('GET /users/a/b'))[0]).toBe(404);
    expect(await control('PUT /clock')).toEqual([405, { error: 'Use GET or POST.' }]);
    expect(await control('GET /approve')).toEqual([405, { error: 'Use POST.' }]);
  });
});

describe('the page at /', () => {
  it('shows users and requests as text', async () => {
    const { sandbox, newSession, newGuest, newToken } = await controlled({
      users: [{ username: '<b>ada</b>', password: 'x' }],
    });
    await newSession();
    await newGuest();
    await newToken();
    await fetch(`${sandbox.url}/%3Cscript%3Ealert(1)%3C/script%3E`);
    const response = await fetch(sandbox.url);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(html).toContain(
      '<td class="long">&#60;b&#62;ada&#60;/b&#62;</td><td>548</td><td>1</td><td>0</td>',
    );
    expect(html).toContain('<td class="long">GET /3/authentication/guest_session/new</td><td>200</td>');
    expect(html).toContain('<td>v3</td><td>pending</td>');
    expect(html).toContain('GET /&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(html).not.toMatch(/<script|<b>/);
    expect(sandbox.requests.map(({ path }) => path).slice(-2)).toEqual(['/<script>alert(1)</script>', '/']);
    expect(html).not.toContain('<td class="long">GET /</td>');
    expect(await (await fetch(sandbox.url)).text()).not.toContain('<td class="long">GET /</td>');
  });
});
