import { describe, expect, test } from 'vitest';
import { createSite, locationOf, ORIGIN, signIn } from '../site.ts';
import { createEvilHost, FROM_HERE, JSON_FROM_HERE, plain, wiretap } from './support.ts';

/** Every header by which a request can lie about its host. */
const liesOf = (host: string): Record<string, string> => ({
  host,
  'x-forwarded-host': host,
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '81',
  'x-forwarded-server': host,
  'x-forwarded-prefix': '/evil',
  'x-original-host': host,
  'x-host': host,
  'x-real-ip': '127.0.0.1',
  forwarded: `host=${host};proto=http`,
  via: host,
});

describe('a request’s statements about its host', () => {
  test('decide nothing: addresses, cookies and requests to TMDB follow the option origin', async () => {
    const { sent, fetch } = wiretap();
    const site = await createSite({ fetch });
    for (const host of ['evil.example', 'localhost', 'films.example@evil.example', '']) {
      const browser = site.browser();
      const started = await browser.send(
        new Request('http://evil.example:81/auth/login?returnTo=/films', { headers: liesOf(host) }),
      );
      const approval = locationOf(started);
      expect(approval.origin).toBe(site.tmdb.webURL);
      const back = approval.searchParams.get('redirect_to') ?? '';
      expect(back.startsWith(`${ORIGIN}/auth/callback?`)).toBe(true);
      const token = approval.pathname.split('/').at(-1) ?? '';
      site.tmdb.approve(token);
      const landed = await browser.send(
        new Request(`http://evil.example:81/auth/callback?request_token=${token}&approved=true`, {
          headers: liesOf(host),
        }),
      );
      expect(locationOf(landed).href).toBe(`${ORIGIN}/`);
      expect(browser.given.every((line) => line.startsWith('__Host-') && !/domain/i.test(line))).toBe(true);
    }
    expect(sent.every(({ url }) => url.origin === site.tmdb.baseURL)).toBe(true);
    expect(JSON.stringify(sent.map(({ headers }) => [...headers]))).not.toContain('evil');
  });

  test('make no other page one of the site', async () => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    const answered = await browser.send(
      new Request('https://evil.example/auth/logout', {
        method: 'POST',
        headers: { ...liesOf('evil.example'), origin: 'https://evil.example' },
      }),
    );
    expect(answered.status).toBe(403);
    expect(site.tmdb.sessions().length).toBe(1);
  });
});

describe('another host', () => {
  const pathsTo = (url: string): string[] => {
    const { host, port } = new URL(url);
    return [
      `/${url}`,
      `//${host}/`,
      `///${host}/`,
      `/\\${host}/`,
      `/@${host}/`,
      `/3/@${host}`,
      `/3/..//${host}/`,
      `/3/movie/..%2f..%2f%2f${host}`,
      `:${port}/3/movie`,
      `.${host}/3/movie`,
      `@${host}/3/movie`,
      `/3/movie?url=${url}`,
      `/3/movie#@${host}`,
    ];
  };

  test('is never asked through the proxy', async () => {
    const evil = await createEvilHost();
    const site = await createSite({ proxy: ['GET /3/**', 'POST /3/**', 'GET /4/**'] });
    const browser = site.browser();
    await signIn(site, browser);
    for (const path of pathsTo(evil.url)) {
      for (const method of ['GET', 'POST']) {
        await browser.send(plain(method, `/auth/tmdb${path}`, JSON_FROM_HERE)).catch(() => {});
      }
    }
    expect(evil.seen).toEqual([]);
  });

  test('is not asked when TMDB redirects the server there, with or without credentials', async () => {
    const evil = await createEvilHost();
    const site = await createSite();
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await signIn(site, browser);
    for (const status of [301, 302, 303, 307, 308]) {
      site.tmdb.faults.add({
        kind: 'answer',
        status,
        headers: { location: `${evil.url}/taken` },
        times: Number.POSITIVE_INFINITY,
      });
      const answered = await browser.send(plain('GET', '/auth/tmdb/3/account/548/lists', FROM_HERE));
      expect(answered.headers.get('location')).toBe(null);
      for (const path of ['/auth/verify', '/auth/logout', '/auth/login', '/auth/guest']) {
        const sender = path === '/auth/logout' ? site.browser() : browser;
        await site.whileTimeRuns(sender.tell('POST', path, {}));
      }
      site.tmdb.faults.clear();
    }
    expect(evil.seen).toEqual([]);
  });

  test('gets no credential when the site’s own code on the server names it', async () => {
    const evil = await createEvilHost();
    const site = await createSite();
    const handler = site.instance();
    const browser = site.browser(handler);
    await signIn(site, browser);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const request = plain('GET', '/', { cookie, authorization: 'Bearer x' });
    for (const path of [`${evil.url}/3/account`, ...pathsTo(evil.url)]) {
      await handler.fetch(request, path).catch(() => {});
    }
    expect(evil.seen.length).toBe(1);
    expect(evil.seen.join()).not.toMatch(/authorization|session_id|api_key|cookie|eyJ/i);
  });
});

test('an address that is not below the base path is not found', async () => {
  const site = await createSite();
  const browser = site.browser();
  for (const path of [
    '/',
    '/auth',
    '/authx/login',
    '/Auth/login',
    '/auth//login',
    '//auth/login',
    '/x/auth/login',
    '/auth/login//',
    '/auth/log%69n',
    '/auth/login;x',
    '/auth/tmdb',
    '/auth/tmdbx/3/movie/550',
    '/auth/TMDB/3/movie/550',
  ]) {
    const answered = await browser.follow(ORIGIN + path);
    expect(answered.status, path).toBe(404);
  }
  expect(site.tmdb.requests).toEqual([]);
});

test('an invalid or unsafe origin is refused when the handler is created', async () => {
  const origins = [
    'http://films.example',
    'https://films.example/path',
    'https://user@films.example',
    'films.example',
    '//films.example',
    'null',
    '*',
    '',
    'javascript:x',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
  ];
  for (const origin of origins) await expect(createSite({ origin }), origin).rejects.toThrow('origin');
  for (const baseURL of [
    'http://tmdb.example',
    'https://tmdb.example/3',
    'https://u:p@tmdb.example',
    'ftp://x',
  ]) {
    await expect(createSite({ baseURL }), baseURL).rejects.toThrow('baseURL');
  }
});
