// TMDB: A 401 was read as a bad key when it meant “not approved”, or the other way round.
// Here: TMDB's own code decides, never the HTTP status: 401 has fourteen different meanings.
import { describe, expect, test } from 'vitest';
import { type FailureCode, TmdbAuthError } from '../../src/index.ts';
import { codeOf, ended, toCallback, viewOf } from '../core/helpers.ts';
import { TOKEN_NEW, VALIDATE } from '../support/requests.ts';
import { CODES } from '../support/tmdb-codes.ts';
import { createWorld } from '../support/world.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

describe('a code of TMDB', () => {
  test.each(CODES)('%i with HTTP %i is %s', async (tmdbCode, status, code) => {
    const world = await createWorld();
    const body = { success: false, status_code: tmdbCode, status_message: 'whatever TMDB says' };
    world.tmdb.faults.add({ kind: 'answer', match: TOKEN_NEW, status, body, times: ALWAYS });
    const auth = world.client();
    const end = await ended(world, auth.login());
    const error = 'error' in end ? end.error : null;
    expect(TmdbAuthError.is(error)).toBe(true);
    expect(error).toMatchObject({ code, tmdbCode, httpStatus: status });
    expect(auth.getView().failure).toMatchObject({ code, tmdbCode, httpStatus: status });
    expect(JSON.stringify(error)).not.toContain('whatever');
  });

  test.each(CODES)(
    '%i keeps its name with a proxy’s status, without `success` and with its keys reordered',
    async (tmdbCode, status, code) => {
      const world = await createWorld();
      const odd = status === 200 ? 200 : 418;
      const body = { status_message: '', status_code: tmdbCode };
      world.tmdb.faults.add({ kind: 'answer', match: TOKEN_NEW, status: odd, body, times: ALWAYS });
      // Only 401 with code 3 says that a session is gone.
      expect(await codeOf(world, world.client().login())).toBe(tmdbCode === 3 ? 'unexpected' : code);
    },
  );
});

test.each([
  ['without a body', 401, null],
  ['with an empty object', 401, {}],
  ['with a list of errors', 422, { errors: ['request_token must be a string'] }],
  ['with a text', 401, 'Unauthorized'],
  ['forbidden, with no code', 403, { message: 'Forbidden' }],
])('a 4xx %s says nothing about key, session or user', async (_, status, body) => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'answer', match: TOKEN_NEW, status, body, times: ALWAYS });
  const auth = world.client();
  expect(await codeOf(world, auth.login())).toBe('bad_answer');
  expect(auth.getView().failure).toMatchObject({ httpStatus: status });
  expect(auth.getView().failure).not.toHaveProperty('tmdbCode');
});

test('an unknown API key and an unknown access token are both reported as invalid_api_key', async () => {
  const world = await createWorld();
  for (const credentials of [{ apiKey: 'f'.repeat(32) }, { accessToken: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln' }]) {
    const auth = world.client({ credentials });
    expect(await codeOf(world, auth.login())).toBe('invalid_api_key');
  }
});

test('the client waits for an approval that TMDB does not know yet, instead of reporting a bad key', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { url } = await toCallback(world, auth);
  world.tmdb.faults.add({ kind: 'early17', times: 2 });
  expect((await viewOf(world, auth.handleCallback(url))).status).toBe('user');
});

const LOGINS: readonly [string, string, FailureCode][] = [
  ['nobody', 'x', 'invalid_login'],
  ['sandra', 'wrong', 'invalid_login'],
  ['dora', 'pw', 'account_disabled'],
  ['vera', 'pw', 'email_not_verified'],
  ['susi', 'pw', 'user_suspended'],
];

test.each(LOGINS)('a password sign-in as %s with %s fails with %s', async (username, password, code) => {
  const world = await createWorld({
    users: [
      { username: 'sandra', password: 'sandbox' },
      { username: 'dora', password: 'pw', standing: 'disabled' },
      { username: 'vera', password: 'pw', standing: 'unverified' },
      { username: 'susi', password: 'pw', standing: 'suspended' },
    ],
  });
  const auth = world.client();
  expect(await codeOf(world, auth.loginWithPassword({ username, password }))).toBe(code);
  expect(auth.getView().state).toBe('idle.failed');
});

test('a request token that is gone when the password arrives is reported as invalid_request_token', async () => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'status', code: 33, match: VALIDATE });
  const auth = world.client();
  const login = auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
  expect(await codeOf(world, login)).toBe('invalid_request_token');
});
