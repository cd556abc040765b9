import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TmdbAuthError } from '../../src/index.ts';
import {
  type Answer,
  bodyOf,
  parseAccount,
  parseExpiresAt,
  parseGuestSession,
  parseRequestToken,
  parseSession,
  statusCodeOf,
} from '../../src/tmdb/parse.ts';

const DATE = 'Fri, 26 Aug 2016 16:04:39 GMT';
const TOKEN = '0123456789'.repeat(4);

const answer = (body: unknown, changed: Partial<Answer> = {}): Answer => ({
  status: 200,
  date: DATE,
  retryAfter: null,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  ...changed,
});

function failureIn(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (TmdbAuthError.is(error)) return error.failure;
    throw error;
  }
  throw new Error('It was taken for a success.');
}

describe('a success', () => {
  test.each([
    [200, {}],
    [200, { success: true }],
    [200, { success: true, status_code: 1 }],
    [201, { success: true, status_code: 1 }],
    [201, { status_code: 12 }],
    [200, { status_code: 13 }],
  ])('is HTTP %i with %o', (status, body) => {
    expect(bodyOf(answer(body, { status }))).toEqual(body);
  });

  test.each<[string, unknown, Partial<Answer>, string]>([
    ['code 21 with 200', { success: true, status_code: 21 }, {}, 'unexpected'],
    ['code 40 with 200', { status_code: 40, status_message: 'Nothing to update.' }, {}, 'unexpected'],
    ['code 3 with 200', { success: true, status_code: 3 }, {}, 'session_invalid'],
    ['success false without a code', { success: false }, {}, 'bad_answer'],
    ['a list of errors', { errors: ['id must be a number'] }, {}, 'bad_answer'],
    ['a list of errors beside a token', { request_token: TOKEN, errors: [] }, {}, 'bad_answer'],
    ['a page', '<!doctype html><title>Just a moment</title>', {}, 'bad_answer'],
    ['nothing', '', {}, 'bad_answer'],
    ['half of a JSON', '{"success":true,"request_to', {}, 'bad_answer'],
    ['an array', [], {}, 'bad_answer'],
    ['null', null, {}, 'bad_answer'],
    ['a number', 200, {}, 'bad_answer'],
    ['a text', '"ok"', {}, 'bad_answer'],
    ['a page with 503', '<html>', { status: 503 }, 'unavailable'],
    ['a page with 429', '<html>', { status: 429 }, 'rate_limited'],
    ['a page with 401', '<html>', { status: 401 }, 'bad_answer'],
    ['a redirect', '', { status: 302 }, 'bad_answer'],
    ['a good body with 500', { success: true, request_token: TOKEN }, { status: 500 }, 'unavailable'],
    ['a code nobody knows', { status_code: 99 }, { status: 400 }, 'unexpected'],
    ['a list for a code', { status_code: [3] }, { status: 400 }, 'bad_answer'],
  ])('is not %s', (_, body, changed, code) => {
    expect(failureIn(() => bodyOf(answer(body, changed)))).toMatchObject({
      code,
      httpStatus: changed.status ?? 200,
    });
  });
});

describe('Retry-After', () => {
  const wait = (retryAfter: string | null, date: string | null = DATE) =>
    failureIn(() => bodyOf(answer('', { status: 429, retryAfter, date }))).retryAfter;

  test('in seconds', () => {
    expect(wait('7')).toBe(7_000);
    expect(wait(' 0 ')).toBe(0);
  });

  test('as a date, read against the answer’s own', () => {
    expect(wait('Fri, 26 Aug 2016 16:05:09 GMT')).toBe(30_000);
    expect(wait('Fri, 26 Aug 2016 16:00:00 GMT')).toBe(0);
  });

  test.each(['soon', '', '-1', '1.5e3', '1e9', 'Infinity', '99999999999'])(
    'as garbage is no wait: %s',
    (text) => {
      expect(wait(text)).toBeUndefined();
    },
  );

  test('as a date without the server’s clock is no wait', () => {
    expect(wait('Fri, 26 Aug 2016 16:05:09 GMT', null)).toBeUndefined();
  });

  test('missing', () => {
    expect(wait(null)).toBeUndefined();
  });
});

