/** The tools for an agent, and their answers: short rows, and errors that say what to do. */
import { describe, test } from 'vitest';
import { createStage, type Stage, until } from '../../node/processes.ts';
import { beGuestBefore, cutOff, loginElsewhere, signInBefore } from '../run.ts';
import { createAgent } from './agent.ts';

const LIMIT = { timeout: 90_000 };

const READING = [
  'sign_in',
  'wait_for_sign_in',
  'cancel_sign_in',
  'who_is_signed_in',
  'search_titles',
  'title_details',
  'my_titles',
  'my_lists',
  'get_list',
];
const WRITING = [
  'sign_out',
  'rate',
  'unrate',
  'set_favorite',
  'set_watchlist',
  'create_list',
  'add_to_list',
  'remove_from_list',
  'delete_list',
];

const FILM = {
  type: 'movie',
  id: 550,
  title: 'Paper Lions',
  year: 1999,
  tmdb_rating: 8.4,
  overview: 'Two accountants found a circus and tell nobody at work.',
};
const SERIES = { type: 'tv', id: 1396 };

/** The user’s data stored at TMDB. */
const kept = ({ tmdb }: Stage) => tmdb.account();

describe.concurrent('the tools for an agent', LIMIT, () => {
  test.for(['legacy', 'auto'] as const)('only read without --write (%s protocol)', async (mode, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage, [], { mode });
    expect((await agent.tools()).sort()).toEqual([...READING].sort());
    await expect(agent.call('rate', { ...SERIES, rating: 8 })).rejects.toThrow('Tool rate not found');
    await expect(agent.call('sign_out')).rejects.toThrow('Tool sign_out not found');
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('also change data with --write', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage, ['--write']);
    expect((await agent.tools()).sort()).toEqual([...READING, ...WRITING].sort());
  });

  test('are annotated truly as reading, adding or deleting', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage, ['--write']);
    const { tools } = await agent.client.listTools();
    const named = (isSo: (hints: NonNullable<(typeof tools)[number]['annotations']>) => unknown) =>
      tools.filter(({ annotations }) => isSo(annotations ?? {})).map(({ name }) => name);

    expect(named(({ readOnlyHint }) => readOnlyHint).sort()).toEqual(
      READING.filter((name) => name !== 'sign_in' && name !== 'cancel_sign_in').sort(),
    );
    expect(named(({ destructiveHint }) => destructiveHint).sort()).toEqual(
      WRITING.filter((name) => name !== 'create_list' && name !== 'add_to_list').sort(),
    );
    expect(named(({ idempotentHint }) => idempotentHint === false)).toEqual(['create_list']);
    expect(named(({ openWorldHint }) => openWorldHint)).toHaveLength(tools.length);
    // An agent pays for all tool descriptions with every request.
    expect(JSON.stringify(tools).length).toBeLessThan(11_000);
  });

  test('search and show titles without a sign-in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage);
    const found = await agent.call('search_titles', { query: 'paper' });
    expect(found.data).toEqual({ titles: [FILM], page: 1, pages: 1 });
    expect(JSON.parse(found.text)).toEqual(found.data);
    expect((await agent.call('search_titles', { query: 'no such title' })).data.titles).toEqual([]);
    expect((await agent.call('title_details', { type: 'movie', id: 550 })).data).toEqual(FILM);
  });

  test('show what the user has rated and marked', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage, ['--write']);
    await agent.call('rate', { type: 'movie', id: 550, rating: 8.5 });
    await agent.call('rate', { ...SERIES, season: 1, episode: 2, rating: 7 });
    await agent.call('set_favorite', { ...SERIES, on: true });
    await agent.call('set_watchlist', { type: 'movie', id: 550, on: true });

    const shelf = async (args: object) => (await agent.call('my_titles', { ...args })).data;
    expect(await shelf({ shelf: 'ratings', type: 'movie' })).toEqual({
      titles: [{ ...FILM, my_rating: 8.5 }],
      total: 1,
      page: 1,
      pages: 1,
    });
    expect((await shelf({ shelf: 'ratings', type: 'episode' })).titles).toEqual([
      { ...SERIES, season: 1, episode: 2, title: 'Episode 2', my_rating: 7 },
    ]);
    expect((await shelf({ shelf: 'favorites', type: 'tv' })).titles).toMatchObject([SERIES]);
    expect((await shelf({ shelf: 'watchlist', type: 'movie' })).titles).toEqual([FILM]);
    expect((await agent.call('title_details', { type: 'movie', id: 550 })).data.mine).toEqual({
      rating: 8.5,
      favorite: false,
      watchlist: true,
    });

    await agent.call('unrate', { type: 'movie', id: 550 });
    await agent.call('set_favorite', { ...SERIES, on: false });
    await agent.call('set_watchlist', { type: 'movie', id: 550, on: false });
    expect(kept(stage)).toMatchObject({ favorites: [], watchlist: [], ratings: [{ value: 7 }] });
  });

  test('create, fill, show, empty and delete a list', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage, ['--write']);
    const { list_id } = (await agent.call('create_list', { name: 'Rainy days', description: 'Quiet ones' }))
      .data;
    const items = [
      { type: 'movie', id: 550 },
      { type: 'movie', id: 999_999 },
    ];
    expect((await agent.call('add_to_list', { list_id, items })).data.results).toEqual([
      { ...items[0], outcome: 'done' },
      { ...items[1], outcome: 'not_found' },
    ]);
    const list = { list_id, name: 'Rainy days', description: 'Quiet ones', public: true, total: 1 };
    expect((await agent.call('my_lists')).data).toEqual({ lists: [list], total: 1, page: 1, pages: 1 });
    expect((await agent.call('get_list', { list_id })).data).toEqual({
      ...list,
      created_by: 'sandra',
      titles: [FILM],
      page: 1,
      pages: 1,
    });
    expect((await agent.call('get_list', { list_id, page: 3 })).data).toMatchObject({
      titles: [],
      page: 3,
      pages: 1,
      next: 'There are no more rows: the last page is 1.',
    });
    const removed = await agent.call('remove_from_list', { list_id, items: items.slice(0, 1) });
    expect(removed.data.results).toEqual([{ ...items[0], outcome: 'done' }]);
    expect((await agent.call('delete_list', { list_id })).data).toEqual({ list_id, deleted: true });
    expect(await agent.call('get_list', { list_id })).toMatchObject({
      isError: true,
      text: expect.stringContaining('(not_found)'),
    });
  });

  test('create a private list with a series after a v4 sign-in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await loginElsewhere(context, stage, ['--v4']);
    const agent = await createAgent(context, stage, ['--write', '--v4']);
    const made = await agent.call('create_list', { name: 'Mine alone', public: false });
    expect(made.data).toMatchObject({ name: 'Mine alone', public: false });
    const { list_id } = made.data;
    const added = await agent.call('add_to_list', { list_id, items: [SERIES] });
    expect(added.data.results).toEqual([{ ...SERIES, outcome: 'done' }]);
    expect(kept(stage).lists).toMatchObject([{ name: 'Mine alone', public: false }]);
  });

  test('rate for a guest, and refuse a guest everything else', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const agent = await createAgent(context, stage, ['--write']);
    expect((await agent.call('who_is_signed_in')).data).toEqual({
      signed_in: false,
      guest: true,
      can_write: true,
    });
    expect((await agent.call('rate', { type: 'movie', id: 550, rating: 9 })).isError).toBe(false);
    const refused = await agent.call('set_favorite', { ...SERIES, on: true });
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining('Guests can only rate')]);
  });
});

