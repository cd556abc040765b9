import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../src/tools/mcp/results.ts';
import { detailsRow, episodeRow, plain, titleRow } from '../../../src/tools/mcp/rows.ts';

describe('text from TMDB', () => {
  test.each([
    ['a line\r\n\r\nand\u2028another\ttext', 'a line and another text'],
    ['\u001b[31mred\u0007\u0085', '[31mred'],
    ['evil\u202etxt.exe\u2066', 'eviltxt.exe'],
    ['hidden\u{e0049}\u{e006e}\u200b\ufeff', 'hidden'],
    ['می‌خواهم 👨‍👩‍👧', 'می‌خواهم 👨‍👩‍👧'],
    [null, ''],
    [550, ''],
  ])('%j becomes one visible line', (text, line) => {
    expect(plain(text)).toBe(line);
  });

  test('is cut after 200 characters, and no character is cut in two', () => {
    expect(plain('ab'.repeat(100))).toHaveLength(200);
    const cut = plain('🎬'.repeat(201));
    expect([...cut]).toHaveLength(200);
    expect(cut.endsWith('🎬…')).toBe(true);
  });
});

describe('a row', () => {
  test('leaves out what says nothing', () => {
    expect(titleRow({ id: 1, media_type: 'movie', title: 'A', release_date: '', vote_average: 0 })).toEqual({
      type: 'movie',
      id: 1,
      title: 'A',
    });
  });

  test('rounds the average, and takes the year of a series', () => {
    expect(titleRow({ id: 2, name: 'B', first_air_date: '2008-01-20', vote_average: 8.846 }, 'tv')).toEqual({
      type: 'tv',
      id: 2,
      title: 'B',
      year: 2008,
      tmdb_rating: 8.8,
    });
  });

  test('names an episode as rate takes it', () => {
    const row = { id: 9, show_id: 3, season_number: 0, episode_number: 4, name: 'C', rating: null };
    expect(episodeRow(row)).toEqual({ type: 'tv', id: 3, season: 0, episode: 4, title: 'C' });
  });

  test('tells of one title what lists leave out', () => {
    const row = {
      id: 4,
      title: 'D',
      genres: [{ id: 18, name: 'Drama' }, { name: 'War\n' }],
      runtime: 0,
      status: 'Released',
    };
    expect(detailsRow(row, 'movie')).toEqual({
      type: 'movie',
      id: 4,
      title: 'D',
      genres: 'Drama, War',
      status: 'Released',
    });
  });
});

test('an error of another kind is not quoted', () => {
  const { content, isError } = errorOf(new Error('https://api.themoviedb.org/3/x?session_id=secret'));
  expect([isError, JSON.stringify(content)]).toEqual([true, expect.not.stringContaining('secret')]);
});
