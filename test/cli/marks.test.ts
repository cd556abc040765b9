/** The commands for signed-in users: rate, favorite, watchlist, list. */
import { describe, test } from 'vitest';
import { createStage } from '../node/processes.ts';
import { beGuestBefore, loginElsewhere, onlyLine, run, signInBefore } from './run.ts';

const LIMIT = { timeout: 60_000 };
const EPISODE = 'tv/1396/season/1/episode/2';

describe.concurrent('tmdb-auth rate', LIMIT, () => {
  test.for([
    ['movie/550', 'movie/550'],
    ['/movie/550/', 'movie/550'],
    ['tv/1396', 'tv/1396'],
    [EPISODE, EPISODE],
    ['https://www.themoviedb.org/movie/550-fight-club?language=de', 'movie/550'],
    ['themoviedb.org/tv/1396-breaking-bad/season/1/episode/2', EPISODE],
  ] as const)('rates %s and takes the rating back', async ([given, path], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const rated = await run(context, stage, ['rate', given, '8.5']);
    expect([rated.code, rated.stdout, rated.stderr]).toEqual([0, `✓ Rated ${path}: 8.5\n`, '']);
    expect(stage.tmdb.account().ratings).toMatchObject([{ value: 8.5 }]);
    expect(stage.asked(`POST /3/${path}/rating`)).toBe(1);
    const taken = await run(context, stage, ['rate', given, '--remove', '--json']);
    expect([taken.code, onlyLine(taken.stdout)]).toEqual([0, { media: path, rating: null }]);
    expect(stage.asked(`DELETE /3/${path}/rating`)).toBe(1);
  });

  test('rates as a guest, who stays', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    expect((await run(context, stage, ['rate', 'movie/550', '9'])).code).toBe(0);
    expect((await run(context, stage, ['status'])).stdout).toMatch(/^Guest · 2[34]:\d\d:\d\d left\n$/);
  });

  test.for([
    [['rate'], "missing required argument 'media'\n(e.g. tmdb-auth rate movie/550 9; "],
    [['rate', 'movie/550'], 'Give a rating from 0.5 to 10 in steps of 0.5'],
    [['rate', 'movie/550', '11'], "'11' is not a rating"],
    [['rate', 'movie/550', '7.3'], "'7.3' is not a rating"],
    [['rate', 'movie/550', '0x5'], "'0x5' is not a rating"],
    [['rate', 'movie/550', '8', '--remove'], 'Give either a rating or --remove'],
    [['rate', 'tv/1396/season/1', '8'], 'is not a film, series or episode'],
    [['rate', 'https://example.org/movie/550', '8'], 'is not a film, series or episode'],
    [['favorite', EPISODE], 'is an episode, which can only be rated'],
    [['list', 'show', 'all'], "'all' is not a list"],
    [['list', 'add', '5'], "missing required argument 'media'"],
  ] as [string[], string][])('%j exits 2 without a request to TMDB', async ([args, says], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await run(context, stage, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
    expect(stage.tmdb.requests).toEqual([]);
  });

  test.for([
    ['rate', 'movie/550', '8'],
    ['favorite', 'movie/550'],
    ['list', 'ls'],
  ])('%j exits 3 when nobody is signed in, and says what to do', async (args, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await run(context, stage, args);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('Sign in, or continue as a guest, first.');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('is the only one of these commands for a guest', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const { code, stderr } = await run(context, stage, ['watchlist', 'movie/550']);
    expect([code, stderr]).toEqual([1, '✗ Guests can only rate: sign in first. (not_allowed)\n']);
  });
});

describe.concurrent('tmdb-auth favorite and watchlist', LIMIT, () => {
  test.for([
    ['favorite', 'favorites', ' is a favourite', ' is no longer a favourite'],
    ['watchlist', 'watchlist', ' is on the watchlist', ' is no longer on the watchlist'],
  ] as const)('%s marks a film and takes the mark back', async ([verb, kept, on, off], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const marked = await run(context, stage, [verb, 'movie/550']);
    expect([marked.code, marked.stdout]).toEqual([0, `✓ movie/550${on}\n`]);
    expect(stage.tmdb.account()[kept]).toHaveLength(1);
    const json = await run(context, stage, [verb, 'movie/550', '--json']);
    expect(onlyLine(json.stdout)).toEqual({ media: 'movie/550', [verb]: true });
    const taken = await run(context, stage, [verb, 'movie/550', '--remove']);
    expect([taken.code, taken.stdout]).toEqual([0, `✓ movie/550${off}\n`]);
    expect(stage.tmdb.account()[kept]).toEqual([]);
  });
});

describe.concurrent('tmdb-auth list', LIMIT, () => {
  test('creates, fills, shows, empties and deletes a list', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const list = (...args: string[]) => run(context, stage, ['list', ...args]);
    const { id } = onlyLine((await list('create', 'Seen\tin 2026', '--json')).stdout);
    const added = await list('add', `${id}`, 'movie/550', 'movie/1001');
    expect(added.stdout).toBe('✓ movie/550 is on the list\n✓ movie/1001 is on the list\n');
    const again = await list('add', `https://www.themoviedb.org/list/${id}-seen`, 'movie/550');
    expect([again.code, again.stdout]).toEqual([0, 'movie/550 was on the list already\n']);
    // In a pipe cells are separated by tabs and contain none.
    expect((await list('ls')).stdout).toBe(`${id}\tSeen␉in 2026\t2\teveryone\n`);
    expect((await list('show', `${id}`)).stdout).toMatch(/^movie\/550\t.+\t\d{4}\nmovie\/1001\t.+\t\d{4}\n$/);
    const shown = onlyLine((await list('show', `${id}`, '--json')).stdout);
    expect(shown).toMatchObject({ id, name: 'Seen\tin 2026', items: [{ id: 550 }, { id: 1001 }] });
    expect((await list('remove', `${id}`, 'movie/550')).stdout).toBe('✓ movie/550 is off the list\n');
    expect((await list('clear', `${id}`)).stdout).toBe(`✓ List ${id} is empty\n`);
    expect((await list('show', `${id}`)).stdout).toBe('');
    expect((await list('delete', `${id}`)).stdout).toBe(`✓ List ${id} is deleted\n`);
    expect(onlyLine((await list('ls', '--json')).stdout)).toEqual([]);
  });

  test('names a film that TMDB does not know, and exits 1', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const { id } = onlyLine((await run(context, stage, ['list', 'create', 'A', '--json'])).stdout);
    const { code, stdout } = await run(context, stage, ['list', 'add', `${id}`, 'movie/550', 'movie/999999']);
    expect(code).toBe(1);
    expect(stdout).toBe('✓ movie/550 is on the list\nmovie/999999 is not known to TMDB\n');
  });

  test('says how to sign in for v4 when a private list or a list with series needs it', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    for (const args of [
      ['create', 'A', '--private'],
      ['add', '1', 'tv/1396'],
    ]) {
      const { code, stderr } = await run(context, stage, ['list', ...args]);
      expect(code).toBe(1);
      expect(stderr).toContain('Run: tmdb-auth logout, then tmdb-auth login --v4. (not_allowed)');
    }
  });

  test('keeps private lists with series for a v4 user', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await loginElsewhere(context, stage, ['--v4']);
    const made = await run(context, stage, ['list', 'create', 'A', '--private', '--json']);
    const { id } = onlyLine(made.stdout);
    expect(onlyLine(made.stdout).public).toBe(false);
    expect((await run(context, stage, ['list', 'add', `${id}`, 'tv/1396'])).code).toBe(0);
    expect((await run(context, stage, ['list', 'ls'])).stdout).toBe(`${id}\tA\t1\tyou\n`);
  });
});
