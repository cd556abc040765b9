import { describe, expect, it } from 'vitest';
import { claimsOf, DONE, FAILURES, HOUR, MINUTE, START, sandboxForTest } from './helpers.ts';

const USERS = ['sandra', 'otto'].map((username) => ({ username, password: 'x' }));
const SUCCESS = { status_code: 1, status_message: 'Success.', success: true };
const HEX_24 = /^[0-9a-f]{24}$/;
const HEX_40 = /^[0-9a-f]{40}$/;
const JWT = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/;

describe('the credential of v4', () => {
  const calls = [
    'POST /auth/request_token',
    'POST /auth/access_token',
    'DELETE /auth/access_token',
    'POST /list',
    'PUT /list/1',
  ];

  it.each(calls)('for the write %s must be a Bearer token, not the api_key', async (call) => {
    const { sandbox, api4 } = await sandboxForTest();
    for (const headers of [
      {},
      { authorization: `Bearer ${sandbox.apiKey}` },
      { authorization: 'Bearer x.y.z' },
    ]) {
      const reply = await api4(`${call}?api_key=${sandbox.apiKey}`, undefined, headers);
      expect([reply.status, reply.body]).toEqual([401, FAILURES[7]]);
    }
    expect((await api4(`${call}?api_key=wrong`)).body.status_code).not.toBe(7);
  });

  it.each(['GET /list/1', 'GET /nowhere'])(
    'for %s is a Bearer token or, without one, the api_key',
    async (call) => {
      const { sandbox, api4 } = await sandboxForTest();
      const status = async (key: string, headers: HeadersInit) =>
        (await api4(`${call}?api_key=${key}`, undefined, headers)).status;
      const bearer = { authorization: `Bearer ${sandbox.accessToken}` };
      expect(await status(sandbox.apiKey, {})).toBe(404);
      expect(await status('wrong', {})).toBe(401);
      expect(await status('wrong', bearer)).toBe(404);
      expect(await status(sandbox.apiKey, { authorization: 'Bearer x.y.z' })).toBe(401);
    },
  );

  it('may be the user’s access token, on v3 as on v4', async () => {
    const { api, api4, newUserToken } = await sandboxForTest();
    const { headers } = await newUserToken();
    expect((await api('GET /movie/550', undefined, headers)).status).toBe(200);
    expect((await api4('POST /auth/request_token', {}, headers)).status).toBe(200);
  });

  it.each([
    [{}, 7],
    [{ endedBearer: 35 as const }, 35],
  ] as const)('with %j is rejected with 401/%i once it has been revoked', async (v4, code) => {
    const { sandbox, api, api4, newUserToken } = await sandboxForTest({ v4 });
    const { headers, accountId } = await newUserToken();
    sandbox.revoke();
    for (const reply of [
      await api('GET /movie/550', undefined, headers),
      await api4(`GET /account/${accountId}/lists`, undefined, headers),
    ]) {
      expect([reply.status, reply.body]).toEqual([401, FAILURES[code]]);
    }
    const unknown = await api4('GET /list/1', undefined, { authorization: 'Bearer eyJ.eyJ.x' });
    expect([unknown.status, unknown.body]).toEqual([401, FAILURES[7]]);
  });
});

describe('POST /4/auth/request_token', () => {
  it('answers a readable token that is valid for 15 minutes', async () => {
    const { sandbox, api4 } = await sandboxForTest();
    const { status, body, headers } = await api4('POST /auth/request_token', { redirect_to: 'myapp://back' });
    expect([status, body]).toEqual([200, { ...SUCCESS, request_token: expect.stringMatching(JWT) }]);
    expect(headers.get('authentication-callback')).toBeNull();
    const claims = claimsOf(body.request_token);
    expect(claims).toEqual({
      aud: sandbox.apiKey,
      exp: Date.UTC(2024, 2, 10, 12, 49, 56) / 1000,
      jti: expect.any(Number),
      nbf: expect.any(Number),
      redirect_to: 'myapp://back',
      scopes: ['pending_request_token'],
      version: 1,
    });
    expect(Number.isInteger(claims.nbf)).toBe(false);
    expect(Math.abs(claims.exp - claims.nbf - 900)).toBeLessThanOrEqual(1);
    expect(sandbox.tokens()).toEqual([{ version: 4, state: 'pending', createdAt: START }]);
  });

  it.each([[undefined], [{}], [{ redirect_to: '' }], [{ redirect_to: 17 }]])(
    'needs no redirect_to: %j',
    async (body) => {
      const { api4 } = await sandboxForTest();
      const reply = await api4('POST /auth/request_token', body);
      expect(reply.status).toBe(200);
      expect(claimsOf(reply.body.request_token).redirect_to).toBeNull();
    },
  );

  it('makes a new token every time, listed beside those of v3', async () => {
    const { sandbox, newToken, newV4Token } = await sandboxForTest();
    const [first, , second] = [await newV4Token(), await newToken(), await newV4Token()];
    expect(claimsOf(first).jti).not.toBe(claimsOf(second).jti);
    expect(sandbox.tokens().map(({ version }) => version)).toEqual([4, 3, 4]);
  });
});

