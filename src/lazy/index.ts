export { createLazyAuth, type LazyTmdbAuth } from './create-lazy-auth.ts';
