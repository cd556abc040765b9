// nextjs-auth0#676: A site was open at two addresses, www and the bare name, and a sign-in begun at one lost its cookies at the other.
// Here: A request from the other address is refused before it has an effect. A script gets both addresses, and a person gets a link to the right one.
import { describe, expect, test } from 'vitest';
import { lastEvent, withoutEffect } from '../server/attacks/support.ts';
import { createSite, ORIGIN, type Site } from '../server/site.ts';

const BARE = 'https://films.example';
const WWW = 'https://www.films.example';

interface Elsewhere {
  origin: string;
  /** The address the browser shows. */
  seen: string;
  /** The address the handler gets. */
  at: string;
  headers: Record<string, string>;
}

const fromPage = (page: string) => ({ 'sec-fetch-site': 'same-origin', origin: page });
const fromReferer = (page: string) => ({ 'sec-fetch-site': 'same-origin', referer: `${page}/films?a=1` });

const CASES: [string, Elsewhere][] = [
  [
    'www by what a proxy says',
    { origin: BARE, seen: WWW, at: BARE, headers: { 'x-forwarded-host': 'www.films.example' } },
  ],
  [
    'the bare name by what a proxy says, in capitals',
    { origin: WWW, seen: BARE, at: WWW, headers: { 'x-forwarded-host': 'Films.Example, inner.example' } },
  ],
  [
    'www with a port',
    {
      origin: `${BARE}:8443`,
      seen: `${WWW}:8443`,
      at: BARE,
      headers: { 'x-forwarded-host': 'www.films.example:8443' },
    },
  ],
  ['www by Origin', { origin: BARE, seen: WWW, at: BARE, headers: fromPage(WWW) }],
  ['www by Referer', { origin: BARE, seen: WWW, at: BARE, headers: fromReferer(WWW) }],
  [
    '127.0.0.1 instead of localhost',
    {
      origin: 'http://localhost:3000',
      seen: 'http://127.0.0.1:3000',
      at: 'http://127.0.0.1:3000',
      headers: fromPage('http://127.0.0.1:3000'),
    },
  ],
  [
    'localhost instead of 127.0.0.1, by Referer',
    {
      origin: 'http://127.0.0.1:3000',
      seen: 'http://localhost:3000',
      at: 'http://localhost:3000',
      headers: fromReferer('http://localhost:3000'),
    },
  ],
  [
    'another port of this machine',
    {
      origin: 'http://localhost:3000',
      seen: 'http://localhost:5173',
      at: 'http://localhost:3000',
      headers: fromPage('http://localhost:5173'),
    },
  ],
  [
    'a preview deployment',
    {
      origin: BARE,
      seen: 'https://films-git-main.vercel.example',
      at: BARE,
      headers: fromPage('https://films-git-main.vercel.example'),
    },
  ],
  [
    'http instead of https',
    { origin: BARE, seen: 'http://films.example', at: BARE, headers: fromPage('http://films.example') },
  ],
];

async function elsewhere({ origin, at, headers }: Elsewhere) {
  const site = await createSite({ origin });
  const ask = (method: string, path: string, changed: Record<string, string> = {}) => {
    const browser = site.browser();
    const request = new Request(at + path, {
      method,
      headers: { accept: 'text/html', ...headers, ...changed },
    });
    return withoutEffect(site, browser, () => browser.send(request));
  };
  return { site, ask };
}

const JSON_ONLY = { accept: 'application/json' };

describe.each(CASES)('a visit at another address: %s', (_, where) => {
  test.each([
    ['GET', '/auth/login'],
    ['POST', '/auth/login'],
    ['POST', '/auth/logout'],
    ['POST', '/auth/guest'],
    ['GET', '/auth/callback?request_token=x&approved=true'],
  ])('a person who requests %s %s gets a page with a link to the right address', async (method, path) => {
    const { site, ask } = await elsewhere(where);
    const page = await ask(method, path);
    expect(page.status).toBe(403);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain(`You are at ${where.seen},`);
    expect(html).toContain(`<a href="${where.origin}/">${where.origin}</a>`);
    expect(lastEvent(site)).toMatchObject({ refused: 'cross_site', tmdbRequests: 0 });
  });

  test('the link leads to the page the person wanted', async () => {
    const { ask } = await elsewhere(where);
    const page = await ask('GET', '/auth/login?returnTo=/films?page=2');
    expect(await page.text()).toContain(`<a href="${where.origin}/films?page=2">`);
  });

  test('the link leads to no address that a request made up', async () => {
    const { ask } = await elsewhere(where);
    const page = await ask('GET', '/auth/login?returnTo=https://evil.example/"><script>');
    const html = await page.text();
    expect(html).not.toContain('evil');
    expect(html).toContain(`<a href="${where.origin}/">`);
  });

  test.each([
    ['POST', '/auth/login'],
    ['GET', '/auth/session'],
    ['POST', '/auth/callback'],
    ['GET', '/auth/tmdb/3/movie/550'],
  ])('a script that requests %s %s gets both addresses', async (method, path) => {
    const { ask } = await elsewhere(where);
    const told = await ask(method, path, JSON_ONLY);
    expect(told.status).toBe(403);
    const { refused, failure } = await told.json();
    expect(refused).toBe('cross_site');
    expect(failure.message).toContain(`sees this site at ${where.seen},`);
    expect(failure.message).toContain(`send users to ${where.origin},`);
  });
});

/** Requests that do not contradict the site's own address. */
const HERE: [string, string, Record<string, string>][] = [
  ['the site itself', ORIGIN, fromPage(ORIGIN)],
  ['the name of a container', 'http://backend:3000', { ...fromPage(ORIGIN), host: 'backend:3000' }],
  ['the address of a machine', 'http://10.0.0.5:3000', fromReferer(ORIGIN)],
  ['another name of the site by Host', ORIGIN, { ...fromPage(ORIGIN), host: 'films.internal' }],
  ['a page without referrers', ORIGIN, { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ['a referrer that is no address', ORIGIN, { ...fromReferer('about:blank'), referer: 'about:client' }],
];

test.each(HERE)('a sign-in begins behind a proxy that writes its own host: %s', async (_, at, headers) => {
  const site: Site = await createSite();
  const request = new Request(`${at}/auth/login`, { method: 'POST', headers: { ...headers, ...JSON_ONLY } });
  const begun = await site.browser().send(request);
  expect(await begun.json()).toMatchObject({ state: 'awaitingApproval.waiting' });
});

test.each([
  ['a sibling', 'https://blog.films.example'],
  ['a name with the same ending', 'https://wwwfilms.example'],
  ['www of www', 'https://www.www.films.example'],
])('%s is treated as a name of the proxy if only Host shows it', async (_, at) => {
  const site = await createSite();
  const request = new Request(`${at}/auth/session`, { headers: JSON_ONLY });
  expect((await site.browser().send(request)).status).toBe(200);
});

test('a request from another site is refused and gets no link', async () => {
  const site = await createSite();
  const browser = site.browser();
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const refused = await withoutEffect(site, browser, () => browser.submit('/auth/login', {}, headers));
  expect(refused.status).toBe(403);
  expect(refused.headers.get('content-type')).toBe('text/plain');
  expect(await refused.text()).not.toContain('evil');
});

test('a load balancer gets the server’s health at every address', async () => {
  const site = await createSite();
  const request = new Request(`${WWW}/auth/health`);
  expect((await site.browser().send(request)).status).toBe(200);
});
