import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asBothKnow,
  briefly,
  kindOf,
  latestOf,
  MOST_VALUES,
  NOTHING_RATED,
  type Rated,
  ratedIn,
  withRating,
} from '../../src/record/rated.ts';
import { guest, guestUsed, NOW } from '../machine/facts.ts';

const MEDIA = ['movie/550', 'movie/11', 'tv/1396', 'tv/1396/season/1/episode/2'];
const FILM = 'movie/550';

const ratedAtRandom: fc.Arbitrary<Rated> = fc
  .array(
    fc.record({
      media: fc.constantFrom(...MEDIA),
      value: fc.constantFrom(null, undefined, 0.5, 8, 10),
      at: fc.integer({ min: 1, max: 6 }),
    }),
  )
  .map((sent) => sent.reduce((rated, { at, ...rating }) => withRating(rated, rating, at), NOTHING_RATED));

describe('the remembered ratings of a guest', () => {
  test('hold each value with its time, and the time of the last rating of each kind', () => {
    let rated = withRating(NOTHING_RATED, { media: FILM, value: 8 }, 1);
    rated = withRating(rated, { media: 'tv/1396', value: 9 }, 2);
    rated = withRating(rated, { media: FILM, value: null }, 3);
    expect(rated).toEqual({
      last: { movies: 3, tv: 2 },
      values: { 'movie/550': [null, 3], 'tv/1396': [9, 2] },
    });
  });

  test('hold a time but no value for a rating that may not have reached TMDB', () => {
    expect(withRating(NOTHING_RATED, { media: FILM, value: undefined }, 5)).toEqual({
      last: {},
      unsure: 5,
      values: { [FILM]: ['?', 5] },
    });
  });

  test.each([
    ['movie/550', 'movies'],
    ['tv/1396', 'tv'],
    ['tv/1396/season/0/episode/12', 'tv/episodes'],
  ])('name the list for each title: %s is in the list %s', (media, kind) => expect(kindOf(media)).toBe(kind));

  test('keep the newest when there are too many', () => {
    let rated = NOTHING_RATED;
    for (let id = 1; id <= MOST_VALUES + 5; id++)
      rated = withRating(rated, { media: `movie/${id}`, value: 5 }, id);
    const kept = Object.keys(rated.values ?? {});
    expect(kept).toHaveLength(MOST_VALUES);
    expect(kept).not.toContain('movie/5');
    expect(kept).toContain('movie/6');
  });

  test('shrink to their times in brief', () => {
    const rated = withRating(NOTHING_RATED, { media: FILM, value: 8 }, 1);
    expect(briefly(rated)).toEqual({ last: { movies: 1 } });
  });
});

describe('merging the ratings that two clients remember', () => {
  test('gives both the same, in any order and however often they merge', () => {
    fc.assert(
      fc.property(ratedAtRandom, ratedAtRandom, ratedAtRandom, (one, other, third) => {
        const both = latestOf(one, other);
        expect(latestOf(other, one)).toEqual(both);
        expect(latestOf(both, one)).toEqual(both);
        expect(latestOf(latestOf(one, other), third)).toEqual(latestOf(one, latestOf(other, third)));
      }),
    );
  });

  test('loses no rating: the later one counts', () => {
    fc.assert(
      fc.property(ratedAtRandom, ratedAtRandom, (one, other) => {
        const both = latestOf(one, other);
        for (const { last, values = {} } of [one, other]) {
          for (const [kind, at] of Object.entries(last))
            expect(both.last[kind as keyof typeof last]).toBeGreaterThanOrEqual(at);
          for (const [media, [, at]] of Object.entries(values))
            expect(both.values?.[media]?.[1]).toBeGreaterThanOrEqual(at);
        }
      }),
    );
  });

  test('marks the guest as used for both', () => {
    const rated = withRating(NOTHING_RATED, { media: FILM, value: 8 }, NOW);
    expect(asBothKnow(guest, { ...guestUsed, rated })).toEqual({ ...guestUsed, rated });
    expect(asBothKnow({ ...guestUsed, rated }, guest)).toEqual({ ...guestUsed, rated });
    expect(asBothKnow(guest, guest)).toEqual(guest);
  });
});

describe('stored ratings', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(ratedAtRandom, (rated) => {
        const stored = JSON.parse(JSON.stringify(rated));
        expect(ratedIn(stored) ?? NOTHING_RATED).toEqual(rated);
      }),
    );
  });

  test('are kept without their unreadable parts', () => {
    expect(
      ratedIn({
        last: { movies: 1, tv: 'x', people: 3 },
        unsure: 'never',
        values: {
          'movie/550': [8, 1],
          'movie/11': [8],
          'movie/18': ['8', 1],
          'movie/603': 8,
          '../account': [8, 1],
          __proto__: [8, 1],
          'tv/1/season/1': [8, 1],
        },
      }),
    ).toEqual({ last: { movies: 1 }, values: { 'movie/550': [8, 1] } });
    for (const none of [undefined, null, 'x', 1, [], {}, { last: [], values: 'x' }])
      expect(ratedIn(none)).toBeNull();
  });
});
