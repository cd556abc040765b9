import { createStorage } from 'unstorage';
import { describe, expect, test } from 'vitest';
import { type Browser, begin, createSite, exchange, type Site, signIn } from '../site.ts';
import { type Answered, ask, beginAtTmdb, beginConsent, cookieOf, takeCookies } from './support.ts';

const setCookies = ({ headers }: Answered) => headers['set-cookie'] ?? [];
const query =
  'client_id=films&response_type=code&scope=openid&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const sessionIn = ({ cookies }: Browser) => cookies.get('tmdb-openid|/') ?? '';

describe('the flags of cookies', () => {
  test('over https are Secure, HttpOnly and SameSite=Lax, and no other host can plant the session', async () => {
    const site = await createSite({ issuer: 'https://films.example' });
    const sign = await ask(site, 'GET', `/auth?${query}`);
    const form = await ask(site, 'GET', '/device');
    const all = [...setCookies(sign), ...setCookies(form)];
    expect(all).toHaveLength(6);
    for (const line of all) {
      expect(line).toMatch(/; secure/i);
      expect(line).toMatch(/; httponly/i);
      expect(line).toMatch(/; samesite=lax/i);
      expect(line).not.toMatch(/; domain/i);
    }
    for (const line of setCookies(form)) {
      expect(line).toMatch(/^__Host-tmdb-openid(\.sig)?=/);
      expect(line).toMatch(/; path=\/;/i);
    }
    for (const line of setCookies(sign))
      expect(line).toMatch(
        /^__Secure-tmdb-openid\.(interaction|resume)(\.sig)?=[^;]*; path=\/(interaction|auth)\/[\w-]{20,};/,
      );
  });

  test('two providers of one host do not share a session', async () => {
    const names = await Promise.all(
      ['', '/a', '/a/b'].map(async (path) => {
        const site = await createSite({ issuer: `https://films.example${path}` });
        const [line = ''] = setCookies(await ask(site, 'GET', `${path}/device`));
        return /^[^=]*/.exec(line)?.[0];
      }),
    );
    expect(names).toEqual(['__Host-tmdb-openid', '__Host-tmdb-openid.a', '__Host-tmdb-openid.a.b']);
  });

  test('a name without its prefix is not taken over https', async () => {
    const site = await createSite({ issuer: 'https://films.example' });
    const browser = site.browser();
    takeCookies(browser, await ask(site, 'GET', '/device'));
    const cookie = cookieOf(browser, '/');
    const known = await ask(site, 'GET', '/device', { headers: { cookie } });
    const planted = cookie.replaceAll('__Host-', '');
    const answer = await ask(site, 'GET', '/device', { headers: { cookie: planted } });
    const valueIn = (each: Answered) => /=([^;]*)/.exec(setCookies(each)[0] ?? '')?.[1] ?? '';
    expect(cookie).toContain(valueIn(known));
    expect(planted).not.toContain(valueIn(answer));
  });
});

