import { describe, expect, test, vi } from 'vitest';
import { type Browser, exchange, type Site, signIn } from '../site.ts';
import {
  ask,
  askForTokens,
  beginAtTmdb,
  beginConsent,
  cookieOf,
  createWorld,
  EVIL,
  hiddenIn,
  openForm,
  startDevice,
  withoutEffect,
} from './support.ts';

/** A form as another site sends it: browsers leave out cookies with `SameSite=Lax`. */
const crossSite = (site: Site, path: string, fields: Record<string, string>) =>
  ask(site, 'POST', path, {
    headers: { origin: EVIL, 'sec-fetch-site': 'cross-site', accept: 'text/html' },
    body: new URLSearchParams(fields),
  });
/** A form with the cookies of a browser. */
const formOf = (site: Site, browser: Browser, path: string, fields: Record<string, string>) =>
  ask(site, 'POST', path, {
    headers: { cookie: cookieOf(browser, path), accept: 'text/html' },
    body: new URLSearchParams(fields),
  });

const poll = async (site: Site, device_code: string) => {
  site.clock.advance(5_000);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  return (await askForTokens(site, { grant_type, device_code, client_id: 'tv' })).error;
};

describe('consent', () => {
  test('is not given by a form of another site, of another browser, or with another cookie', async () => {
    const site = await createWorld();
    const { browser, begun, consent } = await beginConsent(site);
    const path = new URL(consent.url).pathname;
    const attacker = await beginConsent(site);
    const others = await withoutEffect(site, () =>
      Promise.all([
        crossSite(site, path, { decision: 'allow' }),
        formOf(site, attacker.browser, path, { decision: 'allow' }),
        ask(site, 'POST', path, {
          headers: { cookie: cookieOf(attacker.browser, new URL(attacker.consent.url).pathname) },
          body: new URLSearchParams({ decision: 'allow' }),
        }),
      ]),
    );
    for (const { status, headers, text } of others) {
      expect([status, headers.location, headers['set-cookie']]).toEqual([400, undefined, undefined]);
      expect(text).not.toContain('code=');
    }
    expect(await exchange(site, await browser.press(consent, 'allow'), begun)).toHaveProperty('access_token');
  });

  test('is not given by a link, or by a form without the button', async () => {
    const site = await createWorld();
    const { browser, consent } = await beginConsent(site);
    const page = await browser.open(`${consent.url}?decision=allow`);
    expect(page.text).toContain('Allow Films');
    const shown = await browser.press(consent, undefined, { decision: '' });
    expect(new URL(shown.url).searchParams.get('error')).toBe('access_denied');
  });
});

describe('a code of an attacker’s device', () => {
  test.each<[string, Record<string, string>]>([
    ['without xsrf', {}],
    ['with an empty xsrf', { xsrf: '' }],
    ['with an invented xsrf', { xsrf: 'a'.repeat(48) }],
  ])('is not confirmed by a form %s', async (_, xsrf) => {
    const site = await createWorld();
    const { user_code, device_code } = await startDevice(site);
    const { browser } = await openForm(site);
    const fields = { user_code, confirm: 'yes', ...xsrf };
    for (const send of [
      () => formOf(site, browser, '/device', fields),
      () => crossSite(site, '/device', fields),
    ]) {
      const { status, headers, text } = await withoutEffect(site, send);
      expect([status, headers.location]).toEqual([400, undefined]);
      expect(text).not.toContain('Television');
    }
    expect(await poll(site, device_code)).toBe('authorization_pending');
  });

  test('is not confirmed with the xsrf of another browser, nor with one of an earlier form', async () => {
    const site = await createWorld();
    const { user_code, device_code } = await startDevice(site);
    const [attacker, victim] = [await openForm(site), await openForm(site)];
    const fields = { user_code, confirm: 'yes' };
    const old = victim.xsrf;
    await victim.browser.open(`${site.issuer}/device`);
    for (const xsrf of [attacker.xsrf, old])
      expect((await formOf(site, victim.browser, '/device', { ...fields, xsrf })).status).toBe(400);
    expect(await poll(site, device_code)).toBe('authorization_pending');
  });

  test('needs a click on a page that warns of codes sent by others, also for a user who is signed in', async () => {
    const site = await createWorld();
    const { browser } = await signIn(site);
    const { verification_uri_complete: link, device_code, user_code } = await startDevice(site);
    const form = await withoutEffect(site, () => browser.open(link ?? ''));
    expect(form.text).not.toMatch(/http-equiv="refresh"|<script/);
    const page = await withoutEffect(site, () => browser.press(form));
    expect(page.text).toContain('Did another person send you this code? Then deny');
    expect(page.text).toContain(user_code);
    expect(await poll(site, device_code)).toBe('authorization_pending');
    await browser.press(page, 'abort');
    expect(await poll(site, device_code)).toBe('access_denied');
  });

  test('is named with its app and its scopes again before it gets them', async () => {
    const site = await createWorld();
    const { user_code, device_code } = await startDevice(site);
    const { browser } = await openForm(site);
    const typed = await browser.press(await browser.open(`${site.issuer}/device`), undefined, { user_code });
    const consent = await browser.press(typed, 'confirm');
    expect(consent.text).toContain('Allow Television to use your TMDB account?');
    expect(await poll(site, device_code)).toBe('authorization_pending');
  });
});

