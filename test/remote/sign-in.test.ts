import { describe, expect, test } from 'vitest';
import { ORIGIN } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';
import { createPages } from './through-server.ts';

const statesOf = (auth: { subscribe(listener: (view: { state: string }) => void): unknown }) => {
  const states: string[] = [];
  auth.subscribe(({ state }) => states.push(state));
  return states;
};

describe.each([3, 4] as const)('v%i through a server', (apiVersion) => {
  test('a user signs in with the same states as with TMDB itself and without an extra request', async () => {
    const { page, signIn, site } = await createPages({ apiVersion });
    const auth = page();
    const states = statesOf(auth);
    await signIn(auth);
    expect(auth.getView()).toMatchObject({ status: 'user', account: { username: 'sandra' }, failure: null });
    expect(states).toEqual([
      'idle.fresh',
      'tokenRequested.trying',
      'awaitingApproval.waiting',
      'sessionRequested.exchanging',
      'sessionActive.accountRequested',
      'sessionActive.ready',
    ]);
    expect(site.tmdb.requests.length).toBe(apiVersion === 3 ? 3 : 4);
  });

  test('a page that is loaded again shows the user without a request to TMDB', async () => {
    const { page, signIn, site, reaches } = await createPages({ apiVersion });
    await signIn(page());
    site.tmdb.resetRequests();
    const again = page();
    await reaches(again, 'sessionActive.ready');
    expect(again.getView().account?.username).toBe('sandra');
    expect(site.tmdb.requests.length).toBe(0);
  });

  test('a page that was left for TMDB completes the sign-in when the user returns', async () => {
    const { page, reaches, site } = await createPages({ apiVersion });
    const before = page();
    void before.login({ redirectTo: `${ORIGIN}/films` }).catch(() => {});
    await reaches(before, 'awaitingApproval');
    const requestToken = tokenIn(before.approvalUrl ?? '');
    before.dispose();
    site.tmdb.approve(requestToken);
    const after = page();
    const back = apiVersion === 3 ? `?request_token=${requestToken}&approved=true` : '';
    expect(await after.handleCallback(`${ORIGIN}/films${back}`)).toMatchObject({ status: 'user' });
  });

  test('a sign-out ends the session in the page, on the server and at TMDB', async () => {
    const { page, signIn, site, browser } = await createPages({ apiVersion });
    const auth = page();
    await signIn(auth);
    expect(await auth.logout()).toMatchObject({ state: 'idle.loggedOut', failure: null });
    expect(browser.cookies.size).toBe(0);
    expect(site.tmdb.sessions().length).toBe(0);
    expect(site.tmdb.accessTokens().length).toBe(0);
  });

  test('a page notices by its own requests that TMDB has revoked the session', async () => {
    const { page, signIn, site, reaches, browser } = await createPages({ apiVersion });
    const auth = page();
    await signIn(auth);
    site.tmdb.revoke();
    const path = apiVersion === 3 ? '/3/account/548/favorite/movies' : '/3/account/548/lists';
    await auth.api(path).catch(() => {});
    await reaches(auth, 'idle.sessionRevoked');
    expect(browser.cookies.size).toBe(0);
  });
});