describe.concurrent('an agent whose call fails', LIMIT, () => {
  test.for([
    ['rate', { ...SERIES, rating: 8.3 }, 'multiple of 0.5'],
    ['rate', { ...SERIES, season: 1, rating: 8 }, 'Give both season and episode, or neither'],
    ['unrate', { ...SERIES, episode: 1 }, 'Give both season and episode, or neither'],
    ['search_titles', { query: 'x'.repeat(501) }, '500 characters'],
    ['create_list', { name: 'x'.repeat(501) }, '500 characters'],
    ['create_list', { name: 'Mine', description: 'x'.repeat(10_001) }, '10000 characters'],
    ['rate', { type: 'movie', id: 550, season: 1, episode: 2, rating: 3 }, 'A film has no season'],
    ['unrate', { type: 'movie', id: 550, episode: 2 }, 'A film has no season'],
    ['create_list', { name: 'Mine', public: false }, 'A private list needs a v4 sign-in. Private lists'],
    ['rate', { type: 'person', id: 1, rating: 8 }, 'type'],
    ['title_details', { type: 'movie', id: 'movie/../account' }, 'integer'],
    ['title_details', { type: 'movie', id: 550, session_id: 'x' }, 'additional properties'],
    ['my_titles', { shelf: 'favorites', type: 'episode' }, '(invalid_value)'],
    ['title_details', { type: 'movie', id: 999_999 }, '(not_found)'],
    ['wait_for_sign_in', { seconds: 3_600 }, '50'],
  ] as const)('gets a message: %s %o', async ([name, args, sentence], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage, ['--write']);
    const { isError, text } = await agent.call(name, args);
    expect([isError, text]).toEqual([true, expect.stringContaining(sentence)]);
    expect(kept(stage).ratings).toEqual([]);
  });

  test('is told to sign in when nobody is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage, ['--write']);
    const { text } = await agent.call('rate', { ...SERIES, rating: 8 });
    expect(text).toContain('Call sign_in and give the user the address. (session_invalid)');
  });

  test('is told that the user ended the session at TMDB, and signs in again', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage, ['--write']);
    expect((await agent.call('rate', { ...SERIES, rating: 8 })).isError).toBe(false);
    stage.tmdb.revoke();
    const { isError, text } = await agent.call('rate', { ...SERIES, rating: 9 });
    expect([isError, text]).toEqual([true, expect.stringContaining('(session_invalid)')]);
    expect((await agent.call('who_is_signed_in')).data.signed_in).toBe(false);
    expect((await agent.call('sign_in')).data.approval_url).toContain('/authenticate/');
  });

  test('is told that TMDB cannot be reached, and works again later', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage);
    cutOff(stage);
    const { isError, text } = await agent.call('search_titles', { query: 'paper' });
    expect([isError, text]).toEqual([true, expect.stringContaining('(network)')]);
    stage.tmdb.faults.clear();
    expect((await agent.call('who_is_signed_in')).data.username).toBe('sandra');
  });

  test('is told how long TMDB wants it to wait', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage);
    stage.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 120, times: 9 });
    const { text } = await agent.call('search_titles', { query: 'paper' });
    expect(text).toContain('Wait 120 s. (rate_limited)');
  });

  test('can cancel it: the request to TMDB is aborted, and the next call works', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage);
    stage.tmdb.faults.add({ kind: 'hang', match: 'GET /3/search/multi' });
    const leaving = new AbortController();
    const called = agent.call('search_titles', { query: 'paper' }, leaving.signal);
    await stage.isAsked('GET /3/search/multi');
    leaving.abort();
    await expect(called).rejects.toThrow();
    const isOpen = () => stage.tmdb.requests.some(({ path, open }) => path === '/3/search/multi' && open);
    await until(
      () => !isOpen(),
      () => 'the request to TMDB to end',
    );
    stage.tmdb.faults.clear();
    expect((await agent.call('search_titles', { query: 'paper' })).data.titles).toEqual([FILM]);
  });
});
