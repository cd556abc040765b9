import { type CreateBrowserAuthOptions, createBrowserAuth } from 'tmdb-auth/browser';
import { generation } from './session/generation.ts';
import { way } from './session/way.ts';

/**
 * Vite puts this here (`define`): the credential and, for the local TMDB, its addresses; or the path of a server that
 * has them.
 */
declare const TMDB: Pick<CreateBrowserAuthOptions, 'credentials' | 'baseURL' | 'webURL'> | { server: string };
declare const IS_REAL_TMDB: boolean;

const mode = way.current();
const chosen = generation.current();

/** The page's only client, made outside React because it lives as long as the page. */
export const auth =
  'server' in TMDB
    ? createBrowserAuth({ server: `${TMDB.server}/${chosen}`, mode })
    : createBrowserAuth({ ...TMDB, mode, apiVersion: chosen === 'v4' ? 4 : 3 });

/** Ratings and lists go to themoviedb.org instead of the local TMDB. */
export const isRealTmdb = IS_REAL_TMDB;
