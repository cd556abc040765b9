/**
 * Effects of a hostile environment on the account: odd answers, aborts, a change of user, disposed clients.
 */
import { describe, expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { codeOf, ended, resultOf, uncaughtDuring } from '../core/helpers.ts';
import { createPages } from '../remote/through-server.ts';
import { ORIGIN } from '../server/site.ts';
import { SECOND } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';
import { BEN, guest, messageOf, signInAs, user } from './helpers.ts';

const FILM = { movie: 550 };
const list = (results: unknown[], more = {}) => ({
  kind: 'answer' as const,
  body: { page: 1, results, total_pages: 1, total_results: results.length, ...more },
});

describe('a film with a season or an episode', () => {
  test.each([{ season: 1 }, { episode: 2 }, { season: 1, episode: 2 }])(
    'is refused instead of read as a film: %j',
    async (more) => {
      const { my, world } = await user();
      expect(await codeOf(world, my.rate({ ...FILM, ...more } as typeof FILM, 9))).toBe('invalid_value');
      expect(world.tmdb.account().ratings).toEqual([]);
    },
  );
});

test.each(['favorite', 'watchlist'] as const)(
  '%s takes a boolean, but no text that looks like one',
  async (name) => {
    const { my, world } = await user();
    expect(await codeOf(world, my[name](FILM, 'false' as unknown as boolean))).toBe('invalid_value');
  },
);

test('a list without a name and an update without changes are refused with a TmdbAuthError', async () => {
  const { my, world } = await user(4);
  expect(await codeOf(world, my.lists.create(null as never))).toBe('invalid_value');
  expect(await codeOf(world, my.lists.update(1, null as never))).toBe('invalid_value');
});

describe('a malformed row', () => {
  test('is left out of a list', async () => {
    const { my, world } = await user();
    world.tmdb.faults.add({ match: /rated/, ...list([null, { id: 550, title: 'A', rating: 3 }, 7]) });
    expect(await my.ratings('movie').toArray()).toMatchObject([{ id: 550, rating: 3 }]);
  });

  test('is left out of a season', async () => {
    const { my, world } = await user();
    world.tmdb.faults.add({
      kind: 'answer',
      match: /account_states/,
      body: { id: 1, results: [null, { id: 2, rated: false }, { id: 3, episode_number: 3, rated: false }] },
    });
    expect(await my.states({ tv: 1396, season: 1 })).toEqual([{ episode: 3, rating: null }]);
  });

  test('that lacks its series does not count as a guest’s rating of an episode', async () => {
    const { my, world } = await guest({ quirks: { guestAccountStates: false } });
    world.tmdb.faults.add({ match: /rated/, ...list([{ id: 7, rating: 3 }]) });
    expect(await my.states({ tv: 1396, season: 1, episode: 2 })).toEqual({ rating: null });
  });
});

test('an empty page ends a list that claims a billion pages', async () => {
  const { my, world, asked } = await user();
  world.tmdb.faults.add({ match: /rated/, times: 99, ...list([], { total_pages: 1e9 }) });
  expect(await resultOf(world, my.ratings('movie').toArray())).toEqual([]);
  expect(asked().filter((each) => /rated/.test(each))).toHaveLength(1);
});

describe('an abort', () => {
  test('rejects at once while the client waits because TMDB asked for it', async () => {
    const { my, world } = await user();
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 50, match: /account_states/ });
    const first = my.states(FILM);
    await world.until(() => world.tmdb.requests.some(({ status }) => status === 429));
    const end = new AbortController();
    const second = my.states({ movie: 603 }, { signal: end.signal });
    const from = world.clock.now();
    end.abort();
    expect(await codeOf(world, second)).toBe('cancelled');
    expect(world.clock.now() - from).toBeLessThan(5 * SECOND);
    await resultOf(world, first);
  });

  test('rejects a queued change at once, and the change is not sent later', async () => {
    const { my, world } = await user();
    const release = world.tmdb.faults.add({ kind: 'hang', match: /rating/ });
    const first = my.rate(FILM, 3);
    const end = new AbortController();
    const second = my.rate(FILM, 4, { signal: end.signal });
    await world.until(() => world.tmdb.requests.some(({ held }) => held));
    end.abort();
    expect(await messageOf(second)).toBe('The request was cancelled.');
    release();
    await resultOf(world, first);
    expect(world.tmdb.account().ratings).toMatchObject([{ value: 3 }]);
  });

  test('rejects forty calls with one signal without a listener warning from Node', async () => {
    const { my, world } = await user();
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on('warning', note);
    const end = new AbortController();
    world.tmdb.faults.add({ kind: 'hang', match: /account_states/, times: 99 });
    const all = Array.from({ length: 40 }, () => codeOf(world, my.states(FILM, { signal: end.signal })));
    await world.until(() => world.tmdb.requests.some(({ held }) => held));
    end.abort();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['cancelled']));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

test('queued requests fail unsent when TMDB asks for a pause of five minutes', async () => {
  const { my, world } = await user();
  world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 300, match: /account_states/ });
  const all = Array.from({ length: 40 }, () => codeOf(world, my.states(FILM)));
  expect(new Set(await Promise.all(all))).toContain('rate_limited');
  expect(world.tmdb.requests.filter(({ path }) => /account_states/.test(path)).length).toBeLessThan(15);
  expect(await codeOf(world, my.rate(FILM, 5))).toBe('rate_limited');
});

