import { expect, test } from 'vitest';
import { failure } from '../../machines/index.ts';
import { type Item, type ItemEvent, itemAfter, itemOf, stateOf } from '../../src/account/observe/item.ts';
import { isToBeAsked, type Load, seenAfter, unseen } from '../../src/account/observe/seen.ts';

const KNOWN = { rating: 7, favorite: false, watchlist: true };
const TOLD: ItemEvent = { type: 'loaded', data: KNOWN, at: 0 };
const REFUSED = failure('not_allowed');
const LOST = failure('timeout');

const after = (...events: ItemEvent[]): Item => events.reduce(itemAfter, itemOf('user'));
const shown = (...events: ItemEvent[]) => stateOf(after(...events));
const wish = (value: boolean): ItemEvent => ({ type: 'wished', name: 'favorite', value });
const stored: ItemEvent = { type: 'stored', name: 'favorite' };
const refused = (why = REFUSED): ItemEvent => ({ type: 'refused', name: 'favorite', failure: why });

test('an item that was never loaded is unknown, which differs from not rated', () => {
  expect(shown()).toEqual({
    status: 'user',
    rating: undefined,
    favorite: undefined,
    watchlist: undefined,
    isLoading: false,
    isSaving: false,
    failure: null,
  });
  expect(shown({ type: 'loaded', data: { ...KNOWN, rating: null }, at: 0 })).toMatchObject({ rating: null });
});

test('an item shows the known values while it is loaded again', () => {
  expect(shown(TOLD, { type: 'asked' })).toMatchObject({ ...KNOWN, isLoading: true });
});

test('a wish shows at once and stays when TMDB has stored it', () => {
  expect(shown(TOLD, wish(true))).toMatchObject({ favorite: true, isSaving: true });
  expect(shown(TOLD, wish(true), stored)).toMatchObject({ ...KNOWN, favorite: true, isSaving: false });
});

test('after a refusal the item shows TMDB’s value, and the reason until the next wish', () => {
  expect(shown(TOLD, wish(true), refused())).toMatchObject({ ...KNOWN, isSaving: false, failure: REFUSED });
  expect(shown(TOLD, wish(true), refused(), wish(true))).toMatchObject({ favorite: true, failure: null });
});

test('a refused wish for an item that was never loaded leaves it unknown', () => {
  expect(shown(wish(true), refused())).toMatchObject({ favorite: undefined, failure: REFUSED });
});

test('only the last of several wishes is kept while one is on its way', () => {
  expect(after(TOLD, wish(true), wish(false), wish(true)).wishes.favorite).toEqual([true]);
  expect(after(TOLD, wish(true), wish(false)).wishes.favorite).toEqual([true, false]);
  const rate = (value: number): ItemEvent => ({ type: 'wished', name: 'rating', value });
  expect(after(TOLD, rate(1), rate(2), rate(3)).wishes.rating).toEqual([1, 3]);
});

test('a wish after a refused one is shown without the first one’s failure', () => {
  expect(shown(TOLD, wish(true), wish(false), refused())).toMatchObject({ favorite: false, failure: null });
});

test('after a refusal the item shows the last value that TMDB has stored', () => {
  expect(shown(TOLD, wish(true), wish(false), stored, refused())).toMatchObject({ favorite: true });
});

test('a refused wish for one field does not affect a wish for another', () => {
  const rated = shown(TOLD, { type: 'wished', name: 'rating', value: null }, wish(true), refused());
  expect(rated).toMatchObject({ rating: null, favorite: false, isSaving: true });
});

test('a change made elsewhere is shown unless a wish for that field is on its way', () => {
  const elsewhere: ItemEvent = { type: 'changed', states: { favorite: true, rating: 3 } };
  expect(shown(TOLD, elsewhere)).toMatchObject({ favorite: true, rating: 3, watchlist: true });
  expect(shown(TOLD, wish(false), elsewhere)).toMatchObject({ favorite: false, rating: 3 });
  expect(shown(TOLD, wish(false), elsewhere, refused())).toMatchObject({ favorite: true });
});

test('an answer that arrives during a wish does not hide the wish', () => {
  expect(shown({ type: 'asked' }, wish(true), TOLD)).toMatchObject({ ...KNOWN, favorite: true });
});

test('an item is loaded again after a lost answer, but not after a refusal', () => {
  expect(after(TOLD, wish(true), refused(LOST)).load).toEqual({ now: 'unasked' });
  expect(after(TOLD, wish(true), refused()).load).toEqual({ now: 'known', at: 0 });
});

test('a failed load keeps the known values, unless TMDB does not know the item', () => {
  expect(shown(TOLD, { type: 'failed', failure: LOST })).toMatchObject({ ...KNOWN, failure: LOST });
  const gone = failure('not_found');
  expect(shown(TOLD, { type: 'failed', failure: gone })).toMatchObject({ rating: undefined, failure: gone });
});

test('no event changes the model that it gets', () => {
  const before = after(TOLD, wish(true));
  const copy = structuredClone(before);
  for (const event of [wish(false), stored, refused(), TOLD, { type: 'asked' }] as ItemEvent[])
    itemAfter(before, event);
  expect(before).toEqual(copy);
});

test('an answer requested before a change is requested again', () => {
  const asked = seenAfter(seenAfter(unseen('user'), { type: 'asked' }), { type: 'doubted' });
  expect(asked.load).toEqual({ now: 'outdated' });
  expect(seenAfter<unknown>(asked, { type: 'loaded', data: 1, at: 5 })).toMatchObject({
    data: 1,
    load: { now: 'unasked' },
  });
});

test('TMDB is asked for unknown and failed items, and for old ones when a listener comes', () => {
  const asks = (load: Load, why: 'first' | 'change') =>
    isToBeAsked({ ...unseen('user'), load }, why, 100_000);
  expect(asks({ now: 'unasked' }, 'change')).toBe(true);
  expect(asks({ now: 'asked' }, 'first')).toBe(false);
  expect(asks({ now: 'known', at: 90_000 }, 'first')).toBe(false);
  expect(asks({ now: 'known', at: 1 }, 'first')).toBe(true);
  expect(asks({ now: 'known', at: 1 }, 'change')).toBe(false);
  expect(asks({ now: 'failed', failure: LOST }, 'change')).toBe(true);
  expect(asks({ now: 'failed', failure: REFUSED }, 'change')).toBe(false);
  expect(asks({ now: 'failed', failure: REFUSED }, 'first')).toBe(true);
});
