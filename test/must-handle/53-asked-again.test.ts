// muster#1090, inbox-zero#3022: A browser repeated the callback after the first answer was lost, and was told that the sign-in had failed.
// Here: The same request from the same browser gets the first answer once more. One session is made, and a session that no browser collects is deleted.
import { describe, expect, test } from 'vitest';
import type { AuthHandler, AuthHandlerOptions } from '../../src/platforms/server/index.ts';
import { memoryStore } from '../server/attacks/support.ts';
import { type Browser, createSite, locationOf, ORIGIN, type Site, wayBack } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';
import { ACCESS_NEW, CONVERT, SESSION_NEW, timesAsked } from '../support/requests.ts';

const MINUTE = 60_000;
const SCRIPT = { accept: 'application/json', origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

/** The requests that make a session, and what each needs. */
const QUESTIONS: Record<string, { apiVersion: 3 | 4; ask(approval: URL): Request }> = {
  'the return in v3': {
    apiVersion: 3,
    ask: (approval) =>
      new Request(wayBack(approval, 'approved'), {
        headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
      }),
  },
  'the return in v4': {
    apiVersion: 4,
    ask: () =>
      new Request(`${ORIGIN}/auth/callback?returnTo=%2F`, {
        headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
      }),
  },
  "a script's POST of the callback": {
    apiVersion: 3,
    ask: (approval) =>
      new Request(`${ORIGIN}/auth/callback`, {
        method: 'POST',
        headers: { ...SCRIPT, 'content-type': 'application/json' },
        body: JSON.stringify({ requestToken: tokenIn(approval) }),
      }),
  },
  "a script's POST of check": {
    apiVersion: 3,
    ask: () => new Request(`${ORIGIN}/auth/check`, { method: 'POST', headers: SCRIPT }),
  },
};

const PLACES: [string, () => Partial<AuthHandlerOptions>][] = [
  ['in cookies', () => ({})],
  ['in a store', () => ({ store: memoryStore() })],
];

const CASES = Object.keys(QUESTIONS).flatMap((question) =>
  PLACES.map(([place, options]) => [question, place, options] as const),
);

interface Waiting {
  site: Site;
  browser: Browser;
  handler: AuthHandler;
  /** The request, with the cookies of a browser in which the sign-in waits. */
  question(signal?: AbortSignal): Request;
}

/** A sign-in that was approved at TMDB, and the request that its browser is about to send. */
async function approved(name: string, options: Partial<AuthHandlerOptions>): Promise<Waiting> {
  const { apiVersion, ask } = QUESTIONS[name] as (typeof QUESTIONS)[string];
  const site = await createSite({ apiVersion, ...options });
  const handler = site.instance();
  const browser = site.browser(handler);
  // A sign-in begun by a link and one begun by a script use the same cookies.
  const approval = locationOf(await browser.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval));
  const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  const question = (signal?: AbortSignal) => {
    const request = ask(approval);
    const headers = new Headers(request.headers);
    headers.set('cookie', cookie);
    return new Request(request, { headers, ...(signal && { signal }) });
  };
  return { site, browser, handler, question };
}

const sessionsMade = ({ tmdb }: Site) => timesAsked(tmdb, SESSION_NEW) + timesAsked(tmdb, CONVERT);

/** The browser sends the request and disconnects before the answer. */
async function askAndLeave({ handler, question }: Waiting): Promise<Response> {
  const browserLeaves = new AbortController();
  const answering = handler(question(browserLeaves.signal));
  browserLeaves.abort();
  return answering;
}

const userCookies = (response: Response) =>
  response.headers.getSetCookie().filter((line) => /\.(user|id)=[^;]/.test(line));

test.each(CASES)(
  'a browser that lost the answer and repeats the request is signed in: %s, %s',
  async (name, _, options) => {
    const waiting = await approved(name, options());
    const { site, browser, question } = waiting;
    const lost = await askAndLeave(waiting);
    const again = await browser.send(question());
    expect([again.status, again.headers.get('location')]).toEqual([
      lost.status,
      lost.headers.get('location'),
    ]);
    expect(userCookies(again)).toEqual(userCookies(lost));
    expect(await browser.session()).toMatchObject({ status: 'user', failure: null });
    expect(sessionsMade(site)).toBe(1);
    site.clock.advance(2 * MINUTE);
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(site.tmdb.sessions()).toHaveLength(1);
  },
);

test.each(CASES)('an answer that was lost unnoticed is given again: %s, %s', async (name, _, options) => {
  const { site, browser, handler, question } = await approved(name, options());
  const lost = await handler(question());
  const again = await browser.send(question());
  expect(userCookies(again)).toEqual(userCookies(lost));
  expect(await browser.session()).toMatchObject({ status: 'user', failure: null });
  expect(sessionsMade(site)).toBe(1);
});

