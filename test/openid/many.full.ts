import { AsyncLocalStorage } from 'node:async_hooks';
import * as oidc from 'openid-client';
import { expect, test } from 'vitest';
import { hasRedis } from '../server/redis.ts';
import { createFleet } from './kill.fleet.ts';
import { connectAnyhow, logOutAnyhow, sessionsOf, signInAnyhow } from './kill.flows.ts';
import type { Browser } from './site.ts';

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

test.skipIf(!hasRedis)(
  '200 sign-ins at once on two instances: none is lost or doubled, and each is of its own user',
  async (context) => {
    const { site } = await createFleet(context);
    const { tmdb } = site;
    const nameOf = (user: number) => `user${user}`;
    for (let user = 0; user < ONCE + TWICE; user += 1)
      tmdb.addUser({ username: nameOf(user), password: 'x', id: 1_000 + user });
    const person = new AsyncLocalStorage<number>();
    site.onTmdb.decide = (token) => {
      tmdb.approve(token, nameOf(person.getStore() ?? -1));
      return 'done';
    };

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
      ...Array.from({ length: ONCE }, (_, user) => ({ user, app: APPS[user % APPS.length] ?? '' })),
      ...Array.from({ length: TWICE }, (_, index) => ONCE + index).flatMap((user) => [
        { user, app: 'films' },
        { user, app: 'tv' },
      ]),
    ];
    expect(plan).toHaveLength(200);

    const began = Date.now();
    const all = await Promise.all(plan.map(({ user, app }) => signIn(user, app)));
    console.log(`200 sign-ins in ${Date.now() - began} ms`);
    expect(told).toEqual([]);
    const wrong = all.filter(({ user, tokens }) => tokens.claims()?.sub !== String(1_000 + user));
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
      ({ user, tokens, id }) => tokens.claims()?.sub !== String(1_000 + user) || id !== 1_000 + user,
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
