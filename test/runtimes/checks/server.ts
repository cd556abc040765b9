import { holds, same } from './expect.ts';
import type { Checks } from './index.ts';
import { createBrowser, handlerOf, ORIGIN, SECRETS, signIn } from './visitor.ts';

/** `createAuthHandler`, with `Request` and `Response` alone. */
export const server: Checks = {
  'server: a user signs in by forms, is known, sends requests to TMDB, and signs out': async (world) => {
    const handler = handlerOf(world);
    const visitor = createBrowser(handler);
    same(await signIn(world, visitor), `${ORIGIN}/films?page=2`, 'where they land');
    same([...visitor.cookies.keys()], ['__Host-tmdb-auth.user'], 'cookies');
    same((await visitor.session()).account?.username, 'sandra', 'the user');

    const account = await visitor.ask('/auth/tmdb/3/account');
    same(((await account.json()) as { username: string }).username, 'sandra', "TMDB's answer");
    const path = `/auth/tmdb/3/account/${(await visitor.session()).account?.id}/favorite`;
    const marked = await visitor.ask(path, 'POST', { media_type: 'movie', media_id: 680, favorite: true });
    same([marked.status, (await world.look()).favorites], [201, 1], 'a favourite');

    const headers = { cookie: `__Host-tmdb-auth.user=${visitor.cookies.get('__Host-tmdb-auth.user')}` };
    const request = new Request(ORIGIN, { headers });
    same((await handler.view(request)).status, 'user', 'view()');
    same((await handler.fetch(request, '/3/account')).status, 200, 'fetch()');

    await visitor.submit('/auth/logout');
    same([visitor.cookies.size, (await world.look()).sessions], [0, 0], 'cookies and sessions afterwards');
    await handler.close();
  },

  'server: another instance with the same secret completes the sign-in': async (world) => {
    const first = createBrowser(handlerOf(world));
    const sent = await first.submit('/auth/login');
    const back = await world.allow(sent.headers.get('location'));
    const second = createBrowser(handlerOf(world), first.cookies);
    await second.follow(back);
    same((await first.session()).account?.username, 'sandra', 'the user');
    const withOtherSecrets = createBrowser(
      handlerOf(world, { secrets: [`another-${SECRETS}`] }),
      new Map(first.cookies),
    );
    same((await withOtherSecrets.session()).status, 'signedOut', 'with another secret');
  },

  'server: a v4 sign-in gives an access token and a session': async (world) => {
    const visitor = createBrowser(handlerOf(world, { apiVersion: 4 }));
    await signIn(world, visitor);
    holds(Boolean((await visitor.session()).account?.objectId), 'the account has its id of v4');
    const { accessTokens, sessions } = await world.look();
    same([accessTokens, sessions], [1, 1], 'access tokens and sessions at TMDB');
  },

  'server: the address where the user lands names the denial': async (world) => {
    const visitor = createBrowser(handlerOf(world));
    const landed = await signIn(world, visitor, 'deny');
    same(landed, `${ORIGIN}/films?page=2&tmdb_auth_failure=approval_denied`, 'where they land');
    same(visitor.cookies.size, 0, 'cookies');
  },

  'server: a form of another site is refused': async (world) => {
    const visitor = createBrowser(handlerOf(world));
    const refused = await visitor.submit('/auth/login', {}, 'https://evil.example');
    same([refused.status, (await world.look()).requests], [403, []], 'the answer and requests');
  },

  'server: with a store the cookie holds only a name': async (world) => {
    const kept = new Map<string, string>();
    const store = {
      getItem: async (key: string) => kept.get(key) ?? null,
      setItem: async (key: string, value: string) => void kept.set(key, value),
      removeItem: async (key: string) => void kept.delete(key),
      getKeys: async (base: string) => [...kept.keys()].filter((key) => key.startsWith(base)),
    };
    const visitor = createBrowser(handlerOf(world, { store }));
    await signIn(world, visitor);
    same([...visitor.cookies.keys()], ['__Host-tmdb-auth.id'], 'cookies');
    same((await visitor.session()).account?.username, 'sandra', 'the user');
    await visitor.submit('/auth/logout', { everywhere: 'true' });
    // The note of where the sign-in's record moved stays for a minute.
    const signedIn = [...kept.keys()].filter((key) => key.startsWith('tmdb-auth:account:')).length;
    same([signedIn, (await world.look()).sessions], [0, 0], 'records and sessions afterwards');
  },
};
