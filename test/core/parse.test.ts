import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TmdbAuthError } from '../../src/index.ts';
import { parseRatedPage, parseRatingOf, parseStored } from '../../src/tmdb/parse.ratings.ts';
import {
  type Answer,
  bodyOf,
  parseAccount,
  parseExpiresAt,
  parseGuestSession,
  parseRequestToken,
  parseSession,
} from '../../src/tmdb/parse.ts';
import { parseAccessToken, parseV4RequestToken } from '../../src/tmdb/parse.v4.ts';
import { statusCodeOf } from '../../src/tmdb/status-code.ts';
import { answer, failureIn, jwt } from '../support/answers.ts';
import { DAY } from '../support/clock.ts';
import { CODES } from '../support/tmdb-codes.ts';

const TOKEN = '0123456789'.repeat(4);

describe('bodyOf', () => {
  test.each([
    [200, {}],
    [200, { success: true }],
    [200, { success: true, status_code: 1 }],
    [201, { success: true, status_code: 1 }],
    [201, { status_code: 12 }],
    [200, { status_code: 13 }],
    [299, {}],
  ])('accepts HTTP %i with %o', (status, body) => {
    expect(bodyOf(answer(body, { status }))).toEqual(body);
  });

  test.each<[string, unknown, Partial<Answer>, string]>([
    ['code 21 with 200', { success: true, status_code: 21 }, {}, 'unexpected'],
    ['code 40 with 200', { status_code: 40, status_message: 'Nothing to update.' }, {}, 'unexpected'],
    ['code 3 with 200', { success: true, status_code: 3 }, {}, 'unexpected'],
    ['code 3 with 500', { status_code: 3 }, { status: 500 }, 'unavailable'],
    ['success false without a code', { success: false }, {}, 'bad_answer'],
    ['a list of errors', { errors: ['id must be a number'] }, {}, 'bad_answer'],
    ['a list of errors beside a token', { request_token: TOKEN, errors: [] }, {}, 'bad_answer'],
    ['a page', '<!doctype html><title>Just a moment</title>', {}, 'bad_answer'],
    ['an empty body', '', {}, 'bad_answer'],
    ['a JSON text that breaks off', '{"success":true,"request_to', {}, 'bad_answer'],
    ['an array', [], {}, 'bad_answer'],
    ['null', null, {}, 'bad_answer'],
    ['a number', 200, {}, 'bad_answer'],
    ['a text', '"ok"', {}, 'bad_answer'],
    ['a page with 503', '<html>', { status: 503 }, 'unavailable'],
    ['a page with 429', '<html>', { status: 429 }, 'rate_limited'],
    ['a page with 401', '<html>', { status: 401 }, 'bad_answer'],
    ['a redirect', '', { status: 302 }, 'bad_answer'],
    ['a good body with 300', {}, { status: 300 }, 'bad_answer'],
    ['a good body with 199', {}, { status: 199 }, 'bad_answer'],
    ['a good body with 500', { success: true, request_token: TOKEN }, { status: 500 }, 'unavailable'],
    ['an unknown code', { status_code: 99 }, { status: 400 }, 'unexpected'],
    ['a list for a code', { status_code: [3] }, { status: 400 }, 'bad_answer'],
  ])('rejects %s', (_, body, changed, code) => {
    expect(failureIn(() => bodyOf(answer(body, changed)))).toMatchObject({
      code,
      httpStatus: changed.status ?? 200,
    });
  });
});

describe('a status code of TMDB', () => {
  test.each(CODES)(
    '%i has its own failure with HTTP %i and, but for 3, with any other: %s',
    (tmdbCode, status, code) => {
      const body = { success: false, status_code: tmdbCode };
      for (const httpStatus of [status, status === 200 || tmdbCode === 3 ? status : 418]) {
        expect(failureIn(() => bodyOf(answer(body, { status: httpStatus })))).toMatchObject({
          code,
          tmdbCode,
          httpStatus,
        });
      }
    },
  );

  test('is found in any text that contains one', () => {
    expect(statusCodeOf('{"status_code":3}')).toBe(3);
    for (const text of ['', '<html>', 'null', '[]', '{}', '{"status_code":"3"}']) {
      expect(statusCodeOf(text)).toBeNull();
    }
  });

  test('is not made up when the text has none', () => {
    expect(failureIn(() => bodyOf(answer('<html>', { status: 503 })))).not.toHaveProperty('tmdbCode');
  });
});

