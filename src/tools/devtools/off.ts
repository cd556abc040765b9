import type { openDevtools as open } from './open-devtools.ts';

/** What a production build gets instead of the panel: nothing happens, and nothing of it is there. */
export const openDevtools: typeof open = () => () => {};
