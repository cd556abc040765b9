import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AuthHandler, createAuthHandler } from '../../../src/server/index.ts';
import { createTestClock } from '../../support/clock.ts';
import { bytes, spoilt } from '../garbage.ts';
import { isFailure, type Parser, parser } from '../parser.ts';
import { fetchOf, type Reply, replies } from '../responses.ts';
import { queries } from './addresses.ts';
import { cookieHeader, cookies } from './sealed.ts';

/** The application's own, which nobody may ever see. */
const KEY = 'the-key-of-the-application-0123456789';
const ORIGIN = 'https://films.example';
const SECRETS = ['new', 'old'].map((name) => `${name}-secret-of-this-test-that-is-long-enough`);

const ROUTES = [
  'login',
  'callback',
  'check',
  'session',
  'guest',
  'cancel',
  'verify',
  'carry-over',
  'logout',
  'health',
];
const routes = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...ROUTES) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'tmdb/3/movie/550',
      'tmdb/3/account',
      'tmdb/3/movie/550/rating',
      'tmdb/4/list/1',
      'tmdb/3/list',
    ),
  },
  {
    weight: 1,
    arbitrary: spoilt(
      fc.constantFrom('tmdb/3/movie/550', 'tmdb/3/../4/auth', 'login', '__proto__', 'constructor', '%2e%2e'),
    ),
  },
);
const methods = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST') },
  fc.constantFrom('HEAD', 'DELETE', 'PUT', 'OPTIONS', 'PATCH', 'get', 'constructor', 'X'),
);
const headers = fc.record(
  {
    accept: fc.constantFrom('application/json', 'text/html', '*/*', ''),
    origin: fc.constantFrom(ORIGIN, 'null', 'https://evil.example'),
    'sec-fetch-site': fc.constantFrom('same-origin', 'cross-site', 'none'),
    'content-type': fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      'APPLICATION/JSON;',
      '',
    ),
    'content-length': fc.constantFrom('0', '1e9', 'NaN', '-1'),
    host: fc.constant('evil.example'),
    'x-forwarded-host': fc.constant('evil.example'),
  },
  { requiredKeys: ['accept', 'origin', 'content-type'] },
);
const FIELDS = [
  'returnTo',
  'redirectTo',
  'requestToken',
  'session',
  'anew',
  'everywhere',
  'overwrite',
  '__proto__',
];
const fields = fc.dictionary(
  fc.constantFrom(...FIELDS),
  fc.oneof(
    fc.constantFrom('true', '/films', 'https://evil.example/', '//evil.example', `${ORIGIN}/x`, '\ud800'),
    bytes,
  ),
);
const bodies = fc.oneof(
  { weight: 4, arbitrary: fields.map((each) => JSON.stringify(each)) },
  { weight: 2, arbitrary: fields.map((each) => new URLSearchParams(each).toString()) },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: fc.constantFrom('', '{}', '[]', 'null', '{'.repeat(2_000), 'x'.repeat(70_000)) },
);

interface Site {
  handler: AuthHandler;
  clock: ReturnType<typeof createTestClock>;
  replies: readonly Reply[];
  asked: Request[];
  stored: string;
}

const isEqual = (kind: string) => (site: string) => site === kind;

/** One site of each kind, as a process has it; TMDB answers it as the input says. */
function createSite(kind: string): Site {
  const clock = createTestClock();
  const items = new Map<string, string>();
  const site: Omit<Site, 'handler'> = { clock, replies: [], asked: [], stored: '' };
  const handler = createAuthHandler({
    credentials: { accessToken: `eyJhbGciOiJIUzI1NiJ9.e30.${KEY}` },
    apiVersion: kind.includes('4') ? 4 : 3,
    origin: ORIGIN,
    secrets: SECRETS,
    clock,
    onWarning: () => {},
    ...(isEqual('store')(kind) && {
      store: {
        getItem: async (key: string) => items.get(key) ?? site.stored,
        setItem: async (key: string, value: string) => void items.set(key, value),
        removeItem: async (key: string) => void items.delete(key),
        getKeys: async (base: string) => [...items.keys()].filter((key) => key.startsWith(base)),
      },
    }),
    async fetch(input, init) {
      const { asked, fetch } = fetchOf(
        site.replies.slice(site.asked.length % Math.max(1, site.replies.length)),
      );
      const answer = fetch(input, init);
      site.asked.push(...asked);
      return answer;
    },
  });
  return Object.assign(site, { handler });
}
const SITES: Record<string, Site> = Object.fromEntries(
  ['v3', 'v4', 'store'].map((kind) => [kind, createSite(kind)]),
);

const visits = fc.record({
  kind: fc.constantFrom(...Object.keys(SITES)),
  route: routes,
  query: fc.oneof(queries, fc.constantFrom('returnTo=//evil.example', 'returnTo=/films', 'returnTo=%00')),
  method: methods,
  headers,
  body: bodies,
  cookies,
  stored: bytes,
  replies: fc.array(replies, { minLength: 1, maxLength: 4 }),
});
type Visit = typeof visits extends fc.Arbitrary<infer Value> ? Value : never;

function requestOf({ route, query, method, headers: given, body }: Visit, cookie: string): Request | null {
  try {
    const sent = new Headers({ ...given, ...(cookie && { cookie }) });
    const hasBody = !/^(GET|HEAD)$/i.test(method);
    return new Request(`${ORIGIN}/auth/${route}?${query}`, {
      method,
      headers: sent,
      ...(hasBody && { body }),
    });
  } catch {
    // No host lets that get as far as a handler.
    return null;
  }
}

async function visit(given: Visit) {
  const site = SITES[given.kind] as Site;
  Object.assign(site, { replies: given.replies, asked: [], stored: given.stored });
  const request = requestOf(given, await cookieHeader(given.cookies));
  if (!request) return null;
  let isDone = false;
  const done = site.handler(request).finally(() => {
    isDone = true;
  });
  for (let turn = 0; !isDone; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turn > 8) site.clock.advance(100);
  }
  const response = await done;
  return { response, body: await response.text(), asked: site.asked };
}

const STATUSES = [200, 303, 400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504];
const PLACES = [ORIGIN, 'https://www.themoviedb.org'];

export const handler: Parser[] = [
  parser({
    name: 'server: requests to its handler',
    weight: 0.25,
    input: visits,
    run: visit,
    judge(seen, { route }) {
      if (!seen) return;
      const { response, body, asked } = seen;
      const isProxy = route.startsWith('tmdb/');
      if (!isProxy) assert.ok(STATUSES.includes(response.status), `status ${response.status}`);
      const location = response.headers.get('location');
      assert.equal(location !== null, response.status === 303, 'a redirect');
      if (location) assert.ok(PLACES.includes(new URL(location).origin), location);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      for (const line of response.headers.getSetCookie())
        assert.match(line, /^__Host-tmdb-auth\.\w+=[\w.-]*; Path=\/; Max-Age=\d+; /);
      const face = [...response.headers, body].join('\n');
      assert.ok(!face.includes(KEY), 'the key is in the answer');
      if (!isProxy && response.headers.get('content-type') === 'application/json' && body !== '') {
        const told = JSON.parse(body) as { failure?: unknown };
        if (told.failure) isFailure(told.failure);
      }
      for (const { url } of asked) assert.equal(new URL(url).origin, 'https://api.themoviedb.org');
    },
  }),
];
