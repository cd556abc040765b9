/** The same v3 sign-in by three packages: a token, its session, its account. TMDB approves at once. */
import { ofetch } from 'ofetch';
import { createTmdbAuth, memoryStorage, type NavigatorPort, type TmdbAuth } from 'tmdb-auth';
import type { LocalTmdb } from './local-tmdb.ts';
import { loadMovieDb } from './peers/moviedb.ts';

const CALLBACK = 'http://app.test/callback';
/** The number of requests that each needs. */
export const REQUESTS = 3;

export type SignIn = () => Promise<void>;

function check(username: string | undefined): void {
  if (username !== 'sandra') throw new Error(`This is no sign-in: ${username}`);
}

/** A new client for each, as for each user. */
export function ours({ baseURL, accessToken }: LocalTmdb): SignIn {
  return async () => {
    const navigator: NavigatorPort = {
      visit: () => ({
        redirectTo: CALLBACK,
        open(approvalUrl) {
          const requestToken = new URL(approvalUrl).pathname.split('/').at(-1);
          void auth.handleCallback(`${CALLBACK}?request_token=${requestToken}&approved=true`);
        },
      }),
    };
    const auth: TmdbAuth = createTmdbAuth({
      credentials: { accessToken },
      baseURL,
      webURL: baseURL,
      storage: memoryStorage(),
      navigator,
    });
    const { account } = await auth.login();
    check(account?.username);
    auth.dispose();
  };
}

/** The minimum: nothing is checked, stored, timed or repeated. */
export function bare({ baseURL, accessToken }: LocalTmdb): SignIn {
  const headers = { authorization: `Bearer ${accessToken}` };
  const tmdb = ofetch.create({ baseURL: `${baseURL}/3`, headers, retry: false });
  return async () => {
    const { request_token } = await tmdb('/authentication/token/new');
    const body = { request_token };
    const { session_id } = await tmdb('/authentication/session/new', { method: 'POST', body });
    const { username } = await tmdb('/account', { query: { session_id } });
    check(username);
  };
}

/** A new client for each, as it holds one user’s token and session. */
export function movieDb({ baseURL, apiKey }: LocalTmdb, requestsPerSecond?: number): SignIn {
  const { MovieDb } = loadMovieDb();
  return async () => {
    const client = new MovieDb(apiKey, `${baseURL}/3/`, requestsPerSecond);
    await client.retrieveSession();
    const { username } = await client.accountInfo();
    check(username);
  };
}
