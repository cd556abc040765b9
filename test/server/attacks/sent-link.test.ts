import { describe, expect, test } from 'vitest';
import { tokenIn } from '../../support/approval.ts';
import { type Browser, createSite, locationOf, ORIGIN, type Site } from '../site.ts';
import {
  callbackWith,
  EVIL,
  FROM_HERE,
  KEPT,
  lastEvent,
  memoryStore,
  plain,
  USERS,
  withoutEffect,
} from './support.ts';

const SENT = { accept: 'text/html', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' };
const VERSIONS = [3, 4] as const;
const EVERYWHERE = VERSIONS.flatMap((apiVersion) =>
  KEPT.map(([where, options]) => ({ apiVersion, where, options })),
);

/**
 * Mallory begins a sign-in and sends the victim the address of TMDB's page. `back` is the address to which TMDB leads
 * the user who approves it.
 */
async function sendLink(mallory: Browser): Promise<{ token: string; back: string }> {
  const approval = locationOf(await mallory.follow('/auth/login'));
  const token = tokenIn(approval);
  const to = approval.searchParams.get('redirect_to') ?? redirectIn(token);
  const back = new URL(to);
  if (approval.searchParams.has('redirect_to')) {
    back.searchParams.set('request_token', token);
    back.searchParams.set('approved', 'true');
  }
  return { token, back: back.pathname + back.search };
}

/** In v4 the token holds the return address. */
const redirectIn = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).redirect_to;

/** Presses the button of the page that explains the attack. */
const end = (browser: Browser, back: string, headers: Record<string, string> = {}) =>
  browser.submit(back, { end: 'true' }, { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers });

const nothingAtTmdb = ({ tmdb }: Site) => {
  expect(tmdb.sessions()).toEqual([]);
  expect(tmdb.accessTokens()).toEqual([]);
};

describe.each(EVERYWHERE)(
  'an approval link sent to a victim, v$apiVersion, records $where',
  ({ apiVersion, options }) => {
    const createWorld = () => createSite({ apiVersion, ...options() }, { users: USERS });

    test.each(['signed out', 'a guest', 'signed in', 'with a pending sign-in'])(
      'is explained to a victim (%s), and the page’s form ends the sign-in after the attacker’s exchange',
      async (victimIs) => {
        const site = await createWorld();
        const [mallory, victim] = [site.browser(), site.browser()];
        if (victimIs === 'a guest') await victim.submit('/auth/guest');
        if (victimIs === 'signed in') {
          const own = await sendLink(victim);
          site.tmdb.approve(own.token, 'sandra');
          await victim.follow(own.back, SENT);
        }
        const own = victimIs === 'with a pending sign-in' ? await sendLink(victim) : null;
        const before = await victim.session();
        const { token, back } = await sendLink(mallory);
        site.tmdb.approve(token, 'sandra');

        const page = await withoutEffect(site, victim, () => victim.follow(back, SENT));
        expect(page.status).toBe(400);
        expect(await page.text()).toContain('This browser does not know this sign-in');
        expect(lastEvent(site)).toMatchObject({ failure: 'callback_mismatch' });

        expect(await mallory.tell('POST', '/auth/check')).toMatchObject({ account: { username: 'sandra' } });
        expect(await (await end(victim, back)).text()).toContain('That sign-in has been ended');
        const rated = await mallory.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 1 });
        expect(rated.status).toBe(401);
        expect(site.tmdb.account('sandra').ratings).toEqual([]);
        // The victim's own session, guest or sign-in stays as it was.
        const { status, state } = await victim.session();
        expect({ status, state }).toEqual({ status: before.status, state: before.state });
        if (victimIs === 'signed in') expect(site.tmdb.sessions().length).toBe(1);
        else nothingAtTmdb(site);
        if (!own) return;
        site.tmdb.approve(own.token, 'sandra');
        await victim.follow(own.back, SENT);
        expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
      },
    );

    test('can be ended before the attacker exchanges it, by another instance', async () => {
      const kept = options();
      const site = await createSite({ apiVersion, ...kept }, { users: USERS });
      const [mallory, victim] = [site.browser(), site.browser()];
      const { token, back } = await sendLink(mallory);
      site.tmdb.approve(token, 'sandra');
      const handler = 'store' in kept || apiVersion === 3 ? site.instance() : undefined;
      expect(await (await end(handler ? victim.at(handler) : victim, back)).text()).toContain(
        'has been ended',
      );
      await site.whileTimeRuns(mallory.tell('POST', '/auth/check'));
      expect(await mallory.session()).toMatchObject({ account: null });
      nothingAtTmdb(site);
    });

    test('does nothing for link scanners, prefetches, frames and forms of other sites', async () => {
      const site = await createWorld();
      const [mallory, scanner] = [site.browser(), site.browser()];
      const { token, back } = await sendLink(mallory);
      site.tmdb.approve(token, 'sandra');
      await mallory.tell('POST', '/auth/check');
      const asks: [method: string, path: string, headers: Record<string, string>][] = [
        ['GET', back, {}],
        ['HEAD', back, {}],
        ['GET', `${back}&end=true`, SENT],
        ['GET', `${back}&end=true&_method=POST`, FROM_HERE],
        ['GET', back, { ...SENT, 'sec-purpose': 'prefetch;prerender' }],
        ['GET', back, { ...SENT, 'sec-fetch-dest': 'iframe' }],
      ];
      for (const [method, path, headers] of asks)
        await withoutEffect(site, scanner, () => scanner.send(plain(method, path, headers)));
      for (const headers of [
        { origin: EVIL },
        { origin: 'null' },
        { origin: 'null', 'sec-fetch-site': 'cross-site' },
      ]) {
        const form = plain('POST', back, headers, new URLSearchParams({ end: 'true' }));
        const answered = await withoutEffect(site, scanner, () => scanner.send(form));
        expect(answered.status).toBe(403);
      }
      expect(site.tmdb.sessions().length).toBe(1);
    });

    test('leaves nothing to end the second time', async () => {
      const site = await createWorld();
      const [mallory, victim] = [site.browser(), site.browser()];
      const { token, back } = await sendLink(mallory);
      site.tmdb.approve(token, 'sandra');
      await mallory.tell('POST', '/auth/check');
      await end(victim, back);
      expect(await (await end(victim, back)).text()).toContain('nothing to end');
    });

    test('is not suspected when a user repeats their own return', async () => {
      const site = await createWorld();
      const browser = site.browser();
      const { token, back } = await sendLink(browser);
      site.tmdb.approve(token, 'sandra');
      for (let i = 0; i < 3; i++) {
        const answered = await browser.follow(back, SENT);
        expect(answered.headers.get('location'), String(i)).toBe(`${ORIGIN}/`);
      }
    });
  },
);