describe('a session', () => {
  test('that was planted before a sign-in does not name it after', async () => {
    const site = await createSite();
    const victim = site.browser();
    await victim.open(`${site.issuer}/device`);
    const planted = new Map(victim.cookies);
    const { tokens } = await signIn(site, {}, victim);
    expect(tokens.claims()?.sub).toBe('548');
    expect(sessionIn(victim)).not.toBe(planted.get('tmdb-openid|/'));
    const attacker = site.browser();
    for (const [name, value] of planted) attacker.cookies.set(name, value);
    const silent = await attacker.open((await begin(site, { prompt: 'none' })).url);
    expect(new URL(silent.url).searchParams.get('error')).toBe('login_required');
  });

  test.each<[string, (value: string) => string]>([
    ['changed', (value) => `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`],
    ['cut', (value) => value.slice(1)],
    ['invented', () => 'a'.repeat(21)],
    ['empty', () => ''],
    ['very long', (value) => value.repeat(300)],
    ['the name of a property', () => '__proto__'],
  ])('is not found by a cookie that is %s', async (_, change) => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const attacker = site.browser();
    for (const [name, value] of browser.cookies)
      attacker.cookies.set(name, name.startsWith('tmdb-openid|') ? change(value) : value);
    const { url } = await attacker.open((await begin(site, { prompt: 'none' })).url);
    expect(new URL(url).searchParams.get('error')).toBe('login_required');
  });

  test('is not taken without its signature, or with that of another cookie', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const other = await signIn(site);
    const value = sessionIn(browser);
    for (const cookie of [
      `tmdb-openid=${value}`,
      `tmdb-openid=${value}; tmdb-openid.sig=`,
      `tmdb-openid=${value}; tmdb-openid.sig=${other.browser.cookies.get('tmdb-openid.sig|/')}`,
      `tmdb-openid.sig=${value}; tmdb-openid=${browser.cookies.get('tmdb-openid.sig|/')}`,
    ]) {
      const { pathname, search } = new URL((await begin(site, { prompt: 'none' })).url);
      const answer = await ask(site, 'GET', pathname + search, { headers: { cookie } });
      expect(answer.headers.location).toContain('error=login_required');
    }
  });

  test('ends with the logout: a copy of the cookie signs nobody in', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const copy = new Map(browser.cookies);
    await browser.press(await browser.open(`${site.issuer}/session/end`), 'logout');
    const thief = site.browser();
    for (const [name, value] of copy) thief.cookies.set(name, value);
    const { url } = await thief.open((await begin(site, { prompt: 'none' })).url);
    expect(new URL(url).searchParams.get('error')).toBe('login_required');
  });

  test('of another provider with the same store is not taken', async () => {
    const store = createStorage();
    const site = await createSite({ store });
    const { browser } = await signIn(site);
    site.use({ secrets: ['the-secret-of-another-provider-on-this-store'] });
    const { url } = await browser.open((await begin(site, { prompt: 'none' })).url);
    expect(new URL(url).searchParams.get('error')).toBe('login_required');
  });
});

describe('an interaction', () => {
  /** All cookies of a browser, whatever path they are for. */
  const allOf = (site: Site, { cookies }: Browser, path: string) => {
    expect(cookies.size).toBeGreaterThan(0);
    return ask(site, 'GET', path, {
      headers: {
        accept: 'text/html',
        cookie: [...cookies].map(([name, value]) => `${name.split('|')[0]}=${value}`).join('; '),
      },
    });
  };

  test('of another browser shows neither account nor app, and begins nothing', async () => {
    const site = await createSite();
    const victim = await beginConsent(site);
    const path = new URL(victim.consent.url).pathname;
    const attacker = await beginConsent(site);
    const before = site.tmdb.requests.length;
    for (const answer of [await allOf(site, attacker.browser, path), await ask(site, 'GET', path)]) {
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/sandra|Films/);
    }
    expect(site.tmdb.requests).toHaveLength(before);
  });

  test('of another browser is not resumed', async () => {
    const site = await createSite();
    const victim = await beginConsent(site);
    const uid = new URL(victim.consent.url).pathname.split('/').at(-1);
    const attacker = await beginConsent(site);
    for (const path of [`/auth/${uid}`, `/AUTH/${uid}`, `/device/${uid}`]) {
      const answer = await allOf(site, attacker.browser, path);
      expect(answer.headers.location ?? '').not.toContain('code=');
      expect(answer.text).not.toContain('code=');
    }
    // The victim's own sign-in still works.
    const shown = await victim.browser.press(victim.consent, 'allow');
    expect(await exchange(site, shown, victim.begun)).toHaveProperty('access_token');
  });

  test('of an attacker who is signed in ends in the browser of a victim', async () => {
    const site = await createSite();
    const attacker = await signIn(site);
    const begun = await begin(site, { prompt: 'consent' });
    const consent = await attacker.browser.open(begun.url);
    const victim = await signIn(site);
    for (const [name, value] of attacker.browser.cookies)
      if (!name.startsWith('tmdb-openid|') && !name.startsWith('tmdb-openid.sig|'))
        victim.browser.cookies.set(name, value);
    const shown = await victim.browser.press(consent, 'allow');
    expect(shown.status).toBe(400);
    expect(shown.url).not.toContain('code=');
  });

  test('is used up by its answer', async () => {
    const site = await createSite();
    const { browser, consent } = await beginConsent(site);
    const cookies = new Map(browser.cookies);
    await browser.press(consent, 'allow');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    const again = await browser.press(consent, 'allow');
    expect(again.status).toBe(400);
    expect(again.url).not.toContain('code=');
  });

  test('keeps its token of TMDB out of its cookies', async () => {
    const site = await createSite();
    const browser = site.browser();
    const { token } = await beginAtTmdb(site, browser);
    expect(JSON.stringify([...browser.cookies])).not.toContain(token);
  });
});
