import { describe, expect, test } from 'vitest';
import type { AuthHandlerOptions } from '../../../src/platforms/server/index.ts';
import type { Fault } from '../../../src/tools/sandbox/index.ts';
import { tokenIn } from '../../support/approval.ts';
import { type Browser, createBrowser, locationOf, ORIGIN, SECRET } from '../site.ts';
import { API_KEY, createWatchedSite, READ_TOKEN, type Watched } from './search.ts';
import { callbackWith, FROM_HERE, JSON_FROM_HERE, linkFromElsewhere, memoryStore, plain } from './support.ts';

const KINDS: readonly [string, () => Partial<AuthHandlerOptions>][] = [
  ['a read token', () => ({ credentials: { accessToken: READ_TOKEN } })],
  ['an API key', () => ({ credentials: { apiKey: API_KEY } })],
  ['v4', () => ({ credentials: { accessToken: READ_TOKEN }, apiVersion: 4 })],
  ['a store', () => ({ credentials: { accessToken: READ_TOKEN }, store: memoryStore() })],
];

const ALWAYS = Number.POSITIVE_INFINITY;

/** Answers `Request`s while simulated time runs. */
function visitor({ site, handler }: Watched): Browser {
  const browser = createBrowser(handler);
  const patient =
    <Arguments extends unknown[], Value>(ask: (...given: Arguments) => Promise<Value>) =>
    (...given: Arguments) =>
      site.whileTimeRuns(ask(...given));
  return {
    ...browser,
    follow: patient(browser.follow),
    submit: patient(browser.submit),
    ask: patient(browser.ask),
    tell: patient(browser.tell),
    send: patient(browser.send),
  };
}

async function begin(browser: Browser) {
  const { approvalUrl } = await browser.tell('POST', '/auth/login', { redirectTo: '/app' });
  return approvalUrl ? tokenIn(approvalUrl) : 'none';
}

async function signIn(watched: Watched, browser: Browser) {
  const token = await begin(browser);
  watched.site.tmdb.approve(token);
  await browser.follow(callbackWith(token), linkFromElsewhere);
  return token;
}