test.each(CASES)(
  'a reload during the first request gets the same answer: %s, %s',
  async (name, _, options) => {
    const { site, browser, handler, question } = await approved(name, options());
    const [first, second] = await Promise.all([handler(question()), browser.send(question())]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.status).toBe(first.status);
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(sessionsMade(site)).toBe(1);
    expect(timesAsked(site.tmdb, ACCESS_NEW)).toBeLessThanOrEqual(1);
  },
);

test.each(CASES)('an answer is repeated only once: %s, %s', async (name, _, options) => {
  const waiting = await approved(name, options());
  const { site, handler, question } = waiting;
  await askAndLeave(waiting);
  expect(userCookies(await handler(question()))).toHaveLength(1);
  expect(userCookies(await site.whileTimeRuns(handler(question())))).toEqual([]);
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test.each(CASES)(
  'a session that no browser collects is deleted after a minute: %s, %s',
  async (name, _, options) => {
    const waiting = await approved(name, options());
    const { site, handler, question } = waiting;
    await askAndLeave(waiting);
    site.clock.advance(MINUTE - 1);
    expect(site.tmdb.sessions()).toHaveLength(1);
    site.clock.advance(1);
    await expect.poll(() => site.tmdb.sessions()).toEqual([]);
    expect(userCookies(await site.whileTimeRuns(handler(question())))).toEqual([]);
  },
);

test.each(CASES)('a session is kept once its browser got the answer: %s, %s', async (name, _, options) => {
  const { site, browser, question } = await approved(name, options());
  await browser.send(question());
  site.clock.advance(2 * MINUTE);
  expect(site.clock.pending().timers).toBe(0);
  expect(await browser.session()).toMatchObject({ status: 'user' });
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test.each(CASES)('a browser with other cookies does not get the answer: %s, %s', async (name, _, options) => {
  const waiting = await approved(name, options());
  const { site, handler, question } = waiting;
  await askAndLeave(waiting);
  const bare = question();
  const headers = new Headers(bare.headers);
  headers.delete('cookie');
  const stranger = await site.whileTimeRuns(handler(new Request(bare, { headers })));
  expect(userCookies(stranger)).toEqual([]);
  const other = site.browser(handler);
  await other.follow('/auth/login');
  const cookie = [...other.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  headers.set('cookie', cookie);
  const withOwn = await site.whileTimeRuns(handler(new Request(question(), { headers })));
  expect(await withOwn.text()).not.toContain('sandra');
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test.each(CASES)('the answer is not repeated after a sign-out: %s, %s', async (name, _, options) => {
  const { site, browser, handler, question } = await approved(name, options());
  await browser.send(question());
  await browser.submit('/auth/logout');
  expect(site.tmdb.sessions()).toEqual([]);
  expect(userCookies(await site.whileTimeRuns(handler(question())))).toEqual([]);
});

describe('an answer with a store', () => {
  test('another instance repeats the answer', async () => {
    const waiting = await approved('the return in v3', { store: memoryStore() });
    const { site, browser, question } = waiting;
    await askAndLeave(waiting);
    await browser.at(site.instance()).send(question());
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(sessionsMade(site)).toBe(1);
    site.clock.advance(2 * MINUTE);
    expect(site.tmdb.sessions()).toHaveLength(1);
  });

  test('an instance that closes leaves the answer to the other instances', async () => {
    const waiting = await approved('the return in v3', { store: memoryStore() });
    const { site, browser, handler, question } = waiting;
    await askAndLeave(waiting);
    await handler.close();
    const there = browser.at(site.instance());
    await there.send(question());
    expect(await there.session()).toMatchObject({ status: 'user' });
  });
});

test('an instance without a store deletes uncollected sessions when it closes', async () => {
  const waiting = await approved('the return in v3', {});
  await askAndLeave(waiting);
  await waiting.handler.close();
  expect(waiting.site.tmdb.sessions()).toEqual([]);
  expect(waiting.site.clock.pending().timers).toBe(0);
});

test('a guest who lost the answer is signed in and keeps the guest session', async () => {
  const site = await createSite();
  const handler = site.instance();
  const browser = site.browser(handler);
  await browser.submit('/auth/guest');
  const approval = locationOf(await browser.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval));
  const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  const back = wayBack(approval, 'approved');
  await handler(new Request(back, { headers: { accept: 'text/html', cookie }, signal: AbortSignal.abort() }));
  await browser.follow(back, { 'sec-fetch-site': 'cross-site' });
  expect(await browser.session()).toMatchObject({ status: 'user', guest: { used: false } });
});
