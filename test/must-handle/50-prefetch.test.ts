// next.js#38128, kinde-auth-nextjs#528: A browser or a framework fetched the sign-in link ahead of a click, and the fetch began a sign-in.
// Here: A request that comes ahead of a click, or that loads no document, is refused and has no effect. The click works afterwards.
import { describe, expect, test } from 'vitest';
import { KEPT, lastEvent, withoutEffect } from '../server/attacks/support.ts';
import { type Browser, createSite, locationOf, ORIGIN, signIn, wayBack } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';

const SCRIPT = { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

const AHEAD: [string, Record<string, string>][] = [
  ['Next, the whole page', { ...SCRIPT, rsc: '1', 'next-router-prefetch': '1' }],
  ['Next, by segment', { ...SCRIPT, rsc: '1', 'next-router-segment-prefetch': '/_tree' }],
  ['Next in the pages router', { ...SCRIPT, purpose: 'prefetch', 'x-nextjs-data': '1' }],
  ['speculation rules', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
  ['speculation rules that prerender', { ...NAVIGATION, 'sec-purpose': 'prefetch;prerender' }],
  [
    'a prefetch through a proxy of the browser',
    { ...NAVIGATION, 'sec-purpose': 'prefetch;anonymous-client-ip' },
  ],
  ['<link rel=prefetch> in Chromium', { ...NAVIGATION, purpose: 'prefetch' }],
  ['<link rel=prefetch> in an old Firefox', { accept: '*/*', 'x-moz': 'prefetch' }],
  ['Turbo', { ...SCRIPT, accept: 'text/html', 'x-sec-purpose': 'prefetch' }],
  ['a preview in Safari', { accept: 'text/html', 'x-purpose': 'preview' }],
  ['a spelling in capitals', { accept: 'text/html', 'sec-purpose': 'PREFETCH' }],
];

const NO_DOCUMENT = ['image', 'iframe', 'frame', 'empty', 'script', 'style', 'embed', 'object', 'video'];

const REFUSED = { status: 403 };

/** Approves a sign-in at TMDB. Resolves to the address to which TMDB sends the user back. */
async function approved(site: Awaited<ReturnType<typeof createSite>>, browser: Browser): Promise<string> {
  const approval = locationOf(await browser.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval));
  return wayBack(approval, 'approved');
}

describe('the sign-in route', () => {
  test.each(AHEAD)('a fetch ahead of a click begins no sign-in: %s', async (_, headers) => {
    const site = await createSite();
    const browser = site.browser();
    const fetched = await withoutEffect(site, browser, () =>
      browser.follow('/auth/login', { 'sec-fetch-site': 'same-origin', ...headers }),
    );
    expect(fetched).toMatchObject(REFUSED);
    expect(lastEvent(site)).toMatchObject({ route: 'login', refused: 'prefetch' });
    expect(await browser.session()).toMatchObject({ status: 'signedOut', state: 'idle.fresh' });
  });

  test.each(NO_DOCUMENT)('a request that loads no document begins no sign-in: %s', async (dest) => {
    const site = await createSite();
    const browser = site.browser();
    const headers = { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': dest };
    expect(await withoutEffect(site, browser, () => browser.follow('/auth/login', headers))).toMatchObject(
      REFUSED,
    );
  });

  test.each(KEPT)('a guest stays a guest after every kind of prefetch, %s', async (_, options) => {
    const site = await createSite(options());
    const browser = site.browser();
    await browser.submit('/auth/guest');
    for (const [, headers] of AHEAD) {
      await withoutEffect(site, browser, () => browser.follow('/auth/login', headers));
    }
    expect(await browser.session()).toMatchObject({ status: 'guest', state: 'guestActive.unused' });
  });

  test.each(KEPT)(
    'a click after a prefetch leads to TMDB, and the user gets signed in, %s',
    async (_, options) => {
      const site = await createSite(options());
      const browser = site.browser();
      await browser.follow('/auth/login', { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' });
      const clicked = await browser.follow('/auth/login', { 'sec-fetch-site': 'same-origin', ...NAVIGATION });
      const approval = locationOf(clicked);
      expect(approval.origin).toBe(site.tmdb.webURL);
      site.tmdb.approve(tokenIn(approval));
      await browser.follow(wayBack(approval, 'approved'), { 'sec-fetch-site': 'cross-site', ...NAVIGATION });
      expect(await browser.session()).toMatchObject({ status: 'user' });
    },
  );

  test('a script’s POST begins a sign-in, whatever its Sec-Fetch-Dest', async () => {
    const site = await createSite();
    const answered = await site.browser().ask('POST', '/auth/login', {}, { 'sec-fetch-dest': 'empty' });
    expect(await answered.json()).toMatchObject({ state: 'awaitingApproval.waiting' });
  });

  test('a form sent by a prerendered page begins no sign-in', async () => {
    const site = await createSite();
    const browser = site.browser();
    const headers = { 'sec-purpose': 'prefetch;prerender' };
    expect(
      await withoutEffect(site, browser, () => browser.submit('/auth/login', {}, headers)),
    ).toMatchObject(REFUSED);
  });
});

describe('the return from TMDB', () => {
  test.each(AHEAD)('a fetch ahead of the visit spends no token: %s', async (_, headers) => {
    const site = await createSite();
    const browser = site.browser();
    const back = await approved(site, browser);
    const fetched = await withoutEffect(site, browser, () =>
      browser.follow(back, { 'sec-fetch-site': 'cross-site', ...headers }),
    );
    expect(fetched).toMatchObject(REFUSED);
    await browser.follow(back, { 'sec-fetch-site': 'cross-site', ...NAVIGATION });
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(site.tmdb.sessions()).toHaveLength(1);
  });

  test.each(NO_DOCUMENT)('a request that loads no document spends no token: %s', async (dest) => {
    const site = await createSite();
    const browser = site.browser();
    const back = await approved(site, browser);
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': dest };
    expect(await withoutEffect(site, browser, () => browser.follow(back, headers))).toMatchObject(REFUSED);
    await browser.follow(back, { 'sec-fetch-site': 'cross-site', ...NAVIGATION });
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });

  test('a mail scanner that opens the address without cookies spends no token', async () => {
    const site = await createSite();
    const browser = site.browser();
    const back = await approved(site, browser);
    await withoutEffect(site, site.browser(), () => site.browser().follow(back, { 'user-agent': 'scanner' }));
    await browser.follow(back, { 'sec-fetch-site': 'cross-site' });
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });
});

test.each(['/auth/login', '/auth/callback?request_token=x&approved=true'])(
  'HEAD %s confirms the address and has no effect',
  async (path) => {
    const site = await createSite();
    const browser = site.browser();
    const back = await approved(site, browser);
    for (const address of [path, back]) {
      const request = new Request(new URL(address, ORIGIN), {
        method: 'HEAD',
        headers: { accept: 'text/html' },
      });
      const answered = await withoutEffect(site, browser, () => browser.send(request));
      expect(answered.status).toBe(200);
    }
    await browser.follow(back, { 'sec-fetch-site': 'cross-site' });
    expect(await browser.session()).toMatchObject({ status: 'user' });
  },
);

test('a link leads to TMDB in a browser without fetch metadata', async () => {
  const site = await createSite();
  expect(locationOf(await site.browser().follow('/auth/login', {})).origin).toBe(site.tmdb.webURL);
});

describe('a prerendered page', () => {
  const PRERENDERED = { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' };

  test('lets its script read the session and the films', async () => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    const session = await browser.ask('GET', '/auth/session', undefined, PRERENDERED);
    expect(await session.json()).toMatchObject({ status: 'user' });
    const film = await browser.ask('GET', '/auth/tmdb/3/movie/550', undefined, PRERENDERED);
    expect(film.status).toBe(200);
  });

  test.each([
    ['POST', '/auth/login'],
    ['POST', '/auth/guest'],
    ['POST', '/auth/logout'],
    ['POST', '/auth/tmdb/3/movie/550/rating'],
    ['GET', '/auth/tmdb/4/list/1/clear'],
  ])('lets its script change nothing by %s %s', async (method, path) => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    const body = method === 'POST' ? { value: 8 } : undefined;
    const asked = await withoutEffect(site, browser, () => browser.ask(method, path, body, PRERENDERED));
    expect(asked).toMatchObject(REFUSED);
  });
});