describe('a sign-in that does not end as planned', () => {
  test('shows a denial and keeps no cookie', async () => {
    const { page, reaches, browser } = await createPages();
    const auth = page();
    const login = auth.login();
    await reaches(auth, 'awaitingApproval');
    const requestToken = tokenIn(auth.approvalUrl ?? '');
    await auth.handleCallback(`?request_token=${requestToken}&denied=true`);
    await expect(login).rejects.toMatchObject({ code: 'approval_denied' });
    expect(auth.getView().state).toBe('idle.approvalDenied');
    expect(browser.cookies.size).toBe(0);
  });

  test('refuses another person’s token, in the page and on the server', async () => {
    const { page, reaches, site, browser } = await createPages();
    const auth = page();
    void auth.login().catch(() => {});
    await reaches(auth, 'awaitingApproval');
    const answer = await (
      await fetch(`${site.tmdb.baseURL}/3/authentication/token/new?api_key=${site.tmdb.apiKey}`)
    ).json();
    const { request_token: requestToken } = answer as { request_token: string };
    site.tmdb.approve(requestToken);
    await expect(auth.handleCallback(`?request_token=${requestToken}&approved=true`)).rejects.toMatchObject({
      code: 'callback_mismatch',
    });
    const refused = await browser.ask('POST', '/auth/callback', { requestToken });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ failure: { code: 'callback_mismatch' } });
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
  });

  test('is forgotten by the server after a cancel', async () => {
    const { page, reaches, browser } = await createPages();
    const auth = page();
    const login = auth.login();
    await reaches(auth, 'awaitingApproval');
    expect(browser.cookies.size).toBe(1);
    await auth.cancel();
    await expect(login).rejects.toMatchObject({ code: 'cancelled' });
    expect(browser.cookies.size).toBe(0);
  });

  test('leaves no session and keeps the guest after a cancel during the exchange', async () => {
    const { page, reaches, site, browser } = await createPages();
    const auth = page();
    await auth.loginAsGuest();
    const login = auth.login();
    await reaches(auth, 'awaitingApproval');
    const requestToken = tokenIn(auth.approvalUrl ?? '');
    site.tmdb.approve(requestToken);
    site.tmdb.faults.add({ kind: 'latency', match: 'POST /3/authentication/session/new', ms: 200 });
    void auth.handleCallback(`?request_token=${requestToken}&approved=true`);
    await reaches(auth, 'sessionRequested');
    await auth.cancel();
    await expect(login).rejects.toMatchObject({ code: 'cancelled' });
    expect(auth.getView().state).toBe('guestActive.unused');
    const deletes = () => site.tmdb.requests.filter(({ method }) => method === 'DELETE').length;
    for (let tries = 0; deletes() === 0 && tries < 500; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(site.tmdb.sessions().length).toBe(0);
    expect([...browser.cookies.keys()]).toEqual(['__Host-tmdb-auth.guest']);
    expect(await page().loginAsGuest()).toMatchObject({ status: 'guest' });
  });

  test('gives way to a new one that begins right after the cancel', async () => {
    const { page, reaches, site } = await createPages();
    const auth = page();
    void auth.login().catch(() => {});
    await reaches(auth, 'awaitingApproval');
    const first = tokenIn(auth.approvalUrl ?? '');
    void auth.cancel();
    await reaches(auth, 'idle');
    const login = auth.login();
    await reaches(auth, 'awaitingApproval');
    const second = tokenIn(auth.approvalUrl ?? '');
    expect(second).not.toBe(first);
    site.tmdb.approve(second);
    await auth.handleCallback(`?request_token=${second}&approved=true`);
    expect(await login).toMatchObject({ status: 'user' });
  });

  test('is replaced by a new one after the exchange’s answer was lost', async () => {
    const { page, reaches, site } = await createPages();
    const auth = page();
    const login = auth.login();
    login.catch(() => {});
    await reaches(auth, 'awaitingApproval');
    const first = tokenIn(auth.approvalUrl ?? '');
    site.tmdb.approve(first);
    site.tmdb.faults.add({ kind: 'dropAfter', match: 'POST /3/authentication/session/new' });
    void auth.handleCallback(`?request_token=${first}&approved=true`);
    await reaches(auth, 'idle.failed');
    expect(auth.getView().can).toMatchObject({ login: true, retry: true });
    const again = auth.login();
    await reaches(auth, 'awaitingApproval');
    const second = tokenIn(auth.approvalUrl ?? '');
    expect(second).not.toBe(first);
    site.tmdb.approve(second);
    await auth.handleCallback(`?request_token=${second}&approved=true`);
    expect(await again).toMatchObject({ status: 'user' });
  });

  test('expires after an hour without an approval', async () => {
    const { page, reaches, site, browser } = await createPages();
    const auth = page();
    const login = auth.login();
    await reaches(auth, 'awaitingApproval');
    site.clock.advance(60 * 60_000);
    await expect(login).rejects.toMatchObject({ code: 'token_expired' });
    expect(browser.cookies.size).toBe(0);
  });

  test('expires after the same hour if the page’s clock is wrong by a day', async () => {
    const { page, reaches, site } = await createPages();
    const clock = { ...site.clock, now: () => site.clock.now() + 24 * 60 * 60_000 };
    const auth = page({ clock });
    void auth.login().catch(() => {});
    await reaches(auth, 'awaitingApproval');
    const left = (auth.getView().expiresAt ?? 0) - auth.now();
    expect(Math.round(left / 60_000)).toBe(60);
  });

  test('is repeated by the page, not by the server, while TMDB is down', async () => {
    const { page, reaches, site } = await createPages();
    const auth = page();
    site.tmdb.faults.add({
      kind: 'status',
      match: 'GET /3/authentication/token/new',
      status: 503,
      times: 10,
    });
    const login = auth.login();
    login.catch(() => {});
    await reaches(auth, 'idle.failed');
    await expect(login).rejects.toMatchObject({ code: 'unavailable' });
    expect(site.tmdb.requests.length).toBe(4);
    site.tmdb.faults.clear();
    const retried = auth.retry();
    await reaches(auth, 'awaitingApproval');
    site.tmdb.approve(tokenIn(auth.approvalUrl ?? ''));
    auth.actor.send({ type: 'approval.check' });
    expect(await retried).toMatchObject({ status: 'user' });
  });

  test('signs no user out when the server cannot be reached', async () => {
    const { page, signIn, reaches, browser } = await createPages();
    await signIn(page());
    const kept = new Map(browser.cookies);
    const offline = page({ fetch: () => Promise.reject(new TypeError('offline')) });
    await reaches(offline, 'idle.fresh');
    expect(offline.getView()).toMatchObject({ failure: { code: 'network' }, can: { retry: true } });
    expect(browser.cookies).toEqual(kept);
  });

  test('reports a bad answer if another program answers', async () => {
    const { page, reaches } = await createPages();
    const auth = page({ fetch: async () => new Response('<!doctype html>', { status: 200 }) });
    await reaches(auth, 'idle.fresh');
    expect(auth.getView().failure?.code).toBe('bad_answer');
  });
});

