import type { openDevtools as open } from './open-devtools.ts';

/** Replaces the panel in production builds: an empty function, without the panel's code. */
export const openDevtools: typeof open = () => () => {};
