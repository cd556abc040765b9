import { describe, expect, test } from 'vitest';
import { cookieJar } from '../../src/platforms/server/jar.ts';
import { serverSettingsOf } from '../../src/platforms/server/options.ts';
import { openClient } from '../../src/platforms/server/request-client.ts';
import { cancelPending, settledIn } from '../../src/platforms/server/settled.ts';
import { tokenIn } from '../support/approval.ts';
import { nearby } from '../support/settings.ts';
import { type Browser, createSite, locationOf, ORIGIN, SECRET, type Site, signIn } from './site.ts';

/** The view without a running machine, and the view of the machine itself. */
async function both({ tmdb, clock }: Site, { cookies }: Browser, apiVersion: 3 | 4) {
  const settings = serverSettingsOf({
    ...nearby(tmdb),
    apiVersion,
    origin: ORIGIN,
    secrets: [SECRET],
    clock,
  });
  const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const client = openClient(settings, cookieJar(settings, header), { isPatient: false });
  const whole = await client.view();
  client.dispose();
  return { seen: settledIn(settings, await cookieJar(settings, header).open())?.view ?? null, whole };
}

/** A cancelled sign-in: the view, cookies and states by one pure step, and by a client. */
async function bothGiveUp({ tmdb, clock }: Site, { cookies }: Browser, apiVersion: 3 | 4) {
  const settings = serverSettingsOf({
    ...nearby(tmdb),
    apiVersion,
    origin: ORIGIN,
    secrets: [SECRET],
    clock,
  });
  const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const [quick, slow] = [cookieJar(settings, header), cookieJar(settings, header)];
  const client = openClient(settings, slow, { isPatient: false });
  await client.perform(client.auth.cancel);
  const whole = { ...(await client.view()), failure: null };
  client.dispose();
  const left = cancelPending(settings, await quick.open());
  if (left) await quick.storage.remove('');
  return {
    seen: left?.view ?? null,
    whole,
    set: [await quick.cookies(), await slow.cookies()],
    states: [left?.states, client.states().slice(1)],
  };
}

async function signInBy(apiVersion: 3 | 4, site: Site, browser: Browser): Promise<void> {
  if (apiVersion === 3) return void (await signIn(site, browser));
  site.tmdb.approve(tokenIn(locationOf(await browser.follow('/auth/login'))));
  await browser.follow('/auth/callback');
}

describe.each([3, 4] as const)('the view without a running machine, v%i', (apiVersion) => {
  test('shows a signed-in user exactly as the machine does', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await signInBy(apiVersion, site, browser);
    const { seen, whole } = await both(site, browser, apiVersion);
    expect(whole.state).toBe('sessionActive.ready');
    expect(seen).toEqual(whole);
  });

  test('shows a user who was a guest before exactly as the machine does', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await signInBy(apiVersion, site, browser);
    const { seen, whole } = await both(site, browser, apiVersion);
    expect(whole.guest).not.toBe(null);
    expect(seen).toEqual(whole);
  });

  test('shows a signed-out visitor exactly as the machine does', async () => {
    const site = await createSite({ apiVersion });
    const { seen, whole } = await both(site, site.browser(), apiVersion);
    expect(whole.state).toBe('idle.fresh');
    expect(seen).toEqual(whole);
  });

  test('is not given for any other state, which needs the machine', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    expect((await both(site, browser, apiVersion)).seen).toBe(null);
    await browser.follow('/auth/login');
    expect((await both(site, browser, apiVersion)).seen).toBe(null);
  });
});

describe.each([3, 4] as const)('a cancelled sign-in, v%i', (apiVersion) => {
  test('ends after one step as with a client, in the view, the states and the cookies', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await browser.follow('/auth/login');
    const { seen, whole, set, states } = await bothGiveUp(site, browser, apiVersion);
    expect(whole.state).toBe('idle.fresh');
    expect(seen).toEqual(whole);
    expect(set[0]).toEqual(set[1]);
    expect(set[0]).toHaveLength(1);
    expect(states[0]).toEqual(states[1]);
  });

  test('is left to a client if a guest or a user is known, or the token has expired', async () => {
    const site = await createSite({ apiVersion });
    const guest = site.browser();
    await guest.submit('/auth/guest');
    await guest.follow('/auth/login');
    expect((await bothGiveUp(site, guest, apiVersion)).seen).toBe(null);
    const user = site.browser();
    await signInBy(apiVersion, site, user);
    expect((await bothGiveUp(site, user, apiVersion)).seen).toBe(null);
    const late = site.browser();
    await late.follow('/auth/login');
    site.clock.advance(61 * 60_000);
    expect((await site.whileTimeRuns(bothGiveUp(site, late, apiVersion))).seen).toBe(null);
    expect((await bothGiveUp(site, site.browser(), apiVersion)).seen).toBe(null);
  });

  test('asks TMDB nothing, and deletes its cookie', async () => {
    const site = await createSite({ apiVersion });
    const browser = site.browser();
    await browser.follow('/auth/login');
    site.tmdb.resetRequests();
    expect((await browser.tell('POST', '/auth/cancel')).state).toBe('idle.fresh');
    expect(browser.cookies.size).toBe(0);
    expect(site.tmdb.requests).toEqual([]);
    expect(site.events.at(-1)).toMatchObject({
      route: 'cancel',
      status: 200,
      states: ['awaitingApproval.waiting', 'idle.fresh'],
      tmdbRequests: 0,
    });
  });
});

test('a session past its end is left to the machine, which ends it', async () => {
  const site = await createSite();
  const browser = site.browser();
  await signIn(site, browser);
  const cookies = new Map(browser.cookies);
  site.clock.advance(30 * 24 * 60 * 60_000 + 1);
  const { seen, whole } = await site.whileTimeRuns(both(site, { ...browser, cookies }, 3));
  expect(seen).toBe(null);
  expect(whole.status).toBe('signedOut');
});

test('a cookie that cannot be opened is not deleted, as it may belong to another app', async () => {
  const site = await createSite();
  const browser = site.browser();
  await signIn(site, browser);
  browser.cookies.set('__Host-tmdb-auth.guest', 'rubbish');
  expect(await browser.session()).toMatchObject({ status: 'user' });
  expect([...browser.cookies.keys()].sort()).toEqual(['__Host-tmdb-auth.guest', '__Host-tmdb-auth.user']);
});