describe('two tabs', () => {
  test('show a sign-in, a sign-out and a guest of each other', async () => {
    const { page, signIn, reaches } = await createPages();
    const [one, other] = [page(), page()];
    await reaches(other, 'idle.fresh');
    await signIn(one);
    await reaches(other, 'sessionActive.ready');
    await one.logout();
    await reaches(other, 'idle');
    await one.loginAsGuest();
    await reaches(other, 'guestActive');
    await one.logout();
    await reaches(other, 'idle');
  });

  test('make one session when both take the same return', async () => {
    const { page, reaches, site } = await createPages();
    const one = page();
    void one.login().catch(() => {});
    await reaches(one, 'awaitingApproval');
    const other = page();
    await reaches(other, 'awaitingApproval');
    const requestToken = tokenIn(one.approvalUrl ?? '');
    site.tmdb.approve(requestToken);
    const back = `?request_token=${requestToken}&approved=true`;
    const views = await Promise.all([one.handleCallback(back), other.handleCallback(back)]);
    expect(views.map(({ status }) => status)).toEqual(['user', 'user']);
    expect(site.tmdb.sessions().length).toBe(1);
  });
});

describe('a guest', () => {
  test('rates, becomes used, and passes the ratings to the user', async () => {
    const { page, signIn, reaches, site } = await createPages();
    const auth = page();
    await auth.loginAsGuest();
    await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    await reaches(auth, 'guestActive.used');
    await signIn(auth);
    expect(auth.getView().guest).toMatchObject({ used: true });
    expect(await site.whileTimeRuns(auth.carryOverGuestRatings())).toMatchObject({
      total: 1,
      carried: 1,
      failed: [],
    });
    expect(auth.getView().guest).toBe(null);
    const again = page();
    await reaches(again, 'sessionActive.ready');
    expect(again.getView().guest).toBe(null);
  });

  test('is forgotten by the server after signing out', async () => {
    const { page, browser } = await createPages();
    const auth = page();
    await auth.loginAsGuest();
    await auth.logout();
    expect(browser.cookies.size).toBe(0);
  });
});

describe('a page with a server', () => {
  test('cannot sign in with a password', async () => {
    const { page } = await createPages();
    await expect(page().loginWithPassword({ username: 'sandra', password: 'sandbox' })).rejects.toMatchObject(
      {
        code: 'invalid_login',
        message: expect.stringContaining('use login()'),
      },
    );
  });

  test('cannot check the key, which only the server has', async () => {
    const { page } = await createPages();
    await expect(page().validateCredentials()).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  test('gets no secret but the request token, with which the user is sent to TMDB', async () => {
    const { page, signIn, seen, site } = await createPages({ apiVersion: 4 });
    const auth = page();
    await auth.loginAsGuest();
    await signIn(auth);
    await auth.api('/3/movie/550');
    await auth.logout();
    const everything = seen.join('\n');
    expect(everything).not.toContain(site.tmdb.accessToken);
    expect(everything).not.toContain(site.tmdb.apiKey);
    for (const name of [
      'session_id',
      'sessionId',
      'guest_session_id',
      'guestId',
      'access_token',
      'accessToken',
    ])
      expect(everything).not.toContain(name);
  });
});