test('a v4 session that was made by a later request than its access token is ended, too', async () => {
  const site = await createSite({ apiVersion: 4 }, { users: USERS });
  const [mallory, victim] = [site.browser(), site.browser()];
  const { token, back } = await sendLink(mallory);
  site.tmdb.approve(token, 'sandra');
  site.tmdb.faults.add({
    kind: 'status',
    code: 9,
    match: 'POST /3/authentication/session/convert/4',
    times: 20,
  });
  await mallory.tell('POST', '/auth/check');
  site.tmdb.faults.clear();
  expect(await mallory.session()).toMatchObject({ account: { username: 'sandra' } });
  await end(victim, back);
  nothingAtTmdb(site);
});

test('a v4 return without its `state`, or with a made-up one, ends nothing', async () => {
  const site = await createSite({ apiVersion: 4 }, { users: USERS });
  const [mallory, victim] = [site.browser(), site.browser()];
  const { token } = await sendLink(mallory);
  site.tmdb.approve(token, 'sandra');
  await mallory.tell('POST', '/auth/check');
  for (const query of ['', '?state=', '?state=x', `?state=${'0'.repeat(32)}`, '?state=__proto__']) {
    const answered = await end(victim, `/auth/callback${query}`);
    expect(await answered.text()).toContain('nothing to end');
  }
  expect(site.tmdb.sessions().length).toBe(1);
});

describe('ending sign-ins by guessing', () => {
  const guess = (site: Site, token: string, address: string) =>
    end(site.browser(), callbackWith(token), { 'x-real-ip': address });
  const addressOf = (request: Request) => request.headers.get('x-real-ip');

  test('is limited per address, and in total', async () => {
    const site = await createSite({ addressOf });
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await guess(site, 'a'.repeat(40), '192.0.2.1')).status);
    expect(statuses).toEqual([...Array(10).fill(200), 503, 503]);
    for (let i = 0; i < 55; i++) await guess(site, 'a'.repeat(40), `192.0.2.${2 + Math.floor(i / 10)}`);
    expect((await guess(site, 'a'.repeat(40), '192.0.2.99')).status).toBe(503);
    expect(lastEvent(site)).toMatchObject({ refused: 'busy', tmdbRequests: 0 });
    site.clock.advance(61_000);
    expect((await guess(site, 'a'.repeat(40), '192.0.2.1')).status).toBe(200);
  });

  test('asks TMDB nothing about a text that cannot be a token', async () => {
    const site = await createSite();
    const visitor = site.browser();
    for (const token of ['', 'x', '../../session', '"', 'a'.repeat(5_000)])
      await withoutEffect(site, visitor, () => end(visitor, callbackWith(token)));
  });
});

