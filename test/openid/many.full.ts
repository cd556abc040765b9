import { AsyncLocalStorage } from 'node:async_hooks';
import * as oidc from 'openid-client';
import { expect, test } from 'vitest';
import { hasRedis } from '../server/redis.ts';
import { ACCOUNT, timesAsked } from '../support/requests.ts';
import { createFleet } from './kill.fleet.ts';
import { connectAnyhow, logOutAnyhow, sessionsOf, signInAnyhow } from './kill.flows.ts';
import { type Browser, begin, exchange, type Site } from './site.ts';

/** Users who sign in with one app, and those who sign in with an app and a device at the same moment. */
const ONCE = 160;
const TWICE = 20;
const APPS = ['films', 'page', 'other', 'tv'];

interface SignedIn {
  user: number;
  app: string;
  browser: Browser;
  tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
}

/** Adds users to TMDB. Code that runs in the returned storage approves as that user. */
function populate({ tmdb, onTmdb }: Site, users: number) {
  const nameOf = (user: number) => `user${user}`;
  for (let user = 0; user < users; user += 1)
    tmdb.addUser({ username: nameOf(user), password: 'x', id: idOf(user) });
  const person = new AsyncLocalStorage<number>();
  onTmdb.decide = (token) => {
    tmdb.approve(token, nameOf(person.getStore() ?? -1));
    return 'done';
  };
  return person;
}

const idOf = (user: number) => 1_000 + user;
const range = (length: number) => Array.from({ length }, (_, index) => index);
/** The result, or the error that the provider answered. */
const settled = <T>(request: Promise<T>): Promise<T | string> =>
  request.catch(({ error }: { error: string }) => error);

test.skipIf(!hasRedis)(
  '200 sign-ins at once on two instances: none is lost or doubled, and each is of its own user',
  async (context) => {
    const { site } = await createFleet(context);
    const { tmdb } = site;
    const person = populate(site, ONCE + TWICE);

    const told: string[] = [];
    const signIn = (user: number, app: string) =>
      person.run(user, async (): Promise<SignedIn> => {
        const browser = site.browser();
        const tokens = await (app === 'tv'
          ? connectAnyhow(site, browser, told)
          : signInAnyhow(site, app, browser, told));
        return { user, app, browser, tokens };
      });
    const plan = [
      ...range(ONCE).map((user) => ({ user, app: APPS[user % APPS.length] ?? '' })),
      ...range(TWICE).flatMap((index) => ['films', 'tv'].map((app) => ({ user: ONCE + index, app }))),
    ];
    expect(plan).toHaveLength(200);

    const began = Date.now();
    const all = await Promise.all(plan.map(({ user, app }) => signIn(user, app)));
    console.log(`200 sign-ins in ${Date.now() - began} ms`);
    expect(told).toEqual([]);
    const wrong = all.filter(({ user, tokens }) => tokens.claims()?.sub !== String(idOf(user)));
    expect(wrong).toEqual([]);
    expect(await sessionsOf(site)).toEqual({ all: ONCE + TWICE, known: ONCE + TWICE });
    const names = tmdb.sessions().map(({ username }) => username);
    expect(new Set(names).size).toBe(ONCE + TWICE);

    const renewed = await Promise.all(
      all.map(async (each) => {
        const tokens = await oidc.refreshTokenGrant(
          await site.app(each.app),
          each.tokens.refresh_token ?? '',
        );
        const asked = await fetch(`${site.issuer}/tmdb/3/account`, {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        });
        const { id } = (await asked.json()) as { id?: number };
        return { ...each, tokens, id };
      }),
    );
    const crossed = renewed.filter(
      ({ user, tokens, id }) => tokens.claims()?.sub !== String(idOf(user)) || id !== idOf(user),
    );
    expect(crossed).toEqual([]);

    await Promise.all(
      renewed.map(async ({ app, browser, tokens }) => {
        if (app === 'films') await logOutAnyhow(site, app, browser, tokens);
        else await oidc.tokenRevocation(await site.app(app), tokens.refresh_token ?? '');
      }),
    );
    expect(await sessionsOf(site)).toEqual({ all: 0, known: 0 });
    const left = new Map<string, number>();
    for (const key of await site.storage.getKeys('tmdb-auth:openid')) {
      const kind = key.split(':')[2] ?? '';
      left.set(kind, (left.get(kind) ?? 0) + 1);
    }
    console.log(Object.fromEntries(left));
    // Browsers that revoked are still signed in here, and ended interactions and used codes end by themselves.
    const kinds = ['Interaction', 'Session', 'Session-uid', 'AuthorizationCode', 'DeviceCode-user-code'];
    expect([...left.keys()].filter((kind) => !kinds.includes(kind))).toEqual([]);
  },
);

