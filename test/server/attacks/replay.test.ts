import { describe, expect, test } from 'vitest';
import { type Browser, createSite, type Site, signIn } from '../site.ts';
import { begin, callbackWith, KEPT, linkFromElsewhere, USERS, withoutEffect } from './support.ts';

/** An attacker's copy of the browser's cookies. */
function copyOf(site: Site, browser: Browser): Browser {
  const copy = site.browser();
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
  return copy;
}

async function approved(site: Site, browser: Browser) {
  const { token } = await begin(browser);
  site.tmdb.approve(token, 'sandra');
  return token;
}

describe.each(KEPT)('a repeated return, with records %s', (_, options) => {
  const createWorld = () => createSite(options(), { users: USERS });

  test('does nothing after the first one was taken', async () => {
    const site = await createWorld();
    const browser = site.browser();
    const token = await approved(site, browser);
    await browser.follow(callbackWith(token), linkFromElsewhere);
    for (const answer of ['approved', 'denied']) {
      await withoutEffect(site, browser, () =>
        browser.follow(callbackWith(token, answer), linkFromElsewhere),
      );
    }
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(site.tmdb.sessions().length).toBe(1);
  });

  test('does nothing after a sign-out', async () => {
    const site = await createWorld();
    const browser = site.browser();
    const token = await approved(site, browser);
    await browser.follow(callbackWith(token), linkFromElsewhere);
    await browser.submit('/auth/logout');
    await withoutEffect(site, browser, () => browser.follow(callbackWith(token), linkFromElsewhere));
    expect(await browser.session()).toMatchObject({ status: 'signedOut' });
  });

  test('does nothing after the sign-in was cancelled', async () => {
    const site = await createWorld();
    const browser = site.browser();
    const token = await approved(site, browser);
    await browser.submit('/auth/cancel');
    await withoutEffect(site, browser, () => browser.follow(callbackWith(token), linkFromElsewhere));
    expect(await browser.session()).toMatchObject({ status: 'signedOut' });
  });

  test('does nothing to the next sign-in', async () => {
    const site = await createWorld();
    const browser = site.browser();
    const old = await approved(site, browser);
    await browser.submit('/auth/cancel');
    await begin(browser);
    const answered = await withoutEffect(site, browser, () =>
      browser.follow(callbackWith(old), linkFromElsewhere),
    );
    expect(await answered.text()).toContain('This browser does not know this sign-in');
    expect(await browser.session()).toMatchObject({ state: 'awaitingApproval.waiting' });
  });

  test('does nothing in another browser', async () => {
    const site = await createWorld();
    const token = await approved(site, site.browser());
    const other = site.browser();
    await withoutEffect(site, other, () => other.follow(callbackWith(token), linkFromElsewhere));
    expect(await other.session()).toMatchObject({ status: 'signedOut' });
    expect(site.tmdb.sessions()).toEqual([]);
  });

  test('makes one session if it comes many times at once', async () => {
    const site = await createWorld();
    const browser = site.browser();
    const token = await approved(site, browser);
    const copies = Array.from({ length: 10 }, () => copyOf(site, browser));
    await Promise.all(copies.map((copy) => copy.follow(callbackWith(token), linkFromElsewhere)));
    expect(site.tmdb.sessions().length).toBe(1);
    for (const copy of copies) expect(await copy.session()).toMatchObject({ status: 'user' });
  });
});

describe.each(KEPT)('copied cookies, with records %s', (_, options) => {
  const createWorld = () => createSite(options(), { users: USERS });

  test('of a waiting sign-in are worthless once the token was spent', async () => {
    const site = await createWorld();
    const browser = site.browser();
    const token = await approved(site, browser);
    const copy = copyOf(site, browser);
    await browser.follow(callbackWith(token), linkFromElsewhere);
    await browser.submit('/auth/logout');
    await site.whileTimeRuns(copy.follow(callbackWith(token), linkFromElsewhere));
    expect(await copy.session()).toMatchObject({ account: null });
    expect(site.tmdb.sessions()).toEqual([]);
  });

  test('of a user can do nothing at TMDB after the sign-out', async () => {
    const site = await createWorld();
    const browser = site.browser();
    await signIn(site, browser);
    const copy = copyOf(site, browser);
    await browser.submit('/auth/logout');
    const rated = await copy.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 1 });
    expect(rated.status).toBe(401);
    expect(await copy.session()).toMatchObject({ status: 'signedOut' });
    expect(site.tmdb.account('sandra').ratings).toEqual([]);
  });

  test('of a guest are worthless once the ratings were carried over', async () => {
    const site = await createWorld();
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await browser.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 8 });
    await signIn(site, browser);
    await site.whileTimeRuns(browser.tell('POST', '/auth/carry-over'));
    await withoutEffect(site, browser, () => browser.submit('/auth/carry-over'));
    expect(site.tmdb.account('sandra').ratings.length).toBe(1);
  });
});

test('copied cookies show nothing after the sign-out when there is a store, without asking TMDB', async () => {
  const [, [, options]] = KEPT as [unknown, (typeof KEPT)[number]];
  const site = await createSite(options());
  const browser = site.browser();
  await signIn(site, browser);
  const copy = copyOf(site, browser);
  await browser.submit('/auth/logout');
  const asked = site.tmdb.requests.length;
  expect(await copy.session()).toMatchObject({ status: 'signedOut', account: null });
  expect(site.tmdb.requests.length).toBe(asked);
});

describe('an early v4 return', () => {
  test('signs the user in only after the approval, and the sign-in goes on waiting', async () => {
    const site = await createSite({ apiVersion: 4 });
    const browser = site.browser();
    const { token } = await begin(browser);
    await site.whileTimeRuns(browser.follow('/auth/callback', linkFromElsewhere));
    expect(await browser.session()).toMatchObject({ state: 'awaitingApproval.waiting', account: null });
    expect(site.tmdb.accessTokens()).toEqual([]);
    // The sign-in still completes.
    site.tmdb.approve(token);
    await browser.follow('/auth/callback', linkFromElsewhere);
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });
});
