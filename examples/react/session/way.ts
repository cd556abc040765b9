import { createChoice } from './choice.ts';

/** Where the user approves: TMDB opens in this page or in a window of its own, or they take their phone. */
export const way = createChoice('way', {
  redirect: 'here',
  popup: 'in a window',
  device: 'on another device',
});