describe('POST /4/auth/access_token', () => {
  it('answers 422/41 before the user has decided, and spends nothing', async () => {
    const { sandbox, newV4Token, exchangeV4 } = await sandboxForTest();
    const token = await newV4Token();
    for (const _ of [1, 2]) {
      const early = await exchangeV4(token);
      expect([early.status, early.body]).toEqual([422, FAILURES[41]]);
    }
    sandbox.approve(token);
    expect((await exchangeV4(token)).status).toBe(200);
  });

  it('answers a token without an expiry, for the user who approved it', async () => {
    const { sandbox, api, newV4Token, exchangeV4 } = await sandboxForTest({ users: USERS });
    const token = await newV4Token('myapp://back');
    sandbox.approve(token, 'otto');
    const { status, body } = await exchangeV4(token);
    expect([status, body]).toEqual([
      200,
      {
        ...SUCCESS,
        access_token: expect.stringMatching(JWT),
        account_id: expect.stringMatching(HEX_24),
      },
    ]);
    const claims = claimsOf(body.access_token);
    expect(claims).toEqual({
      aud: sandbox.apiKey,
      jti: claimsOf(token).jti,
      nbf: expect.any(Number),
      scopes: ['api_read', 'api_write'],
      sub: body.account_id,
      version: 1,
    });
    expect(Number.isInteger(claims.nbf)).toBe(false);
    expect(sandbox.accessTokens()).toEqual([{ username: 'otto', createdAt: START }]);
    sandbox.clock.advance(10 * 365 * 24 * HOUR);
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await api('GET /movie/550', undefined, headers)).status).toBe(200);
  });

  it('gives every user a constant account id of their own', async () => {
    const first = await sandboxForTest({ users: USERS });
    const ids = [
      (await first.newUserToken('sandra')).accountId,
      (await first.newUserToken('sandra')).accountId,
      (await first.newUserToken('otto')).accountId,
      claimsOf(first.sandbox.accessToken).sub,
    ];
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    const object_id = '4bc8892a017a3c0a30000001';
    const second = await sandboxForTest({
      users: [{ username: 'otto', password: 'x', object_id }],
      owner: { username: 'olga', object_id: 'f'.repeat(24) },
    });
    expect((await second.newUserToken()).accountId).toBe(object_id);
    expect(claimsOf(second.sandbox.accessToken).sub).toBe('f'.repeat(24));
  });

  it('takes an approved token for 15 minutes, and no longer', async () => {
    const { sandbox, newV4Token, exchangeV4 } = await sandboxForTest();
    const [early, late] = [await newV4Token(), await newV4Token()];
    sandbox.approve(early);
    sandbox.approve(late);
    sandbox.clock.set(claimsOf(early).exp * 1000 - 1);
    expect((await exchangeV4(early)).status).toBe(200);
    sandbox.clock.advance(1);
    expect((await exchangeV4(late)).body).toEqual(FAILURES[33]);
    expect(sandbox.tokens().map(({ state }) => state)).toEqual(['used', 'expired']);
    expect(() => sandbox.approve(late)).toThrow('the request token is not open');
  });

  /** A token that is no longer valid, or never was. */
  async function badToken(why: string, all: Awaited<ReturnType<typeof sandboxForTest>>): Promise<unknown> {
    const { sandbox, newToken, newV4Token, exchangeV4 } = all;
    const token = await newV4Token();
    if (why === 'used') {
      sandbox.approve(token);
      await exchangeV4(token);
    }
    if (why === 'expired') sandbox.clock.advance(15 * MINUTE);
    if (why === 'denied') sandbox.deny(token);
    if (why === 'one of v3') {
      const other = await newToken();
      sandbox.approve(other);
      return other;
    }
    const made: Record<string, unknown> = {
      unknown: `${token.slice(0, -2)}xx`,
      unreadable: 'eyJ',
      missing: undefined,
      'a number': 17,
    };
    return why in made ? made[why] : token;
  }

  it.each(['used', 'expired', 'unknown', 'unreadable', 'missing', 'a number', 'one of v3'])(
    'rejects a token that is %s with 401/33, or as the option says',
    async (why) => {
      for (const [v4, code] of [
        [undefined, 33],
        [{ invalidToken: 35 as const, deniedToken: 41 as const }, 35],
      ] as const) {
        const all = await sandboxForTest(v4 ? { v4 } : {});
        const request_token = await badToken(why, all);
        const count = all.sandbox.accessTokens().length;
        const reply = await all.api4('POST /auth/access_token', { request_token });
        expect([reply.status, reply.body]).toEqual([401, FAILURES[code]]);
        expect(all.sandbox.accessTokens()).toHaveLength(count);
      }
    },
  );

  it.each([
    [{}, 401, 33],
    [{ invalidToken: 35 }, 401, 35],
    [{ deniedToken: 35 }, 401, 35],
    [{ deniedToken: 41 }, 422, 41],
    [{ invalidToken: 35, deniedToken: 33 }, 401, 33],
  ] as const)('with %j rejects a denied token with %i/%i', async (v4, status, code) => {
    const all = await sandboxForTest({ v4 });
    const token = await badToken('denied', all);
    const reply = await all.exchangeV4(String(token));
    expect([reply.status, reply.body]).toEqual([status, FAILURES[code]]);
    expect(all.sandbox.tokens()).toEqual([{ version: 4, state: 'denied', createdAt: START }]);
  });

  it('makes a token that v3 rejects', async () => {
    const { sandbox, api, exchange, newV4Token } = await sandboxForTest();
    const request_token = await newV4Token();
    const login = { username: 'sandra', password: 'sandbox', request_token };
    expect((await api('POST /authentication/token/validate_with_login', login)).body).toEqual(FAILURES[33]);
    sandbox.approve(request_token);
    expect((await exchange(request_token)).body).toEqual(FAILURES[17]);
    expect(sandbox.sessions()).toEqual([]);
  });
});

