import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRatedPage, parseRatingOf } from '../../../src/tmdb/parse.ratings.ts';
import {
  type Answer,
  bodyOf,
  parseAccount,
  parseExpiresAt,
  parseGuestSession,
  parseRequestToken,
  parseSession,
} from '../../../src/tmdb/parse.ts';
import { parseAccessToken, parseV4RequestToken } from '../../../src/tmdb/parse.v4.ts';
import { KINDS } from '../../../src/tmdb/ratings.ts';
import { statusCodeOf } from '../../../src/tmdb/status-code.ts';
import { bytes, junk, spoilt, texts } from '../garbage.ts';
import { hasOnly, type Parser, parser, SENTINEL } from '../parser.ts';
import {
  accessToken,
  account,
  dates,
  failures,
  guestSession,
  moments,
  ratedPage,
  requestToken,
  session,
  v4RequestToken,
} from '../valid.ts';

const statuses = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(200, 201) },
  { weight: 2, arbitrary: fc.constantFrom(204, 302, 400, 401, 403, 404, 422, 429, 500, 503, 504) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 999 }) },
);
const dateHeaders = fc.option(fc.oneof({ weight: 3, arbitrary: dates }, spoilt(dates), spoilt(moments)));
const waits = fc.option(
  fc.oneof(
    fc.constantFrom('0', '7', ' 7 ', '-1', '1e9', '99999999999999999999', 'Infinity', '0x10', `${SENTINEL}`),
    fc.integer().map(String),
    spoilt(dates),
  ),
);

/** An answer with such a body or with one of TMDB's failures, each of them broken. */
const answers = <T>(body: fc.Arbitrary<T>): fc.Arbitrary<Answer> =>
  fc.record({
    status: statuses,
    date: dateHeaders,
    retryAfter: waits,
    text: fc.oneof({ weight: 6, arbitrary: texts(body) }, texts(failures)),
  });

const SECRET = /^[\w.~-]{8,4096}$/;
const isLifetime = (value: unknown) =>
  assert.ok(value === null || (Number.isFinite(value) && (value as number) > 0), `a lifetime of ${value}`);
const isText = (value: unknown) => assert.equal(typeof value, 'string');

const of = <T, Result>(
  name: string,
  body: fc.Arbitrary<T>,
  run: (answer: Answer) => Result,
  judge: (result: Result) => void,
) => parser({ name: `TMDB: ${name}`, input: answers(body), run, judge: (result) => judge(result as Result) });

export const tmdb: Parser[] = [
  of(
    'any success',
    fc.record({ success: fc.boolean(), status_code: fc.integer({ min: 0, max: 50 }) }),
    bodyOf,
    (body) => assert.ok(typeof body === 'object' && body !== null && !Array.isArray(body)),
  ),
  parser({
    name: 'TMDB: status_code',
    input: texts(failures),
    run: statusCodeOf,
    judge: (code) => assert.ok(code === null || typeof code === 'number'),
  }),
  parser({
    name: 'TMDB: expires_at',
    input: fc.oneof(
      { weight: 3, arbitrary: moments },
      { weight: 4, arbitrary: spoilt(moments) },
      spoilt(dates),
      junk,
    ),
    run: parseExpiresAt,
    judge(at, given) {
      if (at === null) return;
      const [day, time] = new Date(at).toISOString().split(/[T.]/);
      assert.equal(`${day} ${time} UTC`, given);
    },
  }),
  of('request token', requestToken, parseRequestToken, (result) => {
    hasOnly(result, ['requestToken', 'lifetime']);
    assert.match(result.requestToken, SECRET);
    isLifetime(result.lifetime);
  }),
  of('request token of v4', v4RequestToken, parseV4RequestToken, (result) => {
    hasOnly(result, ['requestToken', 'lifetime']);
    assert.match(result.requestToken, SECRET);
    isLifetime(result.lifetime);
    assert.ok(result.lifetime < 8.64e15, 'it ends when no date can say');
  }),
  of('access token of v4', accessToken, parseAccessToken, (result) => {
    hasOnly(result, ['secret', 'accountObjectId']);
    assert.match(result.secret, SECRET);
    isText(result.accountObjectId);
  }),
  of('session', session, parseSession, (result) => {
    hasOnly(result, ['secret']);
    assert.match(result.secret, SECRET);
  }),
  of('guest session', guestSession, parseGuestSession, (result) => {
    hasOnly(result, ['guestId', 'lifetime']);
    assert.match(result.guestId, SECRET);
    isLifetime(result.lifetime);
  }),
  of('account', account, parseAccount, (result) => {
    const { id, avatarPath, gravatarHash, includeAdult, ...strings } = result;
    hasOnly(strings, ['username', 'name', 'language', 'country']);
    assert.ok(Number.isSafeInteger(id));
    Object.values(strings).forEach(isText);
    for (const path of [avatarPath, gravatarHash])
      assert.ok(path === null || (typeof path === 'string' && path));
    assert.equal(typeof includeAdult, 'boolean');
  }),
  ...KINDS.map((kind) =>
    of(
      `ratings of a guest, ${kind}`,
      ratedPage,
      (answer) => parseRatedPage(answer, kind),
      ({ ratings, pages }) => {
        // TMDB gives no more pages, and each page is requested.
        assert.ok(Number.isSafeInteger(pages) && pages >= 0 && pages <= 500, `${pages} pages`);
        for (const rating of ratings) {
          hasOnly(rating, ['media', 'value']);
          assert.match(rating.media, /^(movie|tv)\/\d+(\/season\/\d+\/episode\/\d+)?$/);
          assert.ok(rating.value === null || Number.isFinite(rating.value));
        }
      },
    ),
  ),
  of(
    'rating of a user',
    fc.record({ id: fc.nat(), rated: fc.oneof(fc.constant(false), fc.record({ value: fc.nat(10) })) }),
    parseRatingOf,
    (value) => assert.ok(value === null || Number.isFinite(value)),
  ),
  parser({
    name: 'TMDB: raw bytes',
    input: fc.record({ status: statuses, date: bytes, retryAfter: bytes, text: bytes }),
    run: (answer) => [bodyOf, parseAccount, parseV4RequestToken].map((parse) => parse(answer)),
    judge: () => {},
  }),
];
