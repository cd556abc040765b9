import { describe, expect, test } from 'vitest';
import type { DeviceCode } from '../../src/index.ts';
import type { AuthHandlerOptions } from '../../src/platforms/server/index.ts';
import { randomUserCode, shownCode, typedCode } from '../../src/platforms/server/user-code.ts';
import { createPages } from '../remote/through-server.ts';
import { tokenIn } from '../support/approval.ts';
import { MINUTE } from '../support/clock.ts';
import { lastEvent, memoryStore } from './attacks/support.ts';
import { type Browser, createSite, locationOf, ORIGIN } from './site.ts';

const VERSIONS = [3, 4] as const;
const INTERVAL = 5_000;

const createDeviceSite = (options: Partial<AuthHandlerOptions> = {}) =>
  createSite({ device: true, store: memoryStore(), ...options });

/** A television begins a sign-in, as a page with `mode: 'device'` does. */
const begin = async (television: Browser): Promise<DeviceCode> => {
  const { deviceCode } = await television.tell('POST', '/auth/login', { anew: true });
  if (!deviceCode) throw new Error('There is no code.');
  return deviceCode;
};

const type = (phone: Browser, userCode: string) => phone.submit('/auth/device', { userCode });
const confirm = (phone: Browser, userCode: string) =>
  phone.submit('/auth/device', { userCode, confirm: 'true' });

describe.each(VERSIONS)('a code typed on a phone, v%i', (apiVersion) => {
  test('leads to the approval of the television’s sign-in, and signs in the television alone', async () => {
    const site = await createDeviceSite({ apiVersion });
    const [television, phone] = [site.browser(), site.browser()];
    const { approvalUrl, deviceCode } = await television.tell('POST', '/auth/login', { anew: true });
    expect(deviceCode).toEqual({
      userCode: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verificationUri: `${ORIGIN}/auth/device`,
      verificationUriComplete: `${ORIGIN}/auth/device?user_code=${deviceCode?.userCode}`,
      expiresAt: site.clock.now() + 15 * MINUTE,
      interval: INTERVAL,
    });
    const { userCode = '' } = deviceCode ?? {};

    const question = await type(phone, ` ${userCode.toLowerCase().replace('-', ' – ')}`);
    expect(question.status).toBe(200);
    const page = await question.text();
    expect(page).toContain(userCode);
    expect(page).toContain('Did another person send you this code');
    expect(page).not.toContain(tokenIn(approvalUrl));

    const led = await confirm(phone, userCode);
    expect([led.status, locationOf(led).href]).toEqual([303, approvalUrl]);
    site.tmdb.approve(tokenIn(approvalUrl), 'sandra');
    const view = await television.tell('POST', '/auth/check');
    expect(view).toMatchObject({ account: { username: 'sandra' }, deviceCode: null });
    expect(await phone.session()).toMatchObject({ status: 'signedOut' });
    expect(phone.given).toEqual([]);
    expect(site.events.map(({ deviceCode: what }) => what)).toEqual(['given', 'found', 'used', null, null]);
  });

  test('works on another instance than the television’s, also after a new secret was put in front', async () => {
    const store = memoryStore();
    const site = await createDeviceSite({ apiVersion, store });
    const [old, added] = [
      'an-old-secret-that-is-long-enough-for-it',
      'a-new-secret-that-is-long-enough-for-it',
    ];
    const one = site.instance({ secrets: [old, added] });
    const two = site.instance({ secrets: [added, old] });
    for (const [first, second] of [
      [one, two],
      [two, one],
    ] as const) {
      const television = site.browser(first);
      const { userCode } = await begin(television);
      const led = await confirm(site.browser(second), userCode);
      site.tmdb.approve(tokenIn(locationOf(led)), 'sandra');
      expect(await television.at(second).tell('POST', '/auth/check')).toMatchObject({ status: 'user' });
    }
  });
});