/*
 * The stores of unstorage have no compare-and-set, so that two instances may both answer. These are the rules that hold
 * all the same.
 */

test.skipIf(!hasRedis)(
  'a code that two instances get at the same moment gives tokens of its own user, or none',
  async (context) => {
    const { site } = await createFleet(context);
    const person = populate(site, 50);
    let answered = 0;
    for (const user of range(50))
      await person.run(user, async () => {
        const browser = site.browser();
        const begun = await begin(site);
        const shown = await browser.press(await browser.open(begun.url), 'allow');
        const both = await Promise.all(range(2).map(() => settled(exchange(site, shown, begun))));
        for (const tokens of both) {
          if (typeof tokens === 'string') expect(tokens).toBe('invalid_grant');
          else expect(tokens.claims()?.sub).toBe(String(idOf(user)));
        }
        answered += both.filter((tokens) => typeof tokens !== 'string').length;
      });
    console.log(`50 codes, each sent twice at once, were answered ${answered} times`);
    // A second use that was noticed ends the access, and with it the session.
    const { all, known } = await sessionsOf(site);
    expect({ all, known }).toEqual({ all: answered - 50, known: answered - 50 });
  },
);

test.skipIf(!hasRedis)(
  'a refresh token that two instances get at the same moment, as from two tabs, keeps both signed in',
  async (context) => {
    const { site } = await createFleet(context);
    const page = await site.app('page');
    const refresh = (token = '') => settled(oidc.refreshTokenGrant(page, token));
    for (const _ of range(30)) {
      const first = await signInAnyhow(site, 'page', site.browser(), []);
      const both = await Promise.all(range(2).map(() => refresh(first.refresh_token)));
      for (const tokens of both) {
        if (typeof tokens === 'string') throw new Error(tokens);
        expect(await refresh(tokens.refresh_token)).toMatchObject({ access_token: expect.any(String) });
      }
    }
  },
);

test.skipIf(!hasRedis)(
  'a code of a device that two users confirm at the same moment connects it to one of them, wholly',
  async (context) => {
    const { site } = await createFleet(context);
    const person = populate(site, 2);
    const tv = await site.app('tv');
    for (const _ of range(20)) {
      const begun = await oidc.initiateDeviceAuthorization(tv, { scope: 'openid tmdb' });
      const confirms = await Promise.all(
        range(2).map(async () => {
          const browser = site.browser();
          const form = await browser.open(`${site.issuer}/device`);
          return { browser, shown: await browser.press(form, undefined, { user_code: begun.user_code }) };
        }),
      );
      await Promise.all(
        confirms.map(({ browser, shown }, user) =>
          person.run(user, async () => {
            const consent = await browser.press(shown, 'confirm');
            const asked = consent.text.includes('value="allow"');
            const end = asked ? await browser.press(consent, 'allow') : consent;
            expect(end.text).toMatch(/is connected|already been used/);
          }),
        ),
      );
      const tokens = await oidc.genericGrantRequest(tv, 'urn:ietf:params:oauth:grant-type:device_code', {
        device_code: begun.device_code,
      });
      const account = await fetch(`${site.issuer}/tmdb/3/account`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      const { id } = (await account.json()) as { id: number };
      expect([idOf(0), idOf(1)]).toContain(id);
      expect(tokens.claims()?.sub).toBe(String(id));
    }
  },
);

test.skipIf(!hasRedis)(
  'users who sign in twice at the same moment stay signed in with both apps',
  async (context) => {
    const { site } = await createFleet(context);
    const { tmdb } = site;
    const person = populate(site, 40);
    const told: string[] = [];
    // All 80 returns wait for the account, and go on at once.
    tmdb.faults.add({ kind: 'hang', match: ACCOUNT, times: 80 });
    const all = Promise.all(
      range(80).map((index) =>
        person.run(index >> 1, () => signInAnyhow(site, 'films', site.browser(), told)),
      ),
    );
    await expect.poll(() => timesAsked(tmdb, ACCOUNT)).toBe(80);
    tmdb.faults.clear();
    const films = await site.app('films');
    for (const { refresh_token: token = '' } of await all)
      expect(await settled(oidc.refreshTokenGrant(films, token))).toHaveProperty('access_token');
    expect(told).toEqual([]);
    const { all: sessions, known } = await sessionsOf(site);
    console.log(`40 users have ${sessions} sessions at TMDB, of which the store knows ${known}`);
    expect(known).toBe(40);
    // Ten, before a completed sign-in looked for another one.
    expect(sessions - known).toBeLessThan(3);
  },
);