describe('DELETE /4/auth/access_token', () => {
  it('ends one token, once', async () => {
    const { sandbox, api, api4, newUserToken } = await sandboxForTest({ users: USERS });
    const [first, second] = [await newUserToken(), await newUserToken('otto')];
    const gone = await api4('DELETE /auth/access_token', { access_token: first.token });
    expect([gone.status, gone.body]).toEqual([200, DONE[13]]);
    expect(sandbox.accessTokens()).toEqual([{ username: 'otto', createdAt: START }]);
    expect((await api('GET /movie/550', undefined, first.headers)).body).toEqual(FAILURES[7]);
    expect((await api('GET /movie/550', undefined, second.headers)).status).toBe(200);
    const again = await api4('DELETE /auth/access_token', { access_token: first.token });
    expect([again.status, again.body]).toEqual([401, FAILURES[35]]);
  });

  it.each([['eyJ.eyJ.x'], [''], [17], [undefined], ['the read token']])(
    'rejects %j with 401/35',
    async (given) => {
      const { sandbox, api4, newUserToken } = await sandboxForTest();
      await newUserToken();
      const access_token = given === 'the read token' ? sandbox.accessToken : given;
      const reply = await api4('DELETE /auth/access_token', { access_token });
      expect([reply.status, reply.body]).toEqual([401, FAILURES[35]]);
      expect(sandbox.accessTokens()).toHaveLength(1);
    },
  );

  it.each([
    [{}, 3],
    [{ deletionEndsSessions: true }, 2],
  ])('with %j leaves %i of 3 sessions', async (v4, left) => {
    const { sandbox, api, api4, newSession, newUserToken } = await sandboxForTest({ v4 });
    const [first, second] = [await newUserToken(), await newUserToken()];
    await newSession();
    for (const { token: access_token } of [first, second]) {
      await api('POST /authentication/session/convert/4', { access_token });
    }
    await api4('DELETE /auth/access_token', { access_token: first.token });
    expect(sandbox.sessions()).toHaveLength(left);
  });
});

describe('POST /3/authentication/session/convert/4', () => {
  it('makes a v3 session of a user’s access token, which stays valid', async () => {
    const { sandbox, api, newUserToken } = await sandboxForTest({ users: USERS });
    const { token: access_token, headers } = await newUserToken('otto');
    const byKey = `POST /authentication/session/convert/4?api_key=${sandbox.apiKey}`;
    const { status, body } = await api(byKey, { access_token }, {});
    expect([status, body]).toEqual([200, { success: true, session_id: expect.stringMatching(HEX_40) }]);
    expect(sandbox.sessions()).toEqual([{ username: 'otto', createdAt: START }]);
    expect((await api(`GET /account?session_id=${body.session_id}`)).body.username).toBe('otto');
    expect((await api('GET /movie/550', undefined, headers)).status).toBe(200);
  });

  it('rejects the read token with 401/36, and all others with 401/35', async () => {
    const { sandbox, api, newV4Token, newUserToken } = await sandboxForTest();
    const ended = await newUserToken();
    sandbox.revoke();
    for (const [access_token, code] of [
      [sandbox.accessToken, 36],
      [ended.token, 35],
      [await newV4Token(), 35],
      ['', 35],
      [undefined, 35],
    ] as const) {
      const reply = await api('POST /authentication/session/convert/4', { access_token });
      expect([reply.status, reply.body]).toEqual([401, FAILURES[code]]);
    }
    expect(sandbox.sessions()).toEqual([]);
  });

  it('needs an application credential', async () => {
    const { api, newUserToken } = await sandboxForTest();
    const { token: access_token } = await newUserToken();
    const reply = await api('POST /authentication/session/convert/4', { access_token }, {});
    expect([reply.status, reply.body]).toEqual([401, FAILURES[7]]);
  });
});