describe('Retry-After', () => {
  const wait = (retryAfter: string | null, changed: Partial<Answer> = {}) =>
    failureIn(() => bodyOf(answer('', { status: 429, retryAfter, ...changed }))).retryAfter;

  test('is read in seconds', () => {
    expect(wait('7')).toBe(7_000);
    expect(wait('120')).toBe(120_000);
    expect(wait(' 0 ')).toBe(0);
  });

  test('is read as a date, relative to the answer’s own date', () => {
    expect(wait('Fri, 26 Aug 2016 16:05:09 GMT')).toBe(30_000);
    expect(wait('Fri, 26 Aug 2016 16:00:00 GMT')).toBe(0);
  });

  test.each([
    'soon',
    '',
    '-1',
    '1.5e3',
    '1e9',
    'Infinity',
    '99999999999',
    'On Fri, 26 Aug 2016 16:05:09 GMT',
    'Fri, 26 Aug 2016 16:05:09 GMT+01',
    'Fri, 26 Aug 2016 16:05:09 CET',
    'Fri, 99 Aug 2016 16:05:09 GMT',
    '2016-08-26 16:05:09',
  ])('is ignored when it is garbage: %s', (text) => {
    expect(failureIn(() => bodyOf(answer('', { status: 429, retryAfter: text })))).not.toHaveProperty(
      'retryAfter',
    );
  });

  test('is ignored as a date when the answer has no date', () => {
    expect(wait('Fri, 26 Aug 2016 16:05:09 GMT', { date: null })).toBeUndefined();
  });

  test('may be missing', () => {
    expect(wait(null)).toBeUndefined();
  });
});

describe('expires_at', () => {
  test.each([
    ['2016-08-26 17:04:39 UTC', Date.UTC(2016, 7, 26, 17, 4, 39)],
    ['2024-02-29 00:00:00 UTC', Date.UTC(2024, 1, 29)],
    ['2024-12-31 23:59:59 UTC', Date.UTC(2024, 11, 31, 23, 59, 59)],
  ])('is read from %s', (text, at) => {
    expect(parseExpiresAt(text)).toBe(at);
  });

  test.each<unknown>([
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
    { toString: 1 },
  ])('is not read from %o', (value) => {
    expect(parseExpiresAt(value)).toBeNull();
  });

  test('gives a lifetime by the server’s own clock, and none when the answer has no date', () => {
    const body = { success: true, request_token: TOKEN, expires_at: '2016-08-26 17:04:39 UTC' };
    expect(parseRequestToken(answer(body))).toEqual({ requestToken: TOKEN, lifetime: 3_600_000 });
    expect(parseRequestToken(answer(body, { date: null })).lifetime).toBeNull();
    expect(parseRequestToken(answer(body, { date: 'yesterday' })).lifetime).toBeNull();
    for (const past of ['2016-08-26 16:00:00 UTC', '2016-08-26 16:04:39 UTC']) {
      expect(parseRequestToken(answer({ ...body, expires_at: past })).lifetime).toBeNull();
    }
  });
});

