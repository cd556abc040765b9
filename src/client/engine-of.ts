import type { TmdbAuth } from './tmdb-auth.ts';

/** Loads the client that a lazy one stands for; any other client is returned as it is. */
export const engineOf = async (auth: TmdbAuth): Promise<TmdbAuth> =>
  'load' in auth && typeof auth.load === 'function' ? auth.load() : auth;
