import type { TmdbAuthDevtools as Devtools } from './index.ts';

/** Replaces the panel in production builds. */
export const TmdbAuthDevtools: typeof Devtools = () => null;