describe('a secret in an answer', () => {
  test.each([
    17,
    null,
    '',
    'short',
    'a b c d e f g h',
    '../../../../x',
    `/${TOKEN}`,
    `${TOKEN}?x=1`,
    'x'.repeat(5_000),
    {},
  ])('is rejected when TMDB would never make it: %s', (value) => {
    expect(failureIn(() => parseRequestToken(answer({ request_token: value }))).code).toBe('bad_answer');
    expect(failureIn(() => parseSession(answer({ session_id: value }))).code).toBe('bad_answer');
    expect(failureIn(() => parseGuestSession(answer({ guest_session_id: value }))).code).toBe('bad_answer');
  });

  test('is reported as a bad answer with its HTTP status when it is missing', () => {
    expect(failureIn(() => parseSession(answer({})))).toMatchObject({ code: 'bad_answer', httpStatus: 200 });
    expect(failureIn(() => parseAccount(answer({})))).toMatchObject({ code: 'bad_answer', httpStatus: 200 });
  });

  test.each(['12345678', 'x'.repeat(4_096), 'a.b-c_d~e'])('may be of any length: %s', (secret) => {
    expect(parseSession(answer({ session_id: secret })).secret).toBe(secret);
  });

  test('has TMDB’s lifetime when it is a guest session', () => {
    const body = { guest_session_id: TOKEN, expires_at: '2016-08-27 16:04:39 UTC' };
    expect(parseGuestSession(answer(body))).toEqual({ guestId: TOKEN, lifetime: 86_400_000 });
  });

  test('comes with the account’s id when it is a v4 access token', () => {
    const body = { access_token: TOKEN, account_id: '4bc8892a017a3c0f92000002' };
    expect(parseAccessToken(answer(body))).toEqual({ secret: TOKEN, accountObjectId: body.account_id });
    expect(parseAccessToken(answer({ ...body, account_id: 5 })).accountObjectId).toBe('');
    expect(failureIn(() => parseAccessToken(answer({ access_token: 5 }))).code).toBe('bad_answer');
  });

  test('is accepted without a success field', () => {
    expect(parseSession(answer({ session_id: TOKEN }))).toEqual({ secret: TOKEN });
  });
});

describe('a v4 request token', () => {
  const parsed = (requestToken: string) => parseV4RequestToken(answer({ request_token: requestToken }));

  test('carries its own lifetime', () => {
    const requestToken = jwt({ nbf: 1_700_000_000, exp: 1_700_000_900 });
    expect(parsed(requestToken)).toEqual({ requestToken, lifetime: 900_000 });
  });

  test('is read from base64url with all its characters', () => {
    // The payload contains both characters in which base64url differs from base64, twice.
    const requestToken = jwt({ exp: 901, nbf: 1, a: '>>>>>>???', b: '>>>>>>???' });
    expect(requestToken.match(/-/g)?.length).toBeGreaterThan(1);
    expect(requestToken.match(/_/g)?.length).toBeGreaterThan(1);
    expect(parsed(requestToken).lifetime).toBe(900_000);
  });

  test.each([
    ['without an end', jwt({ nbf: 1 })],
    ['without a beginning', jwt({ exp: 901 })],
    ['with texts for times', jwt({ nbf: '1', exp: '901' })],
    ['with a text for its beginning', jwt({ nbf: '1', exp: 901 })],
    ['with a text for its end', jwt({ nbf: 1, exp: '901' })],
    ['that ends as it begins', jwt({ nbf: 901, exp: 901 })],
    ['that ends before', jwt({ nbf: 901, exp: 1 })],
    ['that says null', jwt(null)],
    ['that is not JSON', 'eyJhbGciOiJIUzI1NiJ9.bm9uc2Vuc2U.c2ln'],
    ['that is not base64', 'eyJhbGciOiJIUzI1NiJ9.a.c2ln'],
    ['of v3', TOKEN],
  ])('is rejected as a bad answer: one %s', (_, requestToken) => {
    expect(failureIn(() => parsed(requestToken))).toMatchObject({
      code: 'bad_answer',
      httpStatus: 200,
      message: expect.stringContaining('v4 request token'),
    });
  });
});

