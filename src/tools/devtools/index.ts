/**
 * A panel in the page, for development: the statechart with the current state highlighted.
 * @module tmdb-auth/devtools
 */
export { type DevtoolsOptions, openDevtools } from './open-devtools.ts';
