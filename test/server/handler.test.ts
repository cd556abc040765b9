import { describe, expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { createSite, locationOf, ORIGIN, signIn, wayBack } from './site.ts';

describe('a user without scripts', () => {
  test('signs in by links, lands at the requested page, and is known from then on', async () => {
    const site = await createSite();
    const browser = site.browser();
    const landed = await signIn(site, browser, '/auth/login?returnTo=/films%3Fpage=2');
    expect(landed.status).toBe(303);
    expect(locationOf(landed).href).toBe(`${ORIGIN}/films?page=2`);
    expect([...browser.cookies.keys()]).toEqual(['__Host-tmdb-auth.user']);
    const view = await browser.session();
    expect(view).toMatchObject({
      status: 'user',
      state: 'sessionActive.ready',
      account: { username: 'sandra' },
    });
    // Token, session, account; the session route asks TMDB nothing.
    expect(site.tmdb.requests.length).toBe(3);
  });

  test('finds a denial, or another failure, in the address of the page where they land', async () => {
    const site = await createSite();
    const browser = site.browser();
    const approval = locationOf(await browser.follow('/auth/login?returnTo=/films'));
    site.tmdb.deny(tokenIn(approval));
    const landed = await browser.follow(wayBack(approval, 'denied'));
    expect(locationOf(landed).href).toBe(`${ORIGIN}/films?tmdb_auth_failure=approval_denied`);
    expect(browser.cookies.size).toBe(0);
    expect(await browser.session()).toMatchObject({ status: 'signedOut' });
  });

  test('signs out by a form, here and at TMDB', async () => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    expect(site.tmdb.sessions().length).toBe(1);
    const landed = await browser.submit('/auth/logout', { returnTo: '/bye' });
    expect(locationOf(landed).href).toBe(`${ORIGIN}/bye`);
    expect(browser.cookies.size).toBe(0);
    expect(site.tmdb.sessions().length).toBe(0);
  });

  test('can become a guest, rate, and is then a guest who has rated', async () => {
    const site = await createSite();
    const browser = site.browser();
    await browser.submit('/auth/guest');
    expect(await browser.session()).toMatchObject({ status: 'guest', state: 'guestActive.unused' });
    const rated = await browser.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 8 });
    expect(rated.status).toBe(201);
    expect(await browser.session()).toMatchObject({ state: 'guestActive.used' });
  });

  test('returns from a v4 approval without parameters, and gets both sessions', async () => {
    const site = await createSite({ apiVersion: 4 });
    const browser = site.browser();
    const approval = locationOf(await browser.follow('/auth/login?returnTo=/films'));
    site.tmdb.approve(tokenIn(approval));
    const landed = await browser.follow('/auth/callback?returnTo=/films', { 'sec-fetch-site': 'cross-site' });
    expect(locationOf(landed).href).toBe(`${ORIGIN}/films`);
    const view = await browser.session();
    expect(view).toMatchObject({ status: 'user', state: 'sessionActive.ready' });
    expect(view.account?.objectId).toMatch(/^[0-9a-f]{24}$/);
    expect((await browser.ask('GET', `/auth/tmdb/4/account/${view.account?.objectId}/lists`)).status).toBe(
      200,
    );
  });
});

describe('a return address that would not fit into a cookie', () => {
  test.each(['x'.repeat(790), 'é'.repeat(120), 'é'.repeat(5_000), '%'.repeat(400)])(
    'is left out, and the sign-in works, with v3 and v4 (%#)',
    async (path) => {
      for (const apiVersion of [3, 4] as const) {
        const site = await createSite({ apiVersion });
        const browser = site.browser();
        const approval = locationOf(
          await browser.follow(`/auth/login?returnTo=/${encodeURIComponent(path)}`),
        );
        site.tmdb.approve(tokenIn(approval));
        const back = apiVersion === 3 ? wayBack(approval, 'approved') : '/auth/callback';
        expect(locationOf(await browser.follow(back)).href).toBe(`${ORIGIN}/`);
        expect(await browser.session()).toMatchObject({ status: 'user' });
      }
    },
  );
});

describe('a script', () => {
  test('gets a view as the answer, with the address for the approval', async () => {
    const site = await createSite();
    const browser = site.browser();
    const waiting = await browser.tell('POST', '/auth/login', {});
    expect(waiting).toMatchObject({ state: 'awaitingApproval.waiting', failure: null });
    expect(await browser.tell('POST', '/auth/check')).toMatchObject({
      state: 'awaitingApproval.waiting',
      failure: { code: 'session_denied' },
    });
    site.tmdb.approve(tokenIn(waiting.approvalUrl ?? ''));
    expect(await browser.tell('POST', '/auth/check')).toMatchObject({ state: 'sessionActive.ready' });
    expect(await browser.tell('POST', '/auth/verify')).toMatchObject({ status: 'user' });
    expect(await browser.tell('POST', '/auth/logout')).toMatchObject({ state: 'idle.loggedOut' });
    expect(browser.cookies.size).toBe(0);
  });

  test('is told at the first failure how long to wait, and may try again', async () => {
    const site = await createSite();
    const browser = site.browser();
    const { approvalUrl } = await browser.tell('POST', '/auth/login', {});
    const requestToken = tokenIn(approvalUrl ?? '');
    site.tmdb.approve(requestToken);
    site.tmdb.faults.add({
      kind: 'rateLimited',
      match: 'POST /3/authentication/session/new',
      retryAfter: 2,
      times: 1,
    });
    const refused = await browser.ask('POST', '/auth/callback', { requestToken });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({ failure: { code: 'rate_limited', retryable: true } });
    expect(await browser.tell('POST', '/auth/callback', { requestToken })).toMatchObject({ status: 'user' });
  });

  test('carries a guest’s ratings over', async () => {
    const site = await createSite();
    const browser = site.browser();
    await browser.tell('POST', '/auth/guest');
    await browser.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 8 });
    const { approvalUrl } = await browser.tell('POST', '/auth/login', {});
    site.tmdb.approve(tokenIn(approvalUrl ?? ''));
    await browser.tell('POST', '/auth/check');
    expect([...browser.cookies.keys()].sort()).toEqual(['__Host-tmdb-auth.guest', '__Host-tmdb-auth.user']);
    const view = await site.whileTimeRuns(browser.tell('POST', '/auth/carry-over'));
    expect(view).toMatchObject({ carryOver: { total: 1, carried: 1 }, guest: null });
    expect([...browser.cookies.keys()]).toEqual(['__Host-tmdb-auth.user']);
  });
});

describe('a revoked session', () => {
  test('is noticed by a page’s request, and forgotten', async () => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, browser);
    site.tmdb.revoke();
    expect((await browser.ask('GET', '/auth/tmdb/3/account/548/favorite/movies')).status).toBe(401);
    expect(browser.cookies.size).toBe(0);
  });
});

test('a page is not redirected by an impostor of TMDB', async () => {
  const site = await createSite();
  site.tmdb.faults.add({ kind: 'answer', status: 303, headers: { location: 'https://evil.example/' } });
  const answer = await site.browser().ask('GET', '/auth/tmdb/3/movie/550');
  expect(answer.status).toBe(502);
  expect(answer.headers.get('location')).toBeNull();
  expect(await answer.json()).toMatchObject({ failure: { code: 'bad_answer', httpStatus: 303 } });
});
