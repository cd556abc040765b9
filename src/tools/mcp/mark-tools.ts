import type { MyAccount } from '../../account/index.ts';
import { ITEM, type Item, mediaOf, RATEABLE, type RateableItem, rateableOf } from './schemas.ts';
import { defineTool, type Tool } from './tool.ts';

/** Sets the mark if `on`, else removes it. */
interface Marked extends Item {
  on: boolean;
}

/** Ratings, favourites and the watchlist. All are `destructive`: they replace or remove earlier marks. */
export const markTools = (my: MyAccount): Tool[] => [
  defineTool<RateableItem & { rating: number }>({
    name: 'rate',
    title: 'Rate a film, a series or an episode',
    description: "Rates for the user; replaces the user's rating, if any.",
    properties: {
      ...RATEABLE,
      rating: { type: 'number', minimum: 0.5, maximum: 10, multipleOf: 0.5 },
    },
    optional: ['season', 'episode'],
    changes: 'destructive',
    async run({ rating, ...item }, signal) {
      await my.rate(rateableOf(item), rating, { signal });
      return { ...item, my_rating: rating };
    },
  }),
  defineTool<RateableItem>({
    name: 'unrate',
    title: 'Delete a rating',
    description: "Removes the user's rating of a film, a series or an episode.",
    properties: RATEABLE,
    optional: ['season', 'episode'],
    changes: 'destructive',
    async run(item, signal) {
      await my.unrate(rateableOf(item), { signal });
      return { ...item, my_rating: null };
    },
  }),
  defineTool<Marked>({
    name: 'set_favorite',
    title: 'Add a film or series to the favourites, or remove it',
    description: 'on: true adds it to the favourites, false removes it.',
    properties: { ...ITEM, on: { type: 'boolean' } },
    changes: 'destructive',
    async run({ on, ...item }, signal) {
      await my.favorite(mediaOf(item), on, { signal });
      return { ...item, favorite: on };
    },
  }),
  defineTool<Marked>({
    name: 'set_watchlist',
    title: 'Add a film or series to the watchlist, or remove it',
    description: 'on: true adds it to the watchlist, false removes it.',
    properties: { ...ITEM, on: { type: 'boolean' } },
    changes: 'destructive',
    async run({ on, ...item }, signal) {
      await my.watchlist(mediaOf(item), on, { signal });
      return { ...item, watchlist: on };
    },
  }),
];