describe('expires_at', () => {
  test.each([
    ['2016-08-26 17:04:39 UTC', Date.UTC(2016, 7, 26, 17, 4, 39)],
    ['2024-02-29 00:00:00 UTC', Date.UTC(2024, 1, 29)],
    ['2024-12-31 23:59:59 UTC', Date.UTC(2024, 11, 31, 23, 59, 59)],
  ])('%s is read', (text, at) => {
    expect(parseExpiresAt(text)).toBe(at);
  });

  test.each([
    '2024-02-30 12:00:00 UTC',
    '2023-02-29 12:00:00 UTC',
    '2024-13-01 12:00:00 UTC',
    '2024-00-10 12:00:00 UTC',
    '2024-04-31 12:00:00 UTC',
    '2024-01-01 24:00:00 UTC',
    '2024-01-01 12:60:00 UTC',
    '2024-01-01 12:00:60 UTC',
    '2024-1-1 12:00:00 UTC',
    '2024-01-01T12:00:00Z',
    '2024-01-01 12:00:00',
    '2024-01-01 12:00:00 CET',
    ' 2024-01-01 12:00:00 UTC',
    '2024-01-01 12:00:00 UTC\n',
    '0000-00-00 00:00:00 UTC',
    'soon',
    '',
    1_700_000_000,
    null,
    undefined,
    {},
  ])('%s is not', (value) => {
    expect(parseExpiresAt(value)).toBeNull();
  });

  test('makes a lifetime by the server’s own clock; without one there is none', () => {
    const body = { success: true, request_token: TOKEN, expires_at: '2016-08-26 17:04:39 UTC' };
    expect(parseRequestToken(answer(body))).toEqual({ requestToken: TOKEN, lifetime: 3_600_000 });
    expect(parseRequestToken(answer(body, { date: null })).lifetime).toBeNull();
    expect(parseRequestToken(answer(body, { date: 'yesterday' })).lifetime).toBeNull();
    expect(parseRequestToken(answer({ ...body, expires_at: '2016-08-26 16:00:00 UTC' })).lifetime).toBeNull();
  });
});

describe('secrets', () => {
  test.each([
    17,
    null,
    '',
    'short',
    'a b c d e f g h',
    '../../../../x',
    `${TOKEN}?x=1`,
    'x'.repeat(5_000),
    {},
  ])('that no TMDB would make are no answer: %s', (value) => {
    expect(failureIn(() => parseRequestToken(answer({ request_token: value }))).code).toBe('bad_answer');
    expect(failureIn(() => parseSession(answer({ session_id: value }))).code).toBe('bad_answer');
    expect(failureIn(() => parseGuestSession(answer({ guest_session_id: value }))).code).toBe('bad_answer');
  });

  test('success may be missing', () => {
    expect(parseSession(answer({ session_id: TOKEN }))).toEqual({ secret: TOKEN });
  });
});

describe('an account', () => {
  const TRAVIS = { id: 548, username: 'travisbell', name: '', iso_639_1: 'en', iso_3166_1: 'CA' };
  const PLAIN = { avatarPath: null, gravatarHash: null, includeAdult: false };

  test.each<[unknown, object]>([
    [undefined, PLAIN],
    [null, PLAIN],
    ['none', PLAIN],
    [{ tmdb: null, gravatar: null }, PLAIN],
    [{ gravatar: { hash: 'c9e9' } }, { ...PLAIN, gravatarHash: 'c9e9' }],
    [
      { gravatar: { hash: 'c9e9' }, tmdb: { avatar_path: null } },
      { ...PLAIN, gravatarHash: 'c9e9' },
    ],
    [{ tmdb: { avatar_path: '/x.png' } }, { ...PLAIN, avatarPath: '/x.png' }],
  ])('may have an avatar of %o', (avatar, expected) => {
    expect(parseAccount(answer({ ...TRAVIS, avatar }))).toEqual({
      id: 548,
      username: 'travisbell',
      name: '',
      language: 'en',
      country: 'CA',
      ...expected,
    });
  });

  test.each([
    {},
    { id: '548', username: 'x' },
    { id: 1.5, username: 'x' },
    { id: 1 },
    { id: 2 ** 60, username: 'x' },
  ])('needs an id and a name: %o', (body) => {
    expect(failureIn(() => parseAccount(answer(body))).code).toBe('bad_answer');
  });
});

describe('whatever comes', () => {
  const PARSERS = [bodyOf, parseRequestToken, parseSession, parseGuestSession, parseAccount];
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          success: fc.jsonValue(),
          status_code: fc.oneof(fc.jsonValue(), fc.integer({ min: -5, max: 60 })),
          request_token: fc.jsonValue(),
          expires_at: fc.oneof(fc.jsonValue(), fc.date({ noInvalidDate: true }).map(String)),
          avatar: fc.jsonValue(),
          id: fc.jsonValue(),
          username: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((body) => JSON.stringify(body)),
  );

  test('is a value or a TmdbAuthError without the text, and nothing else', () => {
    const answers = fc.record({
      status: fc.integer({ min: 100, max: 599 }),
      date: fc.option(fc.string()),
      retryAfter: fc.option(fc.oneof(fc.string(), fc.integer().map(String))),
      text: texts,
    });
    fc.assert(
      fc.property(answers, (any) => {
        for (const parse of PARSERS) {
          try {
            expect(typeof parse(any)).toBe('object');
          } catch (error) {
            if (!TmdbAuthError.is(error)) throw error;
            expect(JSON.parse(JSON.stringify(error.failure))).toEqual(error.failure);
            if (error.failure.retryAfter !== undefined)
              expect(error.failure.retryAfter).toBeGreaterThanOrEqual(0);
          }
        }
        expect([null, 'number']).toContain(
          statusCodeOf(any.text) === null ? null : typeof statusCodeOf(any.text),
        );
      }),
      { numRuns: 500 },
    );
  });
});