describe('a user’s v4 token on v3', () => {
  it('identifies its user on GET account without a session, and only there', async () => {
    const { sandbox, api, newSession, newUserToken } = await sandboxForTest({ users: USERS });
    const { headers } = await newUserToken('otto');
    const account = async (query = '') => (await api(`GET /account${query}`, undefined, headers)).body;
    expect((await account()).username).toBe('otto');
    expect((await account(`?session_id=${await newSession('sandra')}`)).username).toBe('sandra');
    expect(await account(`?session_id=${'0'.repeat(40)}`)).toEqual(FAILURES[3]);
    expect((await account(`?api_key=${sandbox.apiKey}`)).username).toBe('otto');
    expect((await api('POST /movie/550/rating', { value: 8 }, headers)).body).toEqual(FAILURES[3]);
  });
});

describe('the sandbox’s methods for v4 tests', () => {
  it('revoke the sessions and the access tokens of one user, or of all', async () => {
    const { sandbox, newSession, newUserToken } = await sandboxForTest({ users: USERS });
    for (const username of ['sandra', 'otto', 'otto']) {
      await newSession(username);
      await newUserToken(username);
      sandbox.clock.advance(1);
    }
    expect(sandbox.accessTokens()).toEqual([
      { username: 'sandra', createdAt: START },
      { username: 'otto', createdAt: START + 1 },
      { username: 'otto', createdAt: START + 2 },
    ]);
    expect(sandbox.revoke('otto')).toBe(4);
    expect(sandbox.accessTokens()).toEqual([{ username: 'sandra', createdAt: START }]);
    expect(sandbox.revoke()).toBe(2);
    expect([sandbox.accessTokens(), sandbox.sessions()]).toEqual([[], []]);
    expect(sandbox.revoke()).toBe(0);
  });

  it('show which Bearer token a request carried, and no v4 secret', async () => {
    const { sandbox, api, api4, newV4Token, newUserToken } = await sandboxForTest();
    const request_token = await newV4Token();
    await fetch(`${sandbox.webURL}/auth/access?request_token=${request_token}`);
    const { token, headers, accountId } = await newUserToken();
    await api('POST /authentication/session/convert/4', { access_token: token });
    await api4(`GET /account/${accountId}/lists`, undefined, headers);
    await api4(`GET /account/${token}/lists`);
    await api4(`GET /account/${'a1'.repeat(20)}/lists`);
    await api4('DELETE /auth/access_token', { access_token: token });
    await api('GET /movie/550', undefined, headers);
    await api4('GET /list/1', undefined, { authorization: 'Bearer eyJ.eyJ.x' });
    await api('GET /account', undefined, {});
    const seen = sandbox.requests.map(({ kind, method, path, status, bearer }) => [
      kind,
      method,
      path,
      status,
      bearer,
    ]);
    expect(seen).toEqual([
      ['api', 'POST', '/4/auth/request_token', 200, 'app'],
      ['web', 'GET', '/auth/access', 200, null],
      ['api', 'POST', '/4/auth/request_token', 200, 'app'],
      ['api', 'POST', '/4/auth/access_token', 200, 'app'],
      ['api', 'POST', '/3/authentication/session/convert/4', 200, 'app'],
      ['api', 'GET', `/4/account/${accountId}/lists`, 200, 'user'],
      ['api', 'GET', '/4/account/:secret/lists', 401, 'app'],
      ['api', 'GET', '/4/account/:secret/lists', 401, 'app'],
      ['api', 'DELETE', '/4/auth/access_token', 200, 'app'],
      ['api', 'GET', '/3/movie/550', 401, 'user'],
      ['api', 'GET', '/4/list/1', 401, null],
      ['api', 'GET', '/3/account', 401, null],
    ]);
    await newUserToken();
    const everything = JSON.stringify([sandbox.requests, sandbox.tokens(), sandbox.accessTokens()]);
    for (const secret of ['eyJ', token, request_token, sandbox.apiKey])
      expect(everything).not.toContain(secret);
  });
});
