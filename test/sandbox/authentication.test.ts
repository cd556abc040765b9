import { describe, expect, it } from 'vitest';
import { FAILURES, HOUR, MINUTE, START, sandboxForTest } from './helpers.ts';

const HEX_32 = /^[0-9a-f]{32}$/;
const HEX_40 = /^[0-9a-f]{40}$/;
const UNKNOWN = '0'.repeat(40);

describe('application credentials', () => {
  it('are taken as api_key or as Bearer token', async () => {
    const { sandbox, api } = await sandboxForTest();
    const byToken = await api('GET /authentication');
    expect([byToken.status, byToken.body]).toEqual([200, { success: true }]);
    const byKey = await api(`GET /authentication?api_key=${sandbox.apiKey}`, undefined, {});
    expect([byKey.status, byKey.body]).toEqual([200, { success: true }]);
  });

  it.each([
    ['missing', () => ({})],
    ['a key sent as Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['a token without the word Bearer', (_: string, token: string) => ({ authorization: token })],
    ['an unknown token', () => ({ authorization: 'Bearer eyJ.eyJ.x' })],
  ])('are rejected with 401/7 when they are %s', async (_, headers) => {
    const { sandbox, api } = await sandboxForTest();
    const reply = await api('GET /authentication', undefined, headers(sandbox.apiKey, sandbox.accessToken));
    expect([reply.status, reply.body]).toEqual([401, FAILURES[7]]);
  });

  it('are rejected when the key is unknown, or the token is sent as api_key', async () => {
    const { sandbox, api } = await sandboxForTest();
    for (const key of [UNKNOWN.slice(8), sandbox.accessToken, '']) {
      const reply = await api(`GET /authentication?api_key=${key}`, undefined, {});
      expect([reply.status, reply.body]).toEqual([401, FAILURES[7]]);
    }
  });

  it('are rejected when a wrong one stands beside a right one', async () => {
    const { sandbox, api } = await sandboxForTest();
    expect((await api(`GET /authentication?api_key=${sandbox.apiKey}`)).status).toBe(200);
    expect((await api('GET /authentication?api_key=wrong')).body).toEqual(FAILURES[7]);
    const wrong = { authorization: 'Bearer wrong' };
    expect((await api(`GET /authentication?api_key=${sandbox.apiKey}`, undefined, wrong)).body).toEqual(
      FAILURES[7],
    );
  });

  it('are by default a key of 32 hex digits and a readable token that belongs to it', async () => {
    const { sandbox } = await sandboxForTest();
    expect(sandbox.apiKey).toMatch(HEX_32);
    const [header, claims, signature] = sandbox.accessToken
      .split('.')
      .map((part) => Buffer.from(part, 'base64url'));
    expect(JSON.parse(String(header))).toEqual({ alg: 'HS256' });
    expect(signature).toHaveLength(32);
    expect(JSON.parse(String(claims))).toEqual({
      aud: sandbox.apiKey,
      nbf: expect.any(Number),
      sub: expect.stringMatching(/^[0-9a-f]{24}$/),
      scopes: ['api_read'],
      version: 1,
    });
    const { nbf } = JSON.parse(String(claims));
    expect(Number.isInteger(nbf)).toBe(false);
    expect(nbf).toBeLessThanOrEqual(START / 1000);
  });

  it('are those of the options', async () => {
    const { api } = await sandboxForTest({ apiKey: 'f'.repeat(32), accessToken: 'eyJ.mine.x' });
    expect((await api('GET /authentication', undefined, { authorization: 'Bearer eyJ.mine.x' })).status).toBe(
      200,
    );
    expect((await api(`GET /authentication?api_key=${'f'.repeat(32)}`, undefined, {})).status).toBe(200);
  });
});

describe('GET /3/authentication/token/new', () => {
  it('answers 40 hex digits, valid for 60 minutes, and announces the approval page', async () => {
    const { sandbox, api } = await sandboxForTest();
    const { status, body, headers } = await api('GET /authentication/token/new');
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      expires_at: '2024-03-10 13:34:56 UTC',
      request_token: expect.stringMatching(HEX_40),
    });
    expect(headers.get('authentication-callback')).toBe(
      `${sandbox.webURL}/authenticate/${body.request_token}`,
    );
    expect(headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'pending', createdAt: START }]);
  });

  it('rejects POST', async () => {
    const { sandbox, api } = await sandboxForTest();
    const reply = await api('POST /authentication/token/new', {});
    expect([reply.status, reply.body]).toEqual([404, FAILURES[34]]);
    expect(sandbox.tokens()).toEqual([]);
  });
});

