/**
 * A panel in the page, for development: the statechart with the present state lit.
 * @module tmdb-auth/devtools
 */
export { type DevtoolsOptions, openDevtools } from './open-devtools.ts';