describe('the code of a sign-in that waits', () => {
  test('stays the same after a reload, and is replaced by the next check when it has expired', async () => {
    const site = await createDeviceSite();
    const television = site.browser();
    const first = await begin(television);
    expect((await television.session()).deviceCode).toEqual(first);
    site.clock.advance(15 * MINUTE + 1);
    expect((await television.session()).deviceCode).toBeNull();
    const { deviceCode } = await television.tell('POST', '/auth/check');
    expect(deviceCode?.expiresAt).toBe(site.clock.now() + 15 * MINUTE);
    expect(deviceCode?.userCode).not.toBe(first.userCode);
  });

  test('lives no longer than the request token or the approval window', async () => {
    const lives = async (options: Partial<AuthHandlerOptions>) => {
      const site = await createDeviceSite(options);
      const television = site.browser();
      const { expiresAt } = await begin(television);
      const { facts } = await television.session();
      return [expiresAt - site.clock.now(), (facts.token?.expiresAt ?? 0) - site.clock.now()];
    };
    for (const apiVersion of VERSIONS) {
      const [code, token] = await lives({ device: { lifetime: 600 * MINUTE }, apiVersion });
      expect(code).toBe(token);
    }
    expect(await lives({ approvalWindow: 3 * MINUTE })).toEqual([3 * MINUTE, 3 * MINUTE]);
    expect(await lives({ device: { lifetime: 2 * MINUTE } })).toEqual([2 * MINUTE, 60 * MINUTE]);
  });

  test('is given to no sign-in that TMDB leads back, and to none without the option', async () => {
    const site = await createDeviceSite();
    const browser = site.browser();
    expect(await browser.tell('POST', '/auth/login', { redirectTo: `${ORIGIN}/films` })).toMatchObject({
      deviceCode: null,
    });
    expect((await browser.tell('POST', '/auth/check')).deviceCode).toBeNull();
    const without = await createSite({ store: memoryStore() });
    const television = without.browser();
    expect(await television.tell('POST', '/auth/login')).not.toHaveProperty('deviceCode');
    expect((await television.follow('/auth/device')).status).toBe(404);
    expect((await television.submit('/auth/device', { userCode: 'BCDFGHJK' })).status).toBe(404);
  });
});

describe('a device that asks whether the user has approved', () => {
  test('is slowed down when it asks before the interval is over', async () => {
    const site = await createDeviceSite();
    const television = site.browser();
    await begin(television);
    await television.tell('POST', '/auth/check');
    const asked = site.tmdb.requests.length;
    site.clock.advance(1_000);
    const slowed = await television.ask('POST', '/auth/check');
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '4']);
    expect(await slowed.json()).toMatchObject({
      state: 'awaitingApproval.waiting',
      failure: { code: 'rate_limited', retryAfter: 4_000 },
      deviceCode: { interval: INTERVAL },
    });
    expect(lastEvent(site)).toMatchObject({ deviceCode: 'too_soon', failure: 'rate_limited' });
    expect(site.tmdb.requests.length).toBe(asked);
    site.clock.advance(4_000);
    expect((await television.ask('POST', '/auth/check')).status).toBe(200);
    expect(site.tmdb.requests.length).toBe(asked + 1);
  });

  test('is slowed down by another instance, too', async () => {
    const site = await createDeviceSite();
    const television = site.browser();
    await begin(television);
    await television.tell('POST', '/auth/check');
    const elsewhere = television.at(site.instance());
    expect((await elsewhere.ask('POST', '/auth/check')).status).toBe(429);
  });
});

describe('a page with the client of the package', () => {
  test('shows the code, polls no faster than the interval, and is signed in when the user has approved', async () => {
    const pages = await createPages({ device: { interval: 8_000 }, store: memoryStore() });
    const { site } = pages;
    const auth = pages.page({ pollInterval: 1_000 });
    expect(auth.deviceCode).toBeNull();
    const done = auth.login();
    await pages.reaches(auth, 'awaitingApproval.waiting');
    const { userCode = '', expiresAt = 0 } = auth.deviceCode ?? {};
    expect(expiresAt).toBeGreaterThan(auth.now() + 14 * MINUTE);

    const reloaded = pages.page();
    await pages.reaches(reloaded, 'awaitingApproval.waiting');
    expect(reloaded.deviceCode?.userCode).toBe(userCode);
    reloaded.dispose();

    const led = await confirm(site.browser(), userCode);
    site.tmdb.approve(tokenIn(locationOf(led)));
    await pages.result(done);
    expect(auth.getView().status).toBe('user');
    expect(auth.deviceCode).toBeNull();
    expect(site.events.filter(({ deviceCode }) => deviceCode === 'too_soon')).toEqual([]);
  });
});