describe('POST /3/authentication/session/new', () => {
  it('denies a token that is not approved, and does not spend it', async () => {
    const { sandbox, newToken, exchange } = await sandboxForTest();
    const token = await newToken();
    for (const _ of [1, 2]) {
      const early = await exchange(token);
      expect([early.status, early.body]).toEqual([401, FAILURES[17]]);
    }
    sandbox.approve(token);
    const { status, body } = await exchange(token);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, session_id: expect.stringMatching(HEX_40) });
    expect(sandbox.sessions()).toEqual([{ username: 'sandra', createdAt: START }]);
  });

  it('spends the token', async () => {
    const { sandbox, newToken, exchange } = await sandboxForTest();
    const token = await newToken();
    sandbox.approve(token);
    await exchange(token);
    const again = await exchange(token);
    expect([again.status, again.body]).toEqual([401, FAILURES[17]]);
    expect(sandbox.sessions()).toHaveLength(1);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'used', createdAt: START }]);
    expect(() => sandbox.approve(token)).toThrow('the request token is not open');
  });

  it('denies a denied token for good', async () => {
    const { sandbox, newToken, exchange } = await sandboxForTest();
    const token = await newToken();
    sandbox.deny(token);
    expect((await exchange(token)).body).toEqual(FAILURES[17]);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'denied', createdAt: START }]);
    expect(() => sandbox.approve(token)).toThrow('the request token is not open');
  });

  it.each([[UNKNOWN], [''], [17], [null]])('denies %j', async (request_token) => {
    const { api } = await sandboxForTest();
    const reply = await api('POST /authentication/session/new', { request_token });
    expect([reply.status, reply.body]).toEqual([401, FAILURES[17]]);
  });

  it('takes an approved token until the announced second, and no longer', async () => {
    const { sandbox, newToken, exchange } = await sandboxForTest();
    const [early, late] = [await newToken(), await newToken()];
    sandbox.approve(early);
    sandbox.approve(late);
    sandbox.clock.set(Date.parse('2024-03-10T13:34:55.999Z'));
    expect((await exchange(early)).status).toBe(200);
    sandbox.clock.set(Date.parse('2024-03-10T13:34:56Z'));
    expect((await exchange(late)).body).toEqual(FAILURES[17]);
    expect(sandbox.tokens().map((token) => token.state)).toEqual(['used', 'expired']);
  });

  it('also works as a GET with a query', async () => {
    const { sandbox, api, newToken } = await sandboxForTest();
    const token = await newToken();
    sandbox.approve(token);
    const reply = await api(`GET /authentication/session/new?request_token=${token}`);
    expect(reply.body).toEqual({ success: true, session_id: expect.stringMatching(HEX_40) });
  });

  it('makes a session that does not expire', async () => {
    const { sandbox, api, newSession } = await sandboxForTest();
    const session = await newSession();
    sandbox.clock.advance(10 * 365 * 24 * HOUR);
    expect((await api(`GET /account?session_id=${session}`)).status).toBe(200);
  });
});

