import fc from 'fast-check';
import { jwt } from '../support/answers.ts';
import { mutated, textOf } from './garbage.ts';
import { SENTINEL } from './parser.ts';

/* Valid data of TMDB, a storage and a server, before it is broken. */

const times = fc.integer({ min: 0, max: 4e12 });

/** `2016-08-26 17:04:39 UTC`, and also days that do not exist. */
export const moments: fc.Arbitrary<string> = fc.oneof(
  fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`),
  fc
    .tuple(fc.nat(9_999), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99))
    .map(([year, ...rest]) => [
      String(year).padStart(4, '0'),
      ...rest.map((part) => String(part).padStart(2, '0')),
    ])
    .map(([year, month, day, ...time]) => `${year}-${month}-${day} ${time.join(':')} UTC`),
);

/** Dates as in the headers `Date` and `Retry-After`. */
export const dates: fc.Arbitrary<string> = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toUTCString());

export const failures = fc.record({
  success: fc.constant(false),
  status_code: fc.oneof(fc.constantFrom(3, 7, 17, 25, 33, 34, 41), fc.integer({ min: -1, max: 60 })),
  status_message: fc.constant(SENTINEL),
});

export const account = fc.record({
  avatar: fc.constant({
    gravatar: { hash: 'c9e9fc152ee756a900db85757c29815d' },
    tmdb: { avatar_path: '/x.png' },
  }),
  id: fc.nat(),
  iso_639_1: fc.constant('en'),
  iso_3166_1: fc.constant('CA'),
  name: fc.constant('Travis Bell'),
  include_adult: fc.boolean(),
  username: fc.constant('travisbell'),
});

export const ratedPage = fc.record({
  page: fc.constant(1),
  results: fc.array(
    fc.record({
      id: fc.nat(),
      show_id: fc.nat(),
      season_number: fc.nat(50),
      episode_number: fc.nat(50),
      rating: fc.nat(10),
    }),
    { maxLength: 3 },
  ),
  total_pages: fc.nat(3),
  total_results: fc.nat(60),
});

/** A v4 request token with broken claims. */
const jwts: fc.Arbitrary<string> = mutated(
  fc.record({
    aud: fc.constant(SENTINEL),
    exp: times,
    nbf: times,
    redirect_to: fc.constant('http://app.test/'),
    jti: fc.nat(),
    scopes: fc.constant(['pending_request_token']),
    version: fc.constant(1),
  }),
).map((claims) => jwt(textOf(claims), SENTINEL));

const success = fc.constant(true);
const tokens = fc.constantFrom(SENTINEL, 'a'.repeat(40));

export const requestToken = fc.record({ success, expires_at: moments, request_token: tokens });
export const v4RequestToken = fc.record({ success, status_code: fc.constant(1), request_token: jwts });
export const accessToken = fc.record({
  success,
  access_token: tokens,
  account_id: fc.constant('4bc8892a017a3c0z92001001'),
});
export const session = fc.record({ success, session_id: tokens });
export const guestSession = fc.record({ success, guest_session_id: tokens, expires_at: moments });

/** A Read Access Token. */
export const READ_ACCESS_TOKEN = jwt({}, SENTINEL);

const storedAccount = fc.record({
  id: fc.nat(),
  username: fc.string(),
  name: fc.string(),
  avatarPath: fc.option(fc.constant('/x.png')),
  gravatarHash: fc.option(fc.constant('c9e9')),
  language: fc.constant('en'),
  country: fc.constant('CA'),
  includeAdult: fc.boolean(),
});

const stored = {
  token: fc.option(fc.record({ apiVersion: fc.constantFrom(3, 4), requestedAt: times, expiresAt: times })),
  access: fc.option(fc.record({ createdAt: times, accountObjectId: fc.constant('4bc8892a') })),
  session: fc.option(fc.record({ createdAt: times, expiresAt: fc.option(times) })),
  account: fc.option(storedAccount),
  guest: fc.option(fc.record({ createdAt: times, used: fc.boolean(), unusedUntil: times, expiresAt: times })),
};

export const facts = fc.record(stored);

const secret = fc.option(fc.constant(SENTINEL), { freq: 9 });

/** A record as `parts.ts` stores it in cookies, and `record/keeper.ts` in a storage. */
export const records = fc.record({
  v: fc.constant(1),
  facts: fc.record({
    ...stored,
    exchanging: fc.option(
      fc.record({ by: fc.constant('me'), at: times, asking: fc.boolean(), isInterrupted: fc.boolean() }),
    ),
  }),
  secrets: fc.record({
    requestToken: secret,
    redirectTo: fc.option(fc.constant('http://app.test/callback')),
    accessToken: secret,
    sessionId: secret,
    guestId: secret,
  }),
});