const requestOf = (browser: Browser) =>
  plain('GET', '/', { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') });

async function useEverything(watched: Watched, browser: Browser) {
  const { handler, note, site } = watched;
  for (const accept of ['text/html', 'application/json']) {
    for (const name of ['session', 'verify', 'check', 'guest', 'carry-over', 'health', 'nothing']) {
      const method = /session|health|nothing/.test(name) ? 'GET' : 'POST';
      await browser.send(plain(method, `/auth/${name}`, { ...FROM_HERE, accept }));
    }
  }
  for (const [method, path, body] of [
    ['GET', '/3/movie/550', null],
    ['GET', '/3/account', null],
    ['GET', '/3/account/548/lists', null],
    ['GET', '/3/movie/550/account_states', null],
    ['POST', '/3/movie/550/rating', '{"value":8}'],
    ['POST', '/3/movie/550/rating', '{"value":'],
    ['GET', '/3/nothing/at/all', null],
    ['GET', '/3/authentication/token/new', null],
    ['GET', `/4/account/${'a'.repeat(24)}/lists`, null],
  ] as const) {
    await browser.send(plain(method, `/auth/tmdb${path}`, JSON_FROM_HERE, body));
  }
  await site.whileTimeRuns(handler.view(requestOf(browser)));
  for (const path of ['/3/account', '/3/movie/550/rating', 'https://[broken', '/3/movie/550']) {
    const asked = handler.fetch(requestOf(browser), path).then(
      (response) => note('fetched', [response.status, response.url, [...response.headers]]),
      (error: unknown) => note('thrown by fetch', [error, String(error), (error as Error).stack]),
    );
    await site.whileTimeRuns(asked);
  }
}

const FLOWS: readonly [string, (watched: Watched, browser: Browser) => Promise<unknown>][] = [
  [
    'a sign-in, its use and its end',
    async (watched, browser) => {
      await signIn(watched, browser);
      await useEverything(watched, browser);
      await browser.submit('/auth/logout', { everywhere: 'true' });
    },
  ],
  [
    'a sign-in by links',
    async ({ site }, browser) => {
      const approval = locationOf(await browser.follow('/auth/login?returnTo=/films'));
      site.tmdb.approve(tokenIn(approval));
      await browser.follow(callbackWith(tokenIn(approval)), linkFromElsewhere);
    },
  ],
  [
    'a denial, a mismatch, an incomplete return and a cancel',
    async ({ site }, browser) => {
      const token = await begin(browser);
      for (const query of [
        '',
        `request_token=${token}`,
        `request_token=x${token}&approved=true`,
        `a=${token}`,
      ]) {
        await browser.follow(`/auth/callback?${query}`, linkFromElsewhere);
      }
      const next = await begin(browser);
      site.tmdb.deny(next);
      await browser.follow(callbackWith(next, 'denied'), linkFromElsewhere);
      await begin(browser);
      await browser.submit('/auth/cancel');
    },
  ],
  [
    'a guest who rates, signs in and carries the ratings over',
    async (watched, browser) => {
      await browser.submit('/auth/guest');
      await useEverything(watched, browser);
      await signIn(watched, browser);
      await browser.tell('POST', '/auth/carry-over');
    },
  ],
  [
    'a revoked session',
    async (watched, browser) => {
      await signIn(watched, browser);
      watched.site.tmdb.revoke();
      await useEverything(watched, browser);
    },
  ],
  [
    'a repeated return, and old cookies',
    async (watched, browser) => {
      const token = await signIn(watched, browser);
      const old = new Map(browser.cookies);
      await browser.submit('/auth/logout');
      for (const [name, value] of old) browser.cookies.set(name, value);
      await browser.follow(callbackWith(token), linkFromElsewhere);
      await useEverything(watched, browser);
    },
  ],
];

describe.each(KINDS)('a site with %s', (_, options) => {
  test.each(FLOWS)('shows no secret in %s', async (_flow, run) => {
    const watched = await createWatchedSite(options());
    await run(watched, visitor(watched));
    const { leaks, characters, secrets } = watched.search();
    expect(leaks).toEqual([]);
    expect(characters).toBeGreaterThan(1_000);
    expect(secrets).toBeGreaterThan(3);
  });
});

// The place of the record makes no difference to TMDB's answers.
describe.each(KINDS.slice(0, 3))('a site with %s and a faulty TMDB', (_, options) => {
  const FAULTS: readonly [string, Fault][] = [
    ['no connection', { kind: 'dropBefore', times: ALWAYS }],
    ['a connection cut afterwards', { kind: 'dropAfter', times: ALWAYS }],
    ['a 500', { kind: 'status', status: 500, times: ALWAYS }],
    ['a 429', { kind: 'rateLimited', times: ALWAYS }],
    ['a 429 without a body', { kind: 'rateLimited', retryAfter: null, body: 'none', times: ALWAYS }],
    ['401, bad key', { kind: 'status', code: 7, times: ALWAYS }],
    ['401, no session', { kind: 'status', code: 3, times: ALWAYS }],
    ['401, denied', { kind: 'status', code: 17, times: ALWAYS }],
    ['HTML', { kind: 'html', times: ALWAYS }],
    ['a truncated answer', { kind: 'truncated', times: ALWAYS }],
    ['garbage', { kind: 'garbage', times: ALWAYS }],
    ['no answer at all', { kind: 'hang', times: ALWAYS }],
    [
      'a redirect elsewhere',
      {
        kind: 'answer',
        status: 302,
        headers: { location: `https://evil.example/?x=${API_KEY}` },
        times: ALWAYS,
      },
    ],
  ];

  test.each(FAULTS)('shows no secret when everything ends in %s', async (_fault, fault) => {
    const watched = await createWatchedSite({
      requestTimeout: 1_000,
      deadline: 4_000,
      ...options(),
    });
    const { faults } = watched.site.tmdb;
    const browser = visitor(watched);
    faults.add(fault);
    await begin(browser);
    await browser.submit('/auth/guest');
    faults.clear();
    const token = await begin(browser);
    watched.site.tmdb.approve(token);
    faults.add(fault);
    await browser.follow(callbackWith(token), linkFromElsewhere);
    faults.clear();
    const user = visitor(watched);
    await signIn(watched, user);
    faults.add(fault);
    await user.tell('POST', '/auth/verify');
    // A page gets TMDB's answer to its own request; that must not contain a secret either.
    for (const path of ['/3/movie/550', '/3/account/548/lists', '/3/movie/550/rating']) {
      await user.send(plain('GET', `/auth/tmdb${path}`, JSON_FROM_HERE));
    }
    await user.submit('/auth/logout');
    const { leaks, secrets } = watched.search();
    expect(leaks).toEqual([]);
    expect(secrets).toBeGreaterThan(4);
  });
});

test('an answer of TMDB that repeats the secrets sent to it is not passed on', async () => {
  const watched = await createWatchedSite({ credentials: { apiKey: API_KEY } });
  const browser = visitor(watched);
  const said = `bad ${API_KEY} ${READ_TOKEN} ${SECRET}`;
  watched.site.tmdb.faults.add({
    kind: 'answer',
    status: 401,
    times: ALWAYS,
    body: { status_code: 7, status_message: said, errors: [said] },
    headers: { 'x-debug': said, 'www-authenticate': said },
  });
  for (const path of ['/auth/login', '/auth/guest']) {
    await browser.submit(path);
    await browser.tell('POST', path, {});
  }
  expect(watched.search().leaks).toEqual([]);
});

test('secrets in the errors of a store and a fetch do not get into the handler’s errors', async () => {
  const fails = () => Promise.reject(new Error(`${SECRET} ${READ_TOKEN}`));
  const watched = await createWatchedSite({
    credentials: { accessToken: READ_TOKEN },
    store: { getItem: fails, setItem: fails, removeItem: fails, getKeys: fails },
    fetch: () => fails(),
  });
  const browser = visitor(watched);
  for (const path of ['/auth/login', '/auth/guest', '/auth/logout']) await browser.tell('POST', path, {});
  await browser.send(plain('GET', '/auth/tmdb/3/movie/550'));
  await browser.send(plain('GET', '/auth/health'));
  expect(watched.search().leaks).toEqual([]);
});

test('the handler shows no secret when it is logged', async () => {
  const watched = await createWatchedSite({ credentials: { apiKey: API_KEY } });
  const bare = watched.site.instance();
  watched.note('handler', bare);
  watched.note('handler', [String(bare), Object.entries(bare)]);
  expect(watched.search().leaks).toEqual([]);
});

test('an error about an option does not contain the option’s value', async () => {
  const watched = await createWatchedSite();
  const { instance } = watched.site;
  for (const wrong of [
    { secrets: [SECRET, 'short'] },
    { secrets: [] },
    { credentials: { accessToken: API_KEY } },
    { credentials: { apiKey: READ_TOKEN } },
    { credentials: { apiKey: `${API_KEY}0` } },
    { origin: `https://user:${API_KEY}@films.example` },
    { baseURL: `https://user:${API_KEY}@tmdb.example` },
  ]) {
    let thrown: unknown;
    try {
      instance(wrong);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    watched.note('thrown', [thrown, String(thrown), (thrown as Error).stack]);
  }
  expect(watched.search().leaks).toEqual([]);
});

describe('the search for leaks', () => {
  test('finds a planted secret, wherever it is and however it is encoded', async () => {
    const watched = await createWatchedSite({ credentials: { apiKey: API_KEY } });
    const browser = visitor(watched);
    const token = await signIn(watched, browser);
    const session = [...watched.secrets].find(([name]) => name.startsWith('session_id'))?.[1] ?? '';
    expect(session).toMatch(/^[0-9a-f]{40}$/);
    expect(watched.search().leaks).toEqual([]);
    watched.note('an event', { states: [`x${session}`] });
    watched.note('an error', new Error(`GET https://x/?api_key=${API_KEY}`));
    watched.note('a header', `x: ${Buffer.from(READ_TOKEN).toString('base64url')}`);
    watched.note('a location', `location: ${ORIGIN}/?token=${token}`);
    console.warn({ deep: { secret: SECRET } });
    expect(watched.search().leaks).toEqual([
      'session_id in an event',
      'API key in an error',
      'read token in a header',
      'request_token in a location',
      'seal secret in console.warn',
    ]);
  });

  test('allows the request token in the address of TMDB’s approval page, and nowhere else', async () => {
    const watched = await createWatchedSite();
    const browser = visitor(watched);
    const token = await begin(browser);
    const { webURL } = watched.site.tmdb;
    expect(watched.search().leaks).toEqual([]);
    watched.note('one', `location: ${webURL}/authenticate/${token}?redirect_to=x`);
    watched.note('two', `location: https://evil.example/authenticate/${token}`);
    watched.note('three', `x: ${webURL}/authenticate/${token}`);
    expect(watched.search().leaks).toEqual(['request_token in two', 'request_token in three']);
  });

  test.each(KINDS)('knows the secrets, so it finds a handler that leaks them (%s)', async (_, options) => {
    const watched = await createWatchedSite({
      ...options(),
      onEvent: () => console.log(`a log of ${[...watched.secrets.values()].join()}`),
    });
    await signIn(watched, visitor(watched));
    const leaks = watched.search().leaks.map((leak) => leak.split(' in ')[0]);
    expect(leaks).toEqual(
      expect.arrayContaining(['read token', 'API key', 'seal secret', 'request_token', 'session_id']),
    );
  });
});