describe('POST /3/authentication/token/validate_with_login', () => {
  const users = [
    { username: 'sandra', password: 'sandbox' },
    { username: 'dora', password: 'x', standing: 'disabled' },
    { username: 'uma', password: 'x', standing: 'unverified' },
    { username: 'susi', password: 'x', standing: 'suspended' },
  ] as const;

  it('approves the token and makes no session', async () => {
    const { sandbox, api, newToken } = await sandboxForTest({ users });
    const request_token = await newToken();
    sandbox.clock.advance(5 * MINUTE);
    const login = { username: 'sandra', password: 'sandbox', request_token };
    const { status, body } = await api('POST /authentication/token/validate_with_login', login);
    expect([status, body]).toEqual([
      200,
      { success: true, expires_at: '2024-03-10 13:34:56 UTC', request_token },
    ]);
    expect(sandbox.sessions()).toEqual([]);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'approved', createdAt: START }]);
  });

  it('also works as a GET with a query', async () => {
    const { sandbox, api, newToken } = await sandboxForTest({ users });
    const request_token = await newToken();
    const call = 'GET /authentication/token/validate_with_login';
    const ask = (password: string) =>
      api(`${call}?${new URLSearchParams({ username: 'sandra', password, request_token })}`);
    expect((await ask('wrong')).body.status_code).toBe(30);
    expect((await ask('sandbox')).body).toMatchObject({ success: true, request_token });
    expect(sandbox.tokens()).toMatchObject([{ state: 'approved' }]);
    expect(JSON.stringify(sandbox.requests)).not.toContain(request_token);
  });

  it.each([
    ['no password', { username: 'sandra' }, 400, 26, 'You must provide a username and password.'],
    ['no username', { password: 'sandbox' }, 400, 26, 'You must provide a username and password.'],
    [
      'a wrong password',
      { username: 'sandra', password: 'no' },
      401,
      30,
      'Invalid username and/or password: You did not provide a valid login.',
    ],
    [
      'an unknown user',
      { username: 'nobody', password: 'sandbox' },
      401,
      30,
      'Invalid username and/or password: You did not provide a valid login.',
    ],
    [
      'a disabled account',
      { username: 'dora', password: 'x' },
      401,
      31,
      'Account disabled: Your account is no longer active. Contact TMDB if this is an error.',
    ],
    [
      'an email not verified',
      { username: 'uma', password: 'x' },
      401,
      32,
      'Email not verified: Your email address has not been verified.',
    ],
    ['a suspended user', { username: 'susi', password: 'x' }, 403, 45, 'This user has been suspended.'],
  ])('rejects %s and leaves the token pending', async (_, login, status, status_code, status_message) => {
    const { sandbox, api, newToken } = await sandboxForTest({ users });
    const request_token = await newToken();
    const reply = await api('POST /authentication/token/validate_with_login', { ...login, request_token });
    expect([reply.status, reply.body]).toEqual([status, { success: false, status_code, status_message }]);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'pending', createdAt: START }]);
  });

  it('rejects a token that no longer exists with 401/33', async () => {
    const { sandbox, api, newToken } = await sandboxForTest();
    const request_token = await newToken();
    sandbox.clock.advance(HOUR);
    const login = { username: 'sandra', password: 'sandbox', request_token };
    const reply = await api('POST /authentication/token/validate_with_login', login);
    expect([reply.status, reply.body.status_code]).toEqual([401, 33]);
    expect(reply.body.status_message).toBe(
      'Invalid request token: The request token is either expired or invalid.',
    );
  });
});

describe('DELETE /3/authentication/session', () => {
  it('ends the session once', async () => {
    const { sandbox, api, newSession } = await sandboxForTest();
    const [session_id, other] = [await newSession(), await newSession()];
    const first = await api('DELETE /authentication/session', { session_id });
    expect([first.status, first.body]).toEqual([200, { success: true }]);
    expect(sandbox.sessions()).toHaveLength(1);
    expect((await api(`GET /account?session_id=${session_id}`)).body).toEqual(FAILURES[3]);
    expect((await api(`GET /account?session_id=${other}`)).status).toBe(200);
    const second = await api('DELETE /authentication/session', { session_id });
    expect([second.status, second.body]).toEqual([
      404,
      {
        success: false,
        status_code: 6,
        status_message: 'Invalid id: The pre-requisite id is invalid or not found.',
      },
    ]);
  });
});

describe('the sandbox’s methods for tests', () => {
  it('approve for the given user, and revoke only that user’s sessions', async () => {
    const users = [
      { username: 'sandra', password: 'a' },
      { username: 'otto', password: 'b' },
    ];
    const { sandbox, api, newSession } = await sandboxForTest({ users });
    const [first, second] = [await newSession(), await newSession('otto')];
    await newSession('otto');
    expect(sandbox.sessions().map(({ username }) => username)).toEqual(['sandra', 'otto', 'otto']);
    expect(sandbox.revoke('otto')).toBe(2);
    expect((await api(`GET /account?session_id=${second}`)).body).toEqual(FAILURES[3]);
    expect((await api(`GET /account?session_id=${first}`)).status).toBe(200);
    expect(sandbox.revoke()).toBe(1);
    expect(sandbox.sessions()).toEqual([]);
  });

  it('refuse an unknown user or token, without naming the token', async () => {
    const { sandbox, newToken } = await sandboxForTest();
    const token = await newToken();
    expect(() => sandbox.approve(token, 'nobody')).toThrow(
      /^approve: the request token is not open, or the user is unknown$/,
    );
    expect(() => sandbox.deny(UNKNOWN)).toThrow(/^deny: the request token is not open$/);
    expect(sandbox.tokens()).toEqual([{ version: 3, state: 'pending', createdAt: START }]);
  });
});
