import { setImmediate as aMoment } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { AuthHandlerOptions } from '../../../src/platforms/server/index.ts';
import { createSite, type Site } from '../site.ts';
import { begin, callbackWith, KEPT, linkFromElsewhere, plain, USERS } from './support.ts';

const MINUTE = 60_000;

/** Leaves with an approved sign-in before the answer with the session arrives. */
async function leave(options: Partial<AuthHandlerOptions>) {
  const site = await createSite(options, { users: USERS });
  const handler = site.instance();
  const browser = site.browser(handler);
  const { token } = await begin(browser);
  site.tmdb.approve(token, 'sandra');
  const path = callbackWith(token);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const asked = (more: Record<string, string> = {}, to = path) =>
    plain('GET', to, { ...linkFromElsewhere, cookie, ...more });
  // The browser never sees this answer.
  await handler(new Request(asked(), { signal: AbortSignal.abort() }));
  expect(site.tmdb.sessions().length).toBe(1);
  return { site, handler, browser, path, asked };
}

/** Advances the clock, and lets the work of its timers finish. */
async function passes(site: Site, ms: number) {
  site.clock.advance(ms);
  for (let i = 0; i < 40; i++) await aMoment();
  await new Promise((resolve) => setTimeout(resolve, 30));
}

const bringsSession = (answered: Response) =>
  answered.headers.getSetCookie().some((line) => /\.(user|id)=[^;]/.test(line));

describe.each(KEPT)('an undelivered session, with records %s', (_, options) => {
  test('is given to the same browser, once', async () => {
    const { site, browser, path, asked, handler } = await leave(options());
    expect(bringsSession(await browser.follow(path, linkFromElsewhere))).toBe(true);
    expect(await browser.session()).toMatchObject({ account: { username: 'sandra' } });
    expect(bringsSession(await site.whileTimeRuns(handler(asked())))).toBe(false);
    await passes(site, MINUTE + 1_000);
    expect(site.tmdb.sessions().length).toBe(1);
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });

  test('is not given after the user has signed out', async () => {
    const site = await createSite(options(), { users: USERS });
    const browser = site.browser();
    const { token } = await begin(browser);
    site.tmdb.approve(token, 'sandra');
    const copy = site.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    await browser.follow(callbackWith(token), linkFromElsewhere);
    await browser.submit('/auth/logout');
    const answered = await site.whileTimeRuns(copy.follow(callbackWith(token), linkFromElsewhere));
    expect(bringsSession(answered)).toBe(false);
    expect(await copy.session()).toMatchObject({ account: null });
  });

  test('is not given after a minute, and is ended at TMDB', async () => {
    const { site, handler, asked } = await leave(options());
    await passes(site, MINUTE + 1_000);
    expect(site.tmdb.sessions()).toEqual([]);
    expect(bringsSession(await site.whileTimeRuns(handler(asked())))).toBe(false);
  });

  test('is not ended if a reload has joined the request', async () => {
    const site = await createSite(options());
    const browser = site.browser();
    const { token } = await begin(browser);
    site.tmdb.approve(token);
    const release = site.tmdb.faults.add({ kind: 'hang', match: 'POST /3/authentication/session/new' });
    const left = new AbortController();
    const request = () => plain('GET', callbackWith(token), linkFromElsewhere);
    const leaving = browser.send(new Request(request(), { signal: left.signal }));
    while (!site.tmdb.requests.some(({ held }) => held)) await aMoment();
    left.abort();
    const reloaded = browser.send(request());
    for (let i = 0; i < 20; i++) await aMoment();
    release();
    await Promise.all([leaving, reloaded]);
    await passes(site, MINUTE + 1_000);
    expect(site.tmdb.sessions().length).toBe(1);
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });
});

// With a store, a return that presents its token finds the record itself, also after a crash.
describe('an undelivered session, with records in cookies', () => {
  test.each([
    ['no cookie', { cookie: '' }],
    ['an additional cookie', { cookie: '__Host-tmdb-auth.pending=x; __Host-tmdb-auth.id=x' }],
    ['a script’s request', { accept: 'application/json' }],
  ])('is not given for %s', async (_name, headers) => {
    const { site, handler, asked } = await leave({});
    expect(bringsSession(await site.whileTimeRuns(handler(asked(headers))))).toBe(false);
  });

  test('is not given for another address with the same cookies, nor in another sign-in', async () => {
    const { site, handler, path, asked } = await leave({});
    for (const to of [`${path}&returnTo=/x`, '/auth/callback', path.replace('approved', 'denied')]) {
      expect(bringsSession(await site.whileTimeRuns(handler(asked({}, to)))), to).toBe(false);
    }
    const other = site.browser(handler);
    await begin(other);
    expect(bringsSession(await other.follow(path, linkFromElsewhere))).toBe(false);
  });
});

test('without a store, close() ends the sessions that no browser received', async () => {
  const { site, handler } = await leave({});
  await handler.close();
  expect(site.tmdb.sessions()).toEqual([]);
  expect(site.clock.pending().timers).toBe(0);
});

test('with a store, another instance delivers the session after close()', async () => {
  const [, [, options]] = KEPT as [unknown, (typeof KEPT)[number]];
  const { site, handler, browser, path } = await leave(options());
  await handler.close();
  expect(site.tmdb.sessions().length).toBe(1);
  const elsewhere = browser.at(site.instance());
  expect(bringsSession(await elsewhere.follow(path, linkFromElsewhere))).toBe(true);
});

test('the access token and the session of an undelivered v4 sign-in are both ended', async () => {
  const site = await createSite({ apiVersion: 4 }, { users: USERS });
  const browser = site.browser();
  const { token } = await begin(browser);
  site.tmdb.approve(token, 'sandra');
  await browser.send(
    new Request(plain('GET', '/auth/callback', linkFromElsewhere), { signal: AbortSignal.abort() }),
  );
  expect([site.tmdb.sessions().length, site.tmdb.accessTokens().length]).toEqual([1, 1]);
  await passes(site, MINUTE + 1_000);
  expect([site.tmdb.sessions().length, site.tmdb.accessTokens().length]).toEqual([0, 0]);
});
