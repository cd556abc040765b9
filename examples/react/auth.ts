import { type CreateBrowserAuthOptions, createBrowserAuth } from 'tmdb-auth/browser';
import { generation } from './session/generation.ts';
import { way } from './session/way.ts';

/** Put here by Vite (`define`): the credential, and where TMDB is unless it is the real one. */
declare const TMDB: Pick<CreateBrowserAuthOptions, 'credentials' | 'baseURL' | 'webURL'>;

/** The one client of this page, made outside React: it lives as long as the page. */
export const auth = createBrowserAuth({
  ...TMDB,
  mode: way.current(),
  apiVersion: generation.current() === 'v4' ? 4 : 3,
});

/** Films and ratings go to themoviedb.org, not to the local one. */
export const isRealTmdb = TMDB.baseURL === undefined;