test('a user without a known account can neither ask nor be mistaken for another user', async () => {
  const { my, auth, world } = await (async () => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'status', status: 500, match: 'GET /3/account', times: 99 });
    await world.signIn(auth);
    return { world, auth, my: accountOf(auth) };
  })();
  expect(my.owner()).toBeNull();
  expect(await codeOf(world, my.states(FILM))).toBe('unavailable');
  world.tmdb.faults.clear();
  await resultOf(world, auth.retry());
  expect((await my.states(FILM)).rating).toBeNull();
});

describe('a disposed client', () => {
  test('sends no more requests', async () => {
    const { my, auth, world } = await user();
    auth.dispose();
    expect(await codeOf(world, my.rate(FILM, 3))).toBe('disposed');
    expect(world.tmdb.account().ratings).toEqual([]);
  });

  test('rejects calls that waited for its restore', async () => {
    const world = await createWorld();
    const auth = world.client({ storage: { get: () => new Promise(() => {}), set() {}, remove() {} } });
    const done = accountOf(auth).rate(FILM, 3);
    auth.dispose();
    expect(await done.catch((error) => error.code)).toBe('disposed');
  });
});

test('a v4 request is not sent as the user who signed in while its body was read', async () => {
  const { auth, world } = await user(4);
  world.tmdb.addUser(BEN);
  let release = () => {};
  const request = new Request(`${world.tmdb.baseURL}/4/list`, {
    method: 'POST',
    duplex: 'half',
    headers: { 'content-type': 'application/json' },
    body: new ReadableStream({
      async start(controller) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        controller.enqueue(new TextEncoder().encode('{"name":"Mine","iso_639_1":"en","public":0}'));
        controller.close();
      },
    }),
  } as RequestInit);
  // The first request loads the code that sends requests.
  await auth.fetch('/3/movie/550');
  const made = auth.fetch(request);
  await auth.logout();
  await signInAs(world, auth, 'ben');
  release();
  await ended(world, made);
  expect(world.tmdb.account('ben').lists).toEqual([]);
});

test('a v3 user who requests v4 is told to sign in for v4, not that nobody is signed in', async () => {
  const { auth } = await user(3);
  expect(await messageOf(auth.fetch('/4/account/abc/lists'))).toMatch(/signed in for v3 only/);
});

test('an unknown message from another tab does not throw', async () => {
  const heard: ((message: unknown) => void)[] = [];
  const channel = {
    post() {},
    subscribe: () => () => {},
    tell() {},
    onTold(hear: (message: unknown) => void) {
      heard.push(hear);
      return () => {};
    },
  };
  const { my } = await user(3, { channel });
  const changes: unknown[] = [];
  my.subscribe((change) => changes.push(change));
  const faults = await uncaughtDuring(async () => {
    for (const change of [
      { path: 'movie/0', rating: 3 },
      { path: 'tv/0', rating: 3 },
      { list: -1 },
      { list: 0 },
    ])
      for (const hear of heard) hear({ owner: 'user 548', change });
  });
  expect([faults, changes]).toEqual([[], []]);
});

describe('a page that signs in through a server', () => {
  test('does nothing as another user after the cookies have changed', async () => {
    const pages = await createPages();
    const { tmdb } = pages.site;
    tmdb.addUser(BEN);
    const silent = { post() {}, subscribe: () => () => {} };
    const page = pages.page({ channel: silent });
    await pages.reaches(page, 'idle');
    await pages.signIn(page);
    const other = pages.page({ channel: silent });
    await pages.reaches(other, 'sessionActive.ready');
    await other.logout();
    pages.site.clock.advance(SECOND);
    const done = other.login({ redirectTo: `${ORIGIN}/films` }).catch(() => {});
    await pages.reaches(other, 'awaitingApproval');
    const token = new URL(other.approvalUrl ?? '').pathname.split('/').at(-1) ?? '';
    tmdb.approve(token, 'ben');
    await other.handleCallback(`${ORIGIN}/films?request_token=${token}&approved=true`);
    await done;
    expect(other.getView().account?.username).toBe('ben');
    expect(page.getView().account?.username).toBe('sandra');
    const code = await accountOf(page)
      .rate(FILM, 8)
      .catch((error) => error.code);
    expect(code).toBe('cancelled');
    expect(tmdb.account('ben').ratings).toEqual([]);
    await pages.reaches(page, 'sessionActive.ready');
    for (let tries = 0; page.getView().account?.username !== 'ben' && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await accountOf(page).rate(FILM, 6);
    expect(tmdb.account('ben').ratings).toMatchObject([{ value: 6 }]);
  });
});