describe.each(VERSIONS)('approvalWindow, v%i', (apiVersion) => {
  test('keeps the attacker signed out when the approval comes after it', async () => {
    const site = await createSite({ apiVersion, approvalWindow: 3 * 60_000 }, { users: USERS });
    const mallory = site.browser();
    const { token, back } = await sendLink(mallory);
    const cookies = new Map(mallory.cookies);
    site.clock.advance(3 * 60_000 + 1_000);
    site.tmdb.approve(token, 'sandra');
    for (const ask of [
      () => mallory.tell('POST', '/auth/check'),
      () => mallory.follow(back, SENT),
      () => mallory.tell('POST', '/auth/callback', { requestToken: token }),
      () => mallory.follow('/auth/login'),
    ]) {
      // An attacker keeps cookies as long as they like.
      for (const [name, value] of cookies) mallory.cookies.set(name, value);
      await ask();
      expect(await mallory.session()).toMatchObject({ account: null });
    }
    nothingAtTmdb(site);
  });
});

describe('a sign-in that is hard to end', () => {
  async function attacked(options = {}) {
    const site = await createSite(options, { users: USERS });
    const [mallory, victim] = [site.browser(), site.browser()];
    const { token, back } = await sendLink(mallory);
    site.tmdb.approve(token, 'sandra');
    return { site, mallory, victim, back };
  }
  const status = async (answering: Promise<Response>) => (await answering).status;

  test('is not reported as ended while TMDB cannot be told, and can be ended later', async () => {
    const { site, mallory, victim, back } = await attacked();
    await mallory.tell('POST', '/auth/check');
    site.tmdb.faults.add({ kind: 'status', code: 9, match: /DELETE/ });
    expect(await status(end(victim, back))).toBe(503);
    expect(site.tmdb.sessions().length).toBe(1);
    expect(await (await end(victim, back)).text()).toContain('has been ended');
    nothingAtTmdb(site);
  });

  test('is not reported as missing while TMDB does not answer, and can be ended later', async () => {
    const { site, mallory, victim, back } = await attacked();
    site.tmdb.faults.add({ kind: 'rateLimited' });
    expect(await status(end(victim, back))).toBe(503);
    expect(await (await end(victim, back)).text()).toContain('has been ended');
    await site.whileTimeRuns(mallory.tell('POST', '/auth/check'));
    expect(await mallory.session()).toMatchObject({ account: null });
    nothingAtTmdb(site);
  });

  test('is ended while its account is still being read', async () => {
    const { site, mallory, victim, back } = await attacked();
    const release = site.tmdb.faults.add({ kind: 'hang', match: 'GET /3/account' });
    const checking = mallory.tell('POST', '/auth/check');
    while (site.tmdb.requests.at(-1)?.path !== '/3/account')
      await new Promise((resolve) => setImmediate(resolve));
    // The handler notes the session beside its request for the account, and the note may take longer.
    await expect.poll(async () => (await end(victim, back)).text()).toContain('has been ended');
    release();
    await site.whileTimeRuns(checking);
    nothingAtTmdb(site);
  });

  test('leaves nothing of the user at the site, either, if it has a store', async () => {
    const { mallory, victim, back } = await attacked({ store: memoryStore() });
    await mallory.tell('POST', '/auth/check');
    await end(victim, back);
    expect(await mallory.session()).toMatchObject({ status: 'signedOut', account: null });
  });

  test('can be ended although many other requests tried to end nonsense', async () => {
    const { site, mallory, victim, back } = await attacked();
    await mallory.tell('POST', '/auth/check');
    for (let i = 0; i < 200; i++)
      await end(site.browser(), i % 2 ? '/auth/callback' : callbackWith(`nonsense-${i}`));
    expect(await (await end(victim, back)).text()).toContain('has been ended');
    nothingAtTmdb(site);
  });
});

test('a slow write to the store does not replace the note of the v4 session with the earlier one of the access token', async () => {
  const store = memoryStore();
  let slow: Promise<void> | null = null;
  const site = await createSite(
    {
      apiVersion: 4,
      store: {
        ...store,
        async setItem(name, value, options) {
          if (name.startsWith('tmdb-auth:made:') && !slow) {
            slow = new Promise((resolve) => setTimeout(resolve, 50));
            await slow;
          }
          return store.setItem(name, value, options);
        },
      },
    },
    { users: USERS },
  );
  const [mallory, victim] = [site.browser(), site.browser()];
  const { token, back } = await sendLink(mallory);
  site.tmdb.approve(token, 'sandra');
  await mallory.tell('POST', '/auth/check');
  await slow;
  await end(victim, back);
  nothingAtTmdb(site);
});
