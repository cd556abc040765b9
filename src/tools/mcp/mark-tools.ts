import type { MyAccount } from '../../account/index.ts';
import { ITEM, type Item, mediaOf, RATEABLE, type RateableItem, rateableOf } from './schemas.ts';
import { defineTool, type Tool } from './tool.ts';

/** Whether a mark is to be set or taken away. */
interface Marked extends Item {
  on: boolean;
}

/** Ratings, favourites and the watchlist: each may replace or take away what the user has said before. */
export const markTools = (my: MyAccount): Tool[] => [
  defineTool<RateableItem & { rating: number }>({
    name: 'rate',
    title: 'Rate a film, a series or an episode',
    description: "Rates for the user; replaces the user's rating, if there is one.",
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
    title: 'Take a rating back',
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
    title: 'Make a film or series a favourite, or no longer',
    description: 'on: true makes it a favourite of the user, false takes it away.',
    properties: { ...ITEM, on: { type: 'boolean' } },
    changes: 'destructive',
    async run({ on, ...item }, signal) {
      await my.favorite(mediaOf(item), on, { signal });
      return { ...item, favorite: on };
    },
  }),
  defineTool<Marked>({
    name: 'set_watchlist',
    title: 'Put a film or series on the watchlist, or take it off',
    description: "on: true puts it on the user's watchlist, false takes it off.",
    properties: { ...ITEM, on: { type: 'boolean' } },
    changes: 'destructive',
    async run({ on, ...item }, signal) {
      await my.watchlist(mediaOf(item), on, { signal });
      return { ...item, watchlist: on };
    },
  }),
];
