import { createChoice } from './choice.ts';

/** Where the user approves: TMDB opens in this page or in a pop-up window, or the user scans a code with a phone. */
export const way = createChoice('way', {
  redirect: 'Here',
  popup: 'Pop-up',
  device: 'Phone',
});
