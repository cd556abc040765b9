// next-auth#4119, linkwarden#1054, cloudflare-docs#30255: Another app on the same host, or a sibling of it, had set a cookie with the same name; it was mistaken for the genuine one, or both were lost.
// Here: A cookie counts if its name matches byte for byte and it opens with this app's secret. Other cookies are ignored and left alone.
import { describe, expect, test } from 'vitest';
import type { AuthHandlerOptions } from '../../src/platforms/server/index.ts';
import { memoryStore, plain, USERS } from '../server/attacks/support.ts';
import { type Browser, createBrowser, createSite, locationOf, type Site, wayBack } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';

const HTTPS = 'https://films.example';
const LOCALHOST = 'http://localhost:3000';

/** The places for a record, and the cookie that matters there. */
const PLACES: [string, string, () => Partial<AuthHandlerOptions>, string][] = [
  ['https, in cookies', '__Host-tmdb-auth.user', () => ({}), HTTPS],
  ['https, in a store', '__Host-tmdb-auth.id', () => ({ store: memoryStore() }), HTTPS],
  ['localhost, in cookies', 'tmdb-auth.user', () => ({ origin: LOCALHOST }), LOCALHOST],
  ['localhost, in a store', 'tmdb-auth.id', () => ({ origin: LOCALHOST, store: memoryStore() }), LOCALHOST],
];

/** Signs a user in at a site of any origin. */
async function signedIn(site: Site, browser: Browser, origin: string, username = 'sandra') {
  const headers = { accept: 'text/html', origin };
  const login = await browser.send(new Request(`${origin}/auth/login`, { method: 'POST', headers }));
  const approval = locationOf(login);
  site.tmdb.approve(tokenIn(approval), username);
  await browser.send(new Request(wayBack(approval, 'approved'), { headers: { accept: 'text/html' } }));
}

/** The user that a `Cookie` header stands for, and what the answer does to the cookies. */
async function asked(site: Site, cookie: string) {
  const request = plain('GET', '/auth/session', { cookie, accept: 'application/json' });
  const answer = await createBrowser(site.instance()).send(request);
  const { account, status } = await answer.json();
  return { who: account?.username ?? status, given: answer.headers.getSetCookie() };
}

/** A site with two users and the cookie of each. */
async function twoUsers(name: string, options: Partial<AuthHandlerOptions>, origin: string) {
  const site = await createSite(options, { users: USERS });
  const cookieOf = async (username: string) => {
    const browser = site.browser();
    await signedIn(site, browser, origin, username);
    return browser.cookies.get(name) ?? '';
  };
  return { site, victim: await cookieOf('sandra'), attacker: await cookieOf('mallory') };
}

/** Bytes on the wire, which is how headers hold them. */
const wire = (text: string) => Buffer.from(text).toString('latin1');

/** Names that a program may mistake for ours if it trims, decodes or ignores case. */
const NEARLY: [string, (name: string) => string][] = [
  ['U+00A0 before it, as one byte', (name) => `\u00a0${name}`],
  ['U+00A0 before it', (name) => wire(`\u00a0${name}`)],
  ['U+00A0 after it', (name) => `${name}\u00a0`],
  ['U+2003 before it', (name) => wire(`\u2003${name}`)],
  ['U+3000 after it', (name) => wire(`${name}\u3000`)],
  ['U+FEFF before it', (name) => wire(`\ufeff${name}`)],
  ['a vertical tab before it', (name) => `\u000b${name}`],
  ['a form feed after it', (name) => `${name}\u000c`],
  ['another case', (name) => name.toUpperCase()],
  ['an encoded letter', (name) => name.replace('t', '%74')],
  ['quotes', (name) => `"${name}"`],
  ['a letter before it', (name) => `x${name}`],
  ['a letter after it', (name) => `${name}x`],
  ['__Secure- before it', (name) => `__Secure-${name}`],
];