describe('a logout', () => {
  test('takes no form without the xsrf of this browser', async () => {
    const site = await createWorld();
    const { browser } = await signIn(site);
    const other = site.browser();
    const foreign = hiddenIn((await other.open(`${site.issuer}/session/end`)).text, 'xsrf');
    await browser.open(`${site.issuer}/session/end`);
    for (const fields of [{}, { xsrf: '' }, { xsrf: foreign }, { xsrf: 'a'.repeat(48) }])
      for (const path of ['/session/end/confirm', '/SESSION/END/CONFIRM/']) {
        const all = { logout: 'yes', ...fields };
        const answer = await ask(site, 'POST', path, {
          headers: { cookie: cookieOf(browser, '/') },
          body: new URLSearchParams(all),
        });
        expect(answer.status).toBe(400);
        expect((await crossSite(site, path, all)).status).toBe(400);
      }
    expect(site.tmdb.sessions()).toHaveLength(1);
  });

  test('is not begun by a link alone', async () => {
    const site = await createWorld();
    const { browser } = await signIn(site);
    const page = await browser.open(`${site.issuer}/session/end?logout=yes&confirm=yes`);
    expect(page.text).toContain('Sign out?');
    await browser.open(`${site.issuer}/session/end/success`);
    expect(site.tmdb.sessions()).toHaveLength(1);
  });
});

describe('the return of an attacker’s sign-in (login CSRF)', () => {
  test('signs a victim in neither with a pending sign-in nor without one', async () => {
    const site = await createWorld();
    site.tmdb.addUser({ username: 'mallory', password: 'x', id: 54 });
    const mallory = await beginAtTmdb(site, site.browser());
    site.tmdb.approve(mallory.token, 'mallory');

    const stranger = site.browser();
    const page = await withoutEffect(site, () => stranger.open(mallory.back));
    expect(page.status).toBe(400);
    expect(page.text).toContain('begun in another browser');
    expect(stranger.cookies.size).toBe(0);

    const victim = site.browser();
    const own = await beginAtTmdb(site, victim);
    const forged = new URL(own.back);
    forged.searchParams.set('request_token', mallory.token);
    const answer = await withoutEffect(site, () => victim.open(forged.href));
    expect(answer.text).toContain('begun in another browser');
    // The victim's own sign-in still waits.
    site.tmdb.approve(own.token, 'sandra');
    const consent = await victim.open(own.back);
    const tokens = await exchange(site, await victim.press(consent, 'allow'), own.begun);
    expect(tokens.claims()?.sub).toBe('548');
  });

  test('with a cookie planted in the victim’s browser does not go beyond the interaction it names', async () => {
    const site = await createWorld();
    const attacker = site.browser();
    const mallory = await beginAtTmdb(site, attacker);
    const victim = site.browser();
    const own = await beginAtTmdb(site, victim);
    const path = new URL(own.back).pathname;
    const planted = cookieOf(attacker, new URL(mallory.back).pathname);
    const { search } = new URL(own.back);
    site.tmdb.approve(own.token, 'sandra');
    const answer = await withoutEffect(site, () =>
      ask(site, 'GET', path + search, { headers: { cookie: planted, accept: 'text/html' } }),
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.location).toBeUndefined();
  });
});

