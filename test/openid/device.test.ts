import * as oidc from 'openid-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { createSite, type Shown, type Site } from './site.ts';

const start = async (site: Site, scope = 'openid profile') =>
  oidc.initiateDeviceAuthorization(await site.app('tv'), { scope });

/** Asks once for the tokens. */
const poll = async (site: Site, { device_code }: oidc.DeviceAuthorizationResponse) =>
  oidc.genericGrantRequest(await site.app('tv'), 'urn:ietf:params:oauth:grant-type:device_code', {
    device_code,
  });

const typeCode = async (site: Site, code: string) => {
  const browser = site.browser();
  const page = await browser.open(`${site.issuer}/device`);
  return { browser, page, next: await browser.press(page, undefined, { user_code: code }) };
};

const connect = async (site: Site, code: string) => {
  const { browser, next } = await typeCode(site, code);
  const consent = await browser.press(next, 'confirm');
  return { browser, consent };
};
const consentTo = async ({ browser, consent }: Awaited<ReturnType<typeof connect>>): Promise<Shown> =>
  browser.press(consent, 'allow');

test('a television signs in by a code of eight letters that a user types elsewhere', async () => {
  const site = await createSite();
  const begun = await start(site);
  expect(begun.user_code).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
  expect(begun.verification_uri).toBe(`${site.issuer}/device`);
  await expect(poll(site, begun)).rejects.toMatchObject({ error: 'authorization_pending' });

  const { browser, next } = await typeCode(site, begun.user_code.toLowerCase().replace('-', ' '));
  expect(next.text).toContain('Connect Television?');
  expect(next.text).toContain(begun.user_code);
  const consent = await browser.press(next, 'confirm');
  expect(consent.text).toContain('Allow Television to use your TMDB account?');
  expect((await browser.press(consent, 'allow')).text).toContain('Television is connected');

  const tokens = await poll(site, begun);
  expect(tokens.claims()).toMatchObject({ sub: '548', preferred_username: 'sandra' });
  const renewed = await oidc.refreshTokenGrant(await site.app('tv'), tokens.refresh_token ?? '');
  expect(renewed.claims()?.sub).toBe('548');
});

test('a link with the code fills the field, and nothing begins before a click', async () => {
  const site = await createSite();
  const begun = await start(site);
  const browser = site.browser();
  const page = await browser.open(begun.verification_uri_complete ?? '');
  expect(page.text).toContain(`value="${begun.user_code}"`);
  expect(page.text).not.toContain('<script');
  expect(site.tmdb.requests).toEqual([]);
  expect((await browser.press(page)).text).toContain('Connect Television?');
});

test('a wrong code is explained beside the field', async () => {
  const site = await createSite();
  await start(site);
  const { browser, next } = await typeCode(site, 'BBBB-BBBB');
  expect(next.text).toContain('There is no such code');
  expect(next.text).toContain('value="BBBB-BBBB"');
  expect((await browser.press(next, undefined, { user_code: '' })).text).toContain('There is no such code');
});

test('a code cannot be used twice', async () => {
  const site = await createSite();
  const begun = await start(site);
  await consentTo(await connect(site, begun.user_code));
  const { next } = await typeCode(site, begun.user_code);
  expect(next.text).toContain('already been used');
});

test('an expired code is refused on the page, and the television gets expired_token', async () => {
  const site = await createSite();
  const begun = await start(site);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * MINUTE });
  onTestFinished(() => void vi.useRealTimers());
  const { next } = await typeCode(site, begun.user_code);
  expect(next.text).toContain('This code has expired');
  expect(next.text).toContain('id="code"');
  await expect(poll(site, begun)).rejects.toMatchObject({ error: 'expired_token' });
});

test('a user who does not recognise the code refuses the television', async () => {
  const site = await createSite();
  const begun = await start(site);
  const { browser, next } = await typeCode(site, begun.user_code);
  expect((await browser.press(next, 'abort')).text).toContain('Access was denied');
  await expect(poll(site, begun)).rejects.toMatchObject({ error: 'access_denied' });
});

test('a denial on TMDB shows a page, and the television gets access_denied', async () => {
  const site = await createSite();
  site.onTmdb.decide = () => 'denied';
  const begun = await start(site);
  const { consent } = await connect(site, begun.user_code);
  expect(consent.text).toContain('Access was denied');
  await expect(poll(site, begun)).rejects.toMatchObject({ error: 'access_denied' });
});

test('an approval on TMDB that comes too late shows a page, and the television gets expired_token', async () => {
  const site = await createSite();
  site.onTmdb.decide = (token) => {
    site.tmdb.approve(token);
    site.clock.advance(61 * MINUTE);
    throw new Error('an hour passes');
  };
  const begun = await start(site);
  const { browser, next } = await typeCode(site, begun.user_code);
  await expect(browser.press(next, 'confirm')).rejects.toThrow('an hour passes');
  const address = site.received.findLast((url) => url.startsWith(site.tmdb.webURL)) ?? '';
  const back = new URL(new URL(address).searchParams.get('redirect_to') ?? '');
  back.searchParams.set('request_token', new URL(address).pathname.split('/').at(-1) ?? '');
  back.searchParams.set('approved', 'true');
  expect((await browser.open(back.href)).text).toContain('This came too late');
  await expect(poll(site, begun)).rejects.toMatchObject({ error: 'expired_token' });
});

test('a logout in the browser that typed the code leaves the television signed in', async () => {
  const site = await createSite();
  const begun = await start(site);
  const { browser, consent } = await connect(site, begun.user_code);
  await browser.press(consent, 'allow');
  const tokens = await poll(site, begun);
  await browser.press(await browser.open(`${site.issuer}/session/end`), 'logout');
  const renewed = await oidc.refreshTokenGrant(await site.app('tv'), tokens.refresh_token ?? '');
  expect(renewed.claims()?.sub).toBe('548');
});

test('a television signs in at a provider below a path with the name of a route', async () => {
  const site = await createSite({}, '/device');
  const begun = await start(site);
  expect((await consentTo(await connect(site, begun.user_code))).text).toContain('is connected');
  expect((await poll(site, begun)).claims()?.iss).toBe(site.issuer);
});

test('a form that is sent twice does not call its code unknown', async () => {
  const site = await createSite();
  site.onTmdb.decide = () => {
    throw new Error('the answer is lost');
  };
  const begun = await start(site);
  const { browser, next } = await typeCode(site, begun.user_code);
  await expect(browser.press(next, 'confirm')).rejects.toThrow('lost');
  const again = await browser.press(next, 'confirm');
  expect(again.text).toContain('Connect a device');
  expect(again.text).not.toContain('There is no such code');
  const typed = await browser.press(again, undefined, { user_code: begun.user_code });
  expect(typed.text).toContain('already been used');
});

test('a device that never got its tokens may ask again for a minute', async () => {
  const site = await createSite();
  const begun = await start(site);
  await consentTo(await connect(site, begun.user_code));
  await poll(site, begun);
  expect((await poll(site, begun)).claims()?.sub).toBe('548');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE + 1_000 });
  onTestFinished(() => void vi.useRealTimers());
  await expect(poll(site, begun)).rejects.toMatchObject({ error: 'invalid_grant' });
});
