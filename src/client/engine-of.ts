import type { TmdbAuth } from './tmdb-auth.ts';

/** The client itself: a lazy one is a shell, and loads it. */
export const engineOf = async (auth: TmdbAuth): Promise<TmdbAuth> =>
  'load' in auth && typeof auth.load === 'function' ? auth.load() : auth;