describe('an approval link that was sent to another person', () => {
  const linkSent = async (site: Site) => {
    const attacker = site.browser();
    const sent = await beginAtTmdb(site, attacker);
    site.tmdb.approve(sent.token, 'sandra');
    return { attacker, ...sent };
  };

  test('ends by a click on the page of the return, and then signs nobody in', async () => {
    const site = await createWorld();
    const { attacker, back } = await linkSent(site);
    const victim = site.browser();
    await victim.press(await victim.open(back));
    const { url } = await attacker.open(back);
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
    expect(site.tmdb.sessions()).toEqual([]);
  });

  test('is not ended by a visit, a prefetch, another token, or without one', async () => {
    const site = await createWorld();
    const { attacker, begun, back, token } = await linkSent(site);
    const { pathname, search } = new URL(back);
    await ask(site, 'GET', pathname + search);
    await ask(site, 'POST', pathname + search, { headers: { 'sec-purpose': 'prefetch' } });
    await ask(site, 'HEAD', pathname + search);
    for (const query of [
      '',
      '?request_token=',
      `?request_token=${token.slice(1)}`,
      `?request_token=${token}x`,
    ])
      await ask(site, 'POST', pathname + query);
    await ask(site, 'POST', pathname.replace('/return', '') + search);
    const consent = await attacker.open(back);
    const shown = await attacker.press(consent, 'allow');
    expect(await exchange(site, shown, begun)).toHaveProperty('access_token');
  });

  test('reveals neither account nor state to the page of the return', async () => {
    const site = await createWorld();
    const { attacker, back } = await linkSent(site);
    await attacker.open(back);
    const page = await site.browser().open(back);
    const [, shown = ''] = page.text.split('<main>');
    expect(shown).toContain('begun in another browser');
    expect(shown).not.toMatch(/sandra|548|Films/);
  });
});

describe('links and prefetches change nothing', () => {
  test.each<[string, Record<string, string>]>([
    ['HEAD', {}],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['GET', { purpose: 'prefetch' }],
    ['GET', { 'x-moz': 'prefetch' }],
  ])('%s %j asks TMDB for nothing, and takes no return', async (method, headers) => {
    const site = await createWorld();
    const browser = site.browser();
    const { back, token } = await beginAtTmdb(site, browser);
    site.tmdb.approve(token, 'sandra');
    const { pathname, search } = new URL(back);
    for (const path of [pathname + search, pathname.replace('/return', '')]) {
      const cookie = cookieOf(browser, pathname);
      const answer = await withoutEffect(site, () =>
        ask(site, method, path, { headers: { ...headers, cookie } }),
      );
      expect([403, 405]).toContain(answer.status);
    }
  });

  test('addresses that only take a form refuse other methods, and change nothing', async () => {
    const site = await createWorld();
    const { tokens } = await signIn(site, { scope: 'openid tmdb' });
    const write = vi.spyOn(site.storage, 'setItem');
    const remove = vi.spyOn(site.storage, 'removeItem');
    const query = `token=${tokens.refresh_token}&client_id=films&refresh_token=${tokens.refresh_token}`;
    for (const path of ['/token', '/token/revocation', '/token/introspection', '/device/auth', '/request'])
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])
        expect([400, 404]).toContain((await ask(site, method, `${path}?${query}&_method=POST`)).status);
    expect([write.mock.calls, remove.mock.calls]).toEqual([[], []]);
  });

  test('a header or a field that names another method changes nothing', async () => {
    const site = await createWorld();
    const { browser, consent } = await beginConsent(site);
    const path = new URL(consent.url).pathname;
    const answer = await ask(site, 'GET', `${path}?decision=allow&_method=POST`, {
      headers: { cookie: cookieOf(browser, path), 'x-http-method-override': 'POST', 'x-http-method': 'POST' },
    });
    expect(answer.text).toContain('Allow Films');
  });
});

test('a form for codes without a session is too late, and neither stored nor reported as an error', async () => {
  const onWarning = vi.fn();
  const site = await createWorld({ onWarning });
  const { user_code } = await startDevice(site);
  const kept = await site.storage.getKeys();
  for (const path of ['/device', '/DEVICE/']) {
    const answer = await crossSite(site, path, { user_code });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This came too late');
  }
  expect((await ask(site, 'GET', '/device/any')).status).toBe(400);
  expect(onWarning).not.toHaveBeenCalled();
  expect(await site.storage.getKeys()).toEqual(kept);
});
