import { createChoice } from './choice.ts';

/** TMDB's API of which generation. With v4 a list can be private. */
export const generation = createChoice('generation', { v3: 'v3', v4: 'v4' });
