import { type CreateBrowserAuthOptions, createBrowserAuth } from 'tmdb-auth/browser';
import { generation } from './session/generation.ts';
import { way } from './session/way.ts';

/** Put here by Vite (`define`): the credential, and where TMDB is unless it is the real one; or where a server is that has both. */
declare const TMDB: Pick<CreateBrowserAuthOptions, 'credentials' | 'baseURL' | 'webURL'> | { server: string };
declare const IS_REAL_TMDB: boolean;

const mode = way.current();
const chosen = generation.current();

/** The one client of this page, made outside React: it lives as long as the page. */
export const auth =
  'server' in TMDB
    ? createBrowserAuth({ server: `${TMDB.server}/${chosen}`, mode })
    : createBrowserAuth({ ...TMDB, mode, apiVersion: chosen === 'v4' ? 4 : 3 });

/** Films and ratings go to themoviedb.org, not to the local one. */
export const isRealTmdb = IS_REAL_TMDB;