describe('the page that asks for a code', () => {
  test('is filled in by a link, and does not look the code up', async () => {
    const site = await createDeviceSite();
    const { verificationUriComplete, userCode } = await begin(site.browser());
    const phone = site.browser();
    for (const [address, shown] of [
      [verificationUriComplete, userCode],
      ['/auth/device?user_code=BCDFGHJK', 'BCDF-GHJK'],
      ['/auth/device?user_code=%22%3E%3Cscript%3E', ''],
      ['/auth/device', ''],
    ] as const) {
      const page = await (await phone.follow(address, { 'sec-fetch-site': 'none' })).text();
      expect(page).toContain(`value="${shown}"`);
      expect(lastEvent(site)).toMatchObject({ route: 'device', deviceCode: null, failure: null });
    }
  });

  test.each([
    ['unknown', 'BCDF-GHJK'],
    ['missing', ''],
    ['of other letters', 'AEIO-UAEI'],
    ['of digits', '1234-5678'],
    ['far too long', 'x'.repeat(5_000)],
  ])('says that a code is wrong if it is %s', async (_, userCode) => {
    const site = await createDeviceSite();
    const answer = await type(site.browser(), userCode);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<p id="problem" role="alert">This code is wrong');
    expect(lastEvent(site)).toMatchObject({ failure: 'invalid_value', deviceCode: 'wrong' });
  });

  test('speaks the language of the site, and escapes its texts', async () => {
    const site = await createDeviceSite({
      device: { texts: { language: 'de', title: 'Anmelden <bei> {site}', wrong: 'Falscher & alter Code.' } },
    });
    const page = await (await type(site.browser(), 'BCDF-GHJK')).text();
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('<h1>Anmelden &lt;bei&gt; films.example</h1>');
    expect(page).toContain('Falscher &amp; alter Code.');
  });

  test('tells a script of the site the address of the approval, or why not', async () => {
    const site = await createDeviceSite();
    const television = site.browser();
    const { userCode } = await begin(television);
    const { approvalUrl } = await television.session();
    const script = site.browser();
    const wrong = await script.ask('POST', '/auth/device', { userCode: 'BCDF-GHJK' });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { failure: { code: 'invalid_value' } }]);
    expect(await script.tell('POST', '/auth/device', { userCode })).toEqual({ failure: null, approvalUrl });
    expect((await script.ask('POST', '/auth/device', { userCode })).status).toBe(400);
  });
});

describe('a code', () => {
  test('is eight letters, each as likely as another', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 5_000; i++)
      for (const letter of randomUserCode()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect([...counts.keys()].sort().join('')).toBe('BCDFGHJKLMNPQRSTVWXZ');
    // 2000 each, with a standard deviation of 44.
    for (const [letter, count] of counts) expect(Math.abs(count - 2_000), letter).toBeLessThan(350);
  });

  test('is read in any case, with spaces and dashes', () => {
    for (const text of ['BCDFGHJK', 'bcdf-ghjk', ' bc df\tgh—jk ', 'BCDF‑GHJK\n'])
      expect(typedCode(text), text).toBe('BCDFGHJK');
    for (const text of [
      undefined,
      null,
      '',
      'BCDFGHJ',
      'BCDFGHJKL',
      'BCDF.GHJK',
      'ABCDFGHJ',
      '\u{ff22}CDFGHJK',
    ])
      expect(typedCode(text), String(text)).toBeNull();
    expect(shownCode('BCDFGHJK')).toBe('BCDF-GHJK');
  });
});
