import type { AuthView } from 'tmdb-auth';
import { holds, later, rejects, same } from './expect.ts';
import type { Checks } from './index.ts';
import { APP, NEVER_LATE } from './world.ts';

export const signIn: Checks = {
  'a user who approves on TMDB is signed in, with three requests': async (world) => {
    const auth = world.client();
    await world.signIn(auth);
    const { status, state, account } = auth.getView();
    same([status, state, account?.username], ['user', 'sessionActive.ready', 'sandra'], 'the view');
    const { sessions, requests } = await world.look();
    same(sessions, 1, 'sessions at TMDB');
    same(
      requests,
      ['GET /3/authentication/token/new', 'POST /3/authentication/session/new', 'GET /3/account'],
      'requests',
    );
  },

  'a second client restores the session from the storage, without a request to TMDB': async (world) => {
    const first = world.client();
    await world.signIn(first);
    first.dispose();
    const asked = (await world.look()).requests.length;
    const second = world.client();
    const view = await second.login();
    same([view.status, view.account?.username], ['user', 'sandra'], 'the view');
    same((await world.look()).requests.length, asked, 'requests');
  },

  'a listener receives every state, and no view contains a secret': async (world) => {
    const auth = world.client();
    const views: AuthView[] = [];
    const stop = auth.subscribe((view) => views.push(view));
    const done = later(auth.login({ redirectTo: APP }));
    await world.reaches(auth, 'awaitingApproval');
    const back = await world.allow(auth.approvalUrl);
    await Promise.all([auth.handleCallback(back), done]);
    stop();
    same(
      [...new Set(views.map(({ state }) => state.split('.')[0]))].filter((state) => state !== 'idle'),
      ['tokenRequested', 'awaitingApproval', 'sessionRequested', 'sessionActive'],
      'states',
    );
    const token = new URL(back).searchParams.get('request_token') ?? '';
    const told = JSON.stringify(views);
    holds(token.length > 20, 'the return has the request token');
    holds(!told.includes(token) && !told.includes(world.settings.accessToken), 'views have no secret');
  },

  'a second login() joins the first': async (world) => {
    const auth = world.client();
    const both = later(Promise.all([auth.login({ redirectTo: APP }), auth.login()]));
    await world.reaches(auth, 'awaitingApproval');
    await auth.handleCallback(await world.allow(auth.approvalUrl));
    const [one, other] = await both;
    same([one.status, other.status], ['user', 'user'], 'both');
    same((await world.look()).sessions, 1, 'sessions at TMDB');
  },

  'a denial ends the sign-in with approval_denied': async (world) => {
    const auth = world.client();
    const denied = rejects(auth.login({ redirectTo: APP }), 'approval_denied');
    await world.reaches(auth, 'awaitingApproval');
    const view = await auth.handleCallback(await world.deny(auth.approvalUrl));
    await denied;
    same([view.state, view.failure?.code], ['idle.approvalDenied', 'approval_denied'], 'the view');
  },

  'a return with another token is refused and changes nothing': async (world) => {
    const auth = world.client();
    const done = later(auth.login({ redirectTo: APP }));
    await world.reaches(auth, 'awaitingApproval');
    const another = `${APP}?request_token=${'0'.repeat(40)}&approved=true`;
    await rejects(auth.handleCallback(another), 'callback_mismatch');
    same(auth.getView().state, 'awaitingApproval.waiting', 'the state');
    await auth.handleCallback(await world.allow(auth.approvalUrl));
    same((await done).status, 'user', 'afterwards');
  },

  'logout() deletes the session at TMDB and leaves nothing in the storage': async (world) => {
    const record = new Map<string, string>();
    const storage = {
      get: (key: string) => record.get(key) ?? null,
      set: (key: string, value: string) => void record.set(key, value),
      remove: (key: string) => void record.delete(key),
    };
    const auth = world.client({ storage });
    await world.signIn(auth);
    same(record.size, 1, 'records while signed in');
    const view = await auth.logout();
    same([view.state, view.failure], ['idle.loggedOut', null], 'the view');
    same(record.size, 0, 'records afterwards');
    const { sessions, requests } = await world.look();
    same(sessions, 0, 'sessions at TMDB');
    same(requests.at(-1), 'DELETE /3/authentication/session', 'the last request');
  },

  'an API key serves for a sign-in like the access token': async (world) => {
    const auth = world.client({ credentials: { apiKey: world.settings.apiKey } });
    await world.signIn(auth);
    same(auth.getView().account?.username, 'sandra', 'the user');
  },

  'a user signs in by password': async (world) => {
    const auth = world.client();
    await rejects(auth.loginWithPassword({ username: 'sandra', password: 'wrong' }), 'invalid_login');
    const view = await auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
    same([view.status, view.account?.username], ['user', 'sandra'], 'the view');
  },

  'a v4 user gets an access token and a session, and logout() deletes both': async (world) => {
    const auth = world.client({ apiVersion: 4 });
    await world.signIn(auth);
    const { account } = auth.getView();
    holds(/^[0-9a-f]{24}$/.test(account?.objectId ?? ''), 'the account has its id of v4');
    const lists = await auth.api<{ results: unknown[] }>(`/4/account/${account?.objectId}/lists`);
    same(lists.results, [], 'lists of v4');
    const signedIn = await world.look();
    same([signedIn.accessTokens, signedIn.sessions], [1, 1], 'access tokens and sessions at TMDB');
    await auth.logout();
    const signedOut = await world.look();
    same([signedOut.accessTokens, signedOut.sessions], [0, 0], 'the same afterwards');
  },

  'TMDB is polled until the user has approved on another device': async (world) => {
    const { clock } = world;
    const auth = world.client({ clock, pollInterval: 3_000, ...NEVER_LATE });
    const done = later(auth.login());
    await world.reaches(auth, 'awaitingApproval.waiting');
    await world.until(
      async () => (await world.look()).requests.includes('POST /3/authentication/session/new'),
      'a first question',
      clock,
    );
    await world.allow(auth.approvalUrl);
    await world.until(() => auth.getView().status === 'user', 'the user', clock);
    same((await done).account?.username, 'sandra', 'the user');
  },
};
