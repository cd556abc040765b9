// nextcloud/server#17411, fastmcp#3372: A site's policy `form-action 'self'` blocked the redirect to the provider, so the sign-in button had no effect.
// Here: A form that leads to another origin is answered with a page that navigates by itself. A link gets the redirect.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Browser as Chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuthHandler } from '../../src/platforms/server/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { listen } from '../core/servers.ts';
import { KEPT } from '../server/attacks/support.ts';
import { createSite, locationOf, ORIGIN, signIn, wayBack } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';

const ACCOUNTS = 'https://accounts.example';
const FORM = { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'document' };

const CHARACTERS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescaped = (html: string) => html.replace(/&(#?\w+);/g, (_, name) => CHARACTERS[name] ?? '');

/** The addresses to which a page refreshes and links. */
async function leadsTo(response: Response): Promise<{ refresh: string; link: string }> {
  const html = await response.text();
  const [, refresh = ''] = /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(html) ?? [];
  const [, link = ''] = /<a href="([^"]*)">/.exec(html) ?? [];
  return { refresh: unescaped(refresh), link: unescaped(link) };
}

/** The sources of each directive. */
const policyOf = ({ headers }: Response) =>
  new Map(
    headers
      .get('content-security-policy')
      ?.split(';')
      .map((directive): [string, string] => {
        const [name = '', ...sources] = directive.trim().split(' ');
        return [name, sources.join(' ')];
      }),
  );

/** Expects no redirect, which the policy would block, and no policy on the page that stops its refresh. */
function expectPage(response: Response) {
  expect(response.status).toBe(200);
  expect(response.headers.get('location')).toBe(null);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  const policy = policyOf(response);
  expect(policy.has('sandbox')).toBe(false);
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
}

describe('a form', () => {
  test.each(KEPT)(
    'a sign-in answers with a page that leads to TMDB and sets the cookies, %s',
    async (_, options) => {
      const site = await createSite(options());
      const browser = site.browser();
      const page = await browser.submit('/auth/login', { returnTo: '/films?a=1&b=%22' }, FORM);
      expectPage(page);
      const { refresh, link } = await leadsTo(page);
      expect(link).toBe(refresh);
      const approval = new URL(refresh);
      expect(approval.origin).toBe(site.tmdb.webURL);
      site.tmdb.approve(tokenIn(approval));
      const landed = await browser.follow(wayBack(approval, 'approved'), { 'sec-fetch-site': 'cross-site' });
      expect(locationOf(landed).href).toBe(`${ORIGIN}/films?a=1&b=%22`);
      expect(await browser.session()).toMatchObject({ status: 'user' });
    },
  );

  test('a v4 sign-in answers with a page that leads to TMDB', async () => {
    const site = await createSite({ apiVersion: 4 });
    const page = await site.browser().submit('/auth/login', {}, FORM);
    expectPage(page);
    expect(new URL((await leadsTo(page)).refresh).pathname).toBe('/auth/access');
  });

  test.each(['/auth/logout', '/auth/guest', '/auth/cancel', '/auth/verify'])(
    '%s answers with a page that leads to another allowed origin',
    async (path) => {
      const site = await createSite({ returnOrigins: [ACCOUNTS] });
      const browser = site.browser();
      await signIn(site, browser);
      const returnTo = `${ACCOUNTS}/bye?to="><script>&x='1'`;
      const page = await browser.submit(path, { returnTo }, FORM);
      expectPage(page);
      const html = await page.clone().text();
      expect(html).not.toContain('<script');
      const { refresh, link } = await leadsTo(page);
      expect(refresh).toBe(new URL(returnTo).href);
      expect(link).toBe(refresh);
    },
  );

  test('a sign-out that returns to the site itself answers with a redirect', async () => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    const landed = await browser.submit('/auth/logout', { returnTo: '/bye' }, FORM);
    expect(landed.status).toBe(303);
    expect(locationOf(landed).href).toBe(`${ORIGIN}/bye`);
    expect(site.tmdb.sessions()).toEqual([]);
  });

  test('a sign-in that cannot begin redirects to the site itself', async () => {
    const site = await createSite();
    site.tmdb.faults.add({ kind: 'status', code: 9, times: Number.POSITIVE_INFINITY });
    const landed = await site.whileTimeRuns(site.browser().submit('/auth/login', {}, FORM));
    expect(landed.status).toBe(303);
    expect(locationOf(landed).href).toBe(`${ORIGIN}/?tmdb_auth_failure=unavailable`);
  });

  test('no page leads to an origin that is not allowed', async () => {
    const site = await createSite({ returnOrigins: [ACCOUNTS] });
    const landed = await site.browser().submit('/auth/logout', { returnTo: 'https://evil.example/' }, FORM);
    expect(locationOf(landed).href).toBe(`${ORIGIN}/`);
  });
});

test('a link (GET) gets a 303 to TMDB', async () => {
  const site = await createSite();
  const clicked = await site.browser().follow('/auth/login', FORM);
  expect(clicked.status).toBe(303);
  expect(locationOf(clicked).origin).toBe(site.tmdb.webURL);
});

test('a script’s POST gets the address and no page', async () => {
  const site = await createSite();
  const told = await site.browser().ask('POST', '/auth/login', {}, { 'sec-fetch-dest': 'empty' });
  expect(told.headers.get('content-type')).toBe('application/json');
  expect((await told.json()).approvalUrl).toContain(site.tmdb.webURL);
});

describe("Chromium, on a page with form-action 'self'", () => {
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await launchChromium();
  });
  afterAll(() => chromium?.close());

  /** A site on a real port. Its page has both forms and helmet's policy for forms. */
  async function open() {
    let handler: AuthHandler | undefined;
    const elsewhere = await listen(createServer((_, response) => void response.end('elsewhere')));
    const forms = `<form method="post" action="/auth/login"><button id="in">Sign in</button></form>
<form method="post" action="/auth/logout"><input type="hidden" name="returnTo" value="${elsewhere}/bye"><button id="out">Sign out</button></form>`;
    const url = await listen(
      createServer((request, response) => {
        if (handler && request.url?.startsWith('/auth/')) getRequestListener(handler)(request, response);
        else {
          const headers = { 'content-type': 'text/html', 'content-security-policy': "form-action 'self'" };
          response.writeHead(200, headers).end(`<!doctype html><title>films</title>${forms}`);
        }
      }),
    );
    const site = await createSite({ origin: url, returnOrigins: [elsewhere] });
    handler = site.instance();
    const page = await chromium.newPage();
    await page.goto(url);
    return { site, page, elsewhere, url };
  }

  test('the button leads to TMDB, and the user returns signed in', async () => {
    const { site, page, url } = await open();
    await page.click('#in');
    await page.waitForURL(/\/authenticate\//);
    site.tmdb.approve(tokenIn(page.url()));
    await page.goto(wayBack(new URL(page.url()), 'approved'));
    expect(page.url()).toBe(`${url}/`);
    expect(site.tmdb.sessions()).toHaveLength(1);
    await page.close();
  });

  test('signing out leads to another origin of the site', async () => {
    const { page, elsewhere } = await open();
    await page.click('#out');
    await page.waitForURL(`${elsewhere}/bye`);
    await page.close();
  });
});
