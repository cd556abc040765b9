import { describe, expect, test } from 'vitest';
import { repeating } from '../../../src/tmdb/again.ts';
import { listener } from '../../core/servers.ts';
import { createSite } from '../site.ts';
import {
  begin,
  callbackWith,
  EVIL,
  FROM_HERE,
  lastEvent,
  linkFromElsewhere,
  plain,
  tapped,
  withoutEffect,
} from './support.ts';

/** GETs by which TMDB changes something, in spellings that its server treats alike. */
const CHANGING: readonly string[] = [
  '/4/list/1/clear',
  '/4/list/1/clear/',
  '/4/list/1/clear?confirm=true',
  '/4/LIST/1/Clear',
  '/4/list/1/2/../clear',
  '/4/list/1/./clear',
  '/4/list/1/x/%2e%2e/clear',
  '/3/list/1/clear?confirm=true',
  '/3/list/1/add_item?media_id=550',
  '/3/list/1/remove_item?media_id=550',
];
/** Spellings that are refused as paths, if not before. */
const ODD: readonly string[] = [
  '/4/list/1/..%2f1/clear',
  '/4/list/1/%63lear',
  '/4/list/1%2fclear',
  '/4/list//1/clear',
  '//4/list/1/clear',
  '/4/list/1/clear.json',
  '/4/list/1/clear//',
  '/3/authentication/session/new?request_token=x',
  '/3/authentication/session/convert/4?access_token=x',
  '/3/authentication/token/validate_with_login?username=x&password=y&request_token=z',
];

describe.each([...CHANGING, ...ODD])('the proxied GET %s', (path) => {
  test('has no effect for a page, an image, a link or a prefetch that is not the site’s own click', async () => {
    const { site, browser, sent } = await tapped();
    const senders: Record<string, string>[] = [
      {},
      linkFromElsewhere,
      { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'image' },
      { 'sec-fetch-site': 'none' },
      { origin: EVIL },
      { origin: 'null' },
      { ...FROM_HERE, 'sec-purpose': 'prefetch' },
      { ...FROM_HERE, purpose: 'preview' },
    ];
    for (const headers of senders) {
      for (const method of ['GET', 'HEAD']) {
        const answered = await withoutEffect(site, browser, () =>
          browser.send(plain(method, `/auth/tmdb${path}`, headers)),
        );
        expect([403, 404]).toContain(answered.status);
      }
    }
    expect(sent).toEqual([]);
  });
});

test.each(CHANGING)('the proxied GET %s is not sent as the owner of the key', async (path) => {
  const site = await createSite();
  const answered = await site.browser().send(plain('GET', `/auth/tmdb${path}`, FROM_HERE));
  expect(answered.status).toBe(401);
  expect(site.tmdb.requests).toEqual([]);
});

test.each(['/4/list/1', '/4/list/1/item_status', '/3/list/clear', '/3/movie/550/lists'])(
  'the proxied GET %s changes nothing, so it needs no page of the site',
  async (path) => {
    const { browser, sent } = await tapped();
    await browser.send(plain('GET', `/auth/tmdb${path}`));
    expect(sent.length).toBe(1);
  },
);

describe('a keep-alive connection that TMDB has just closed', () => {
  /** Counts how often a request is sent when its connection breaks: TMDB may have received it. */
  async function timesSent(method: string, path: string, code: string): Promise<number> {
    let times = 0;
    const fetch = repeating(async () => {
      times += 1;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('closed'), { code }) });
    });
    await fetch(`https://api.test${path}`, { method }).catch(() => {});
    return times;
  }

  test.each([
    ...[...CHANGING, ...ODD].map((path) => ['GET', path]),
    ['POST', '/3/movie/550/rating'],
    ['DELETE', '/3/list/1'],
    ['POST', '/3/authentication/session/new'],
    ['GET', '/4/list/1/..%2f..%2flist/1/clear'],
    ['GET', '/4/list/1/clear%2500'],
  ] as [string, string][])('does not repeat %s %s, which changes something', async (method, path) => {
    expect(await timesSent(method, path, 'ECONNRESET')).toBe(1);
  });

  test('repeats a read once, unless the error is another one', async () => {
    expect(await timesSent('GET', '/3/movie/550', 'UND_ERR_SOCKET')).toBe(2);
    expect(await timesSent('HEAD', '/3/movie/550', 'EPIPE')).toBe(2);
    expect(await timesSent('GET', '/3/movie/550', 'ENOTFOUND')).toBe(1);
  });

  test('does not make the handler fail', async () => {
    let isFirst = true;
    const { url, heard } = await listener((_, response) => {
      if (isFirst) response.destroy();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      isFirst = false;
    });
    const site = await createSite({ baseURL: url });
    expect((await site.browser().send(plain('GET', '/auth/tmdb/3/movie/550'))).status).toBe(200);
    expect(heard.length).toBe(2);
  });
});

/** Headers of requests ahead of a click, as Next, browsers and mail programs send them. */
const AHEAD: readonly Record<string, string>[] = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { 'x-sec-purpose': 'Prefetch' },
  { purpose: 'preview' },
  { 'x-purpose': 'preview' },
  { 'x-moz': 'prefetch' },
  { 'next-router-prefetch': '1' },
  { rsc: '1' },
  { 'sec-fetch-dest': 'image' },
  { 'sec-fetch-dest': 'iframe' },
  { 'sec-fetch-dest': 'empty' },
];

test.each(AHEAD)('a request ahead of a click begins and completes nothing: %j', async (headers) => {
  const site = await createSite();
  const browser = site.browser();
  const { token } = await begin(browser);
  site.tmdb.approve(token);
  for (const path of ['/auth/login', callbackWith(token)]) {
    const answered = await withoutEffect(site, browser, () =>
      browser.follow(path, { 'sec-fetch-site': 'same-origin', ...headers }),
    );
    expect(answered.status).toBe(403);
    expect(lastEvent(site)?.refused).toBe('prefetch');
  }
  await browser.follow(callbackWith(token), { ...linkFromElsewhere, 'sec-fetch-dest': 'document' });
  expect(await browser.session()).toMatchObject({ status: 'user' });
});