describe.each(PLACES)('a cookie (%s)', (_, name, options, origin) => {
  test.each(NEARLY)('does not count if its name has %s', async (_, nearly) => {
    const { site, victim, attacker } = await twoUsers(name, options(), origin);
    const planted = `${nearly(name)}=${attacker}`;
    const genuine = `${name}=${victim}`;
    expect(await asked(site, planted)).toEqual({ who: 'signedOut', given: [] });
    expect(await asked(site, `${planted}; ${genuine}`)).toEqual({ who: 'sandra', given: [] });
    expect(await asked(site, `${genuine}; ${planted}`)).toEqual({ who: 'sandra', given: [] });
  });

  test.each([
    ['a word', 'of-another-app'],
    ['nothing', ''],
    ['JSON', '%7B%22user%22%3A1%7D'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl'],
    ['a JWE of another secret', null],
    ['4 kB', 'x'.repeat(4_096)],
  ])('counts beside another cookie of its name that holds %s', async (_, value) => {
    const { site, victim } = await twoUsers(name, options(), origin);
    const other = createBrowser(site.instance({ secrets: ['the-secret-of-another-app-of-this-host'] }));
    await signedIn(site, other, origin, 'mallory');
    const junk = `${name}=${value ?? other.cookies.get(name)}`;
    const genuine = `${name}=${victim}`;
    for (const cookie of [`${junk}; ${genuine}`, `${genuine}; ${junk}`, `${junk}; ${genuine}; ${junk}`]) {
      expect(await asked(site, cookie)).toEqual({ who: 'sandra', given: [] });
    }
    expect(await asked(site, junk)).toEqual({ who: 'signedOut', given: [] });
  });

  test('two cookies of one name that both open do not count, and neither is deleted', async () => {
    const { site, victim, attacker } = await twoUsers(name, options(), origin);
    for (const [one, two] of [
      [victim, attacker],
      [attacker, victim],
    ]) {
      expect(await asked(site, `${name}=${one}; ${name}=${two}`)).toEqual({ who: 'signedOut', given: [] });
    }
  });

  test('the same cookie sent twice counts once', async () => {
    const { site, victim } = await twoUsers(name, options(), origin);
    expect(await asked(site, `${name}=${victim}; ${name}=${victim}`)).toMatchObject({ who: 'sandra' });
  });
});

test('a cookie without __Host- does not count on https, as a sibling could have set it', async () => {
  const { site, victim } = await twoUsers('__Host-tmdb-auth.user', {}, HTTPS);
  expect(await asked(site, `tmdb-auth.user=${victim}`)).toEqual({ who: 'signedOut', given: [] });
});

test('a sign-in that a sibling planted with its cookie is not completed', async () => {
  const site = await createSite({}, { users: USERS });
  const attacker = site.browser();
  const approval = locationOf(await attacker.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval), 'mallory');
  const name = '__Host-tmdb-auth.pending';
  const cookie = `\u00a0${name}=${attacker.cookies.get(name)}`;
  const back = new URL(wayBack(approval, 'approved'));
  const answer = await site.browser().send(plain('GET', back.pathname + back.search, { cookie }));
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(site.tmdb.sessions()).toEqual([]);
});

describe('two apps on two ports of localhost, which share their cookies', () => {
  const OTHER = 'http://localhost:5173';

  /** Each app has its own secret and TMDB; they share one browser. */
  async function twoApps(
    options: () => Partial<AuthHandlerOptions>,
    changed: Partial<AuthHandlerOptions> = {},
  ) {
    const first = await createSite({ origin: LOCALHOST, ...options() });
    const second = await createSite({
      origin: OTHER,
      secrets: ['the-secret-of-another-app-of-this-host'],
      ...options(),
      ...changed,
    });
    const one = first.browser();
    const two = createBrowser(second.instance(), one.cookies);
    const seenBy = async (browser: Browser, origin: string, path = '/auth/session', method = 'GET') => {
      const headers = { accept: 'application/json', origin, 'sec-fetch-site': 'same-origin' };
      const answer = await browser.send(new Request(origin + path, { method, headers }));
      return { status: (await answer.json()).status, given: answer.headers.getSetCookie() };
    };
    return { first, second, one, two, seenBy };
  }

  test.each([
    ['in cookies', () => ({})],
    ['in a store', () => ({ store: memoryStore() })],
  ])('leave each other alone until a user signs in, %s', async (_, options) => {
    const { first, second, one, two, seenBy } = await twoApps(options);
    await signedIn(first, one, LOCALHOST);
    const before = [...one.cookies];
    const signedOut = { status: 'signedOut', given: [] };
    expect(await seenBy(two, OTHER)).toEqual(signedOut);
    for (const path of ['/auth/verify', '/auth/cancel', '/auth/logout', '/auth/check']) {
      expect([path, await seenBy(two, OTHER, path, 'POST')]).toEqual([path, signedOut]);
    }
    expect([...one.cookies]).toEqual(before);
    expect(await seenBy(one, LOCALHOST)).toEqual({ status: 'user', given: [] });

    // The second app takes over the name; the first one then sees a signed-out visitor and leaves the cookie
    // alone.
    await signedIn(second, two, OTHER);
    const after = [...one.cookies];
    expect(await seenBy(one, LOCALHOST)).toEqual(signedOut);
    expect(await seenBy(one, LOCALHOST, '/auth/logout', 'POST')).toEqual(signedOut);
    expect([...one.cookies]).toEqual(after);
    expect(await seenBy(two, OTHER)).toEqual({ status: 'user', given: [] });
    expect(second.tmdb.sessions()).toHaveLength(1);
  });

  test.each([
    ['in cookies', () => ({})],
    ['in a store', () => ({ store: memoryStore() })],
  ])('are both signed in with their own cookieName, %s', async (_, options) => {
    const { first, second, one, two, seenBy } = await twoApps(options, { cookieName: 'series' });
    await signedIn(first, one, LOCALHOST);
    await signedIn(second, two, OTHER);
    expect(await seenBy(one, LOCALHOST)).toEqual({ status: 'user', given: [] });
    expect(await seenBy(two, OTHER)).toEqual({ status: 'user', given: [] });
    await seenBy(two, OTHER, '/auth/logout', 'POST');
    expect(await seenBy(one, LOCALHOST)).toEqual({ status: 'user', given: [] });
  });
});
