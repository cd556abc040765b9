import { describe, expect, test } from 'vitest';
import { cookieJar } from '../../src/platforms/server/jar.ts';
import { serverSettingsOf } from '../../src/platforms/server/options.ts';
import { peek } from '../../src/platforms/server/peek.ts';
import { openTurn } from '../../src/platforms/server/turn.ts';
import { tokenIn } from '../support/approval.ts';
import { nearby } from '../support/settings.ts';
import { type Browser, createSite, locationOf, ORIGIN, SECRET, type Site, signIn } from './site.ts';

/** What a glance says, and what the machine itself comes to. */
async function both({ tmdb, clock }: Site, { cookies }: Browser, apiVersion: 3 | 4) {
  const settings = serverSettingsOf({
    ...nearby(tmdb),
    apiVersion,
    origin: ORIGIN,
    secrets: [SECRET],
    clock,
  });
  const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const turn = openTurn(settings, cookieJar(settings, header), { isPatient: false });
  const whole = await turn.view();
  turn.dispose();
  return { seen: peek(settings, await cookieJar(settings, header).open())?.view ?? null, whole };
}

async function signInBy(apiVersion: 3 | 4, site: Site, browser: Browser): Promise<void> {
  if (apiVersion === 3) return void (await signIn(site, browser));
  site.tmdb.approve(tokenIn(locationOf(await browser.follow('/auth/login'))));
  await browser.follow('/auth/callback');
}

describe.each([3, 4] as const)('v%i', (apiVersion) => {
  test('who is signed in is seen at a glance, exactly as the machine says', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await signInBy(apiVersion, site, browser);
    const { seen, whole } = await both(site, browser, apiVersion);
    expect(whole.state).toBe('sessionActive.ready');
    expect(seen).toEqual(whole);
  });

  test('so is a user who was a guest before', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await signInBy(apiVersion, site, browser);
    const { seen, whole } = await both(site, browser, apiVersion);
    expect(whole.guest).not.toBe(null);
    expect(seen).toEqual(whole);
  });

  test('so is nobody', async () => {
    const site = await createSite({ apiVersion });
    const { seen, whole } = await both(site, site.browser(), apiVersion);
    expect(whole.state).toBe('idle.fresh');
    expect(seen).toEqual(whole);
  });

  test('for everything else the machine is asked', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    expect((await both(site, browser, apiVersion)).seen).toBe(null);
    await browser.follow('/auth/login');
    expect((await both(site, browser, apiVersion)).seen).toBe(null);
  });
});

test('a session that is over is none', async () => {
  const site = await createSite();
  const browser = site.browser();
  await signIn(site, browser);
  const cookies = new Map(browser.cookies);
  site.clock.advance(30 * 24 * 60 * 60_000 + 1);
  const { seen, whole } = await site.whileTimeRuns(both(site, { ...browser, cookies }, 3));
  expect(seen).toBe(null);
  expect(whole.status).toBe('signedOut');
});

test('a cookie that cannot be opened is left alone: it may be another app’s', async () => {
  const site = await createSite();
  const browser = site.browser();
  await signIn(site, browser);
  browser.cookies.set('__Host-tmdb-auth.guest', 'rubbish');
  expect(await browser.session()).toMatchObject({ status: 'user' });
  expect([...browser.cookies.keys()].sort()).toEqual(['__Host-tmdb-auth.guest', '__Host-tmdb-auth.user']);
});