describe('a list of ratings', () => {
  const page = (result: object, kind: Parameters<typeof parseRatedPage>[1], total_pages: unknown = 2) =>
    parseRatedPage(answer({ results: [result], total_pages }), kind);
  const episode = { id: 7, show_id: 1396, season_number: 1, episode_number: 2, rating: 9 };

  test('holds films, series and episodes', () => {
    expect(page({ id: 550, rating: 8.5 }, 'movies')).toEqual({
      ratings: [{ media: 'movie/550', value: 8.5 }],
      pages: 2,
    });
    expect(page({ id: 1396, rating: 9 }, 'tv').ratings).toEqual([{ media: 'tv/1396', value: 9 }]);
    expect(page(episode, 'tv/episodes').ratings).toEqual([{ media: 'tv/1396/season/1/episode/2', value: 9 }]);
  });

  test.each<[string, () => unknown]>([
    ['without results', () => parseRatedPage(answer({ total_pages: 1 }), 'movies')],
    ['without a number of pages', () => page({ id: 550, rating: 8 }, 'movies', '1')],
    ['with a path for an id', () => page({ id: '../account', rating: 8 }, 'tv')],
    [
      'with an episode without a number',
      () => page({ ...episode, episode_number: undefined }, 'tv/episodes'),
    ],
    ['with an episode whose season is a text', () => page({ ...episode, season_number: '1' }, 'tv/episodes')],
    ['with an episode without a show', () => page({ ...episode, show_id: null }, 'tv/episodes')],
    ['with a film that has only a show id', () => page({ show_id: 1, rating: 8 }, 'movies')],
  ])('is rejected as a bad answer: one %s', (_, parse) => {
    expect(failureIn(parse)).toMatchObject({ code: 'bad_answer', httpStatus: 200 });
  });

  test.each([undefined, null, '8', {}])('keeps a film with the value %j', (rating) => {
    expect(page({ id: 550, rating }, 'movies').ratings).toEqual([{ media: 'movie/550', value: null }]);
  });

  test('has one value or none for each film', () => {
    expect(parseRatingOf(answer({ rated: { value: 8 } }))).toBe(8);
    expect(parseRatingOf(answer({ rated: false }))).toBeNull();
    for (const rated of [undefined, null, true, { value: '8' }, {}]) {
      expect(failureIn(() => parseRatingOf(answer({ rated })))).toMatchObject({
        code: 'bad_answer',
        httpStatus: 200,
      });
    }
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
    [{ tmdb: { avatar_path: 5 }, gravatar: { hash: '' } }, PLAIN],
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

  test('includes adult films only if TMDB says true', () => {
    expect(parseAccount(answer({ ...TRAVIS, include_adult: true })).includeAdult).toBe(true);
    expect(parseAccount(answer({ ...TRAVIS, include_adult: 'yes' })).includeAdult).toBe(false);
  });

  test.each([
    {},
    { id: '548', username: 'x' },
    { id: 1.5, username: 'x' },
    { id: 1 },
    { id: 2 ** 60, username: 'x' },
  ])('is rejected without an id and a name: %o', (body) => {
    expect(failureIn(() => parseAccount(answer(body))).code).toBe('bad_answer');
  });
});

describe('any answer at all', () => {
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

  test('gives a value or a TmdbAuthError without its text, and nothing else', () => {
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

describe('the limits of accepted values', () => {
  const living = (seconds: number) => () =>
    parseV4RequestToken(answer({ success: true, request_token: jwt({ nbf: 0, exp: seconds }) }));

  test('allow a v4 token to live for a leap year at most', () => {
    expect(living((366 * DAY) / 1_000)().lifetime).toBe(366 * DAY);
    expect(failureIn(living((366 * DAY) / 1_000 + 1)).code).toBe('bad_answer');
    expect(failureIn(living(0)).code).toBe('bad_answer');
  });

  test('allow a list 0 to 500 pages', () => {
    const page = (total_pages: unknown) => () =>
      parseRatedPage(answer({ results: [], total_pages }), 'movies');
    expect([page(0)().pages, page(500)().pages]).toEqual([0, 500]);
    for (const pages of [501, -1, 1.5, '1', null]) expect(failureIn(page(pages)).code).toBe('bad_answer');
  });

  test('require a status code before a rating counts as stored', () => {
    expect(parseStored(answer({ success: true, status_code: 12 }, { status: 201 }))).toBeUndefined();
    const said = failureIn(() => parseStored(answer({ success: true }, { status: 201 })));
    expect(said).toMatchObject({ code: 'bad_answer', httpStatus: 201 });
  });
});
