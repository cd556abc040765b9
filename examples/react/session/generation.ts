import { createChoice } from './choice.ts';

/** The version of TMDB's API that signs in. With v4 a list can be private. */
export const generation = createChoice('generation', { v3: 'v3', v4: 'v4' });
