import type { TmdbAuthDevtools as Devtools } from './index.ts';

/** What a production build gets instead of the panel. */
export const TmdbAuthDevtools: typeof Devtools = () => null;
