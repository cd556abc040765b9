import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ROUTES } from '../../../src/platforms/server/routes.ts';
import { bytes, spoilt } from '../garbage.ts';
import { isFailure, type Parser, parser } from '../parser.ts';
import { replies } from '../responses.ts';
import { createSite, KEY, ORIGIN, type Site } from '../site.ts';
import { queries } from './addresses.ts';
import { cookieHeader, cookies } from './sealed.ts';

const routes = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Object.keys(ROUTES), 'health') },
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
    // A host rejects such a request before it reaches a handler.
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
  for (let round = 0; !isDone; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (round > 8) site.clock.advance(100);
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
        assert.match(line, /^__Host-tmdb-auth\.\w+=[\w.-]*; Max-Age=\d+; Path=\/; /);
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
