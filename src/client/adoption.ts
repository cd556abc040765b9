import { TmdbAuthError } from '../errors.ts';
import type { Adoption } from '../record/vault.ts';
import { isSecret } from '../tmdb/parse.ts';
import type { AdoptOptions } from './tmdb-auth.ts';

const NO_ID =
  'This is no session id of TMDB: a text of letters and digits is expected, as session/new answered it.';
const NO_ACCESS_TOKEN =
  'This is no access token of a user: a JWT is expected, as POST /4/auth/access_token answered it.';
const NOT_ONE = 'Give adoptSession either a sessionId or an accessToken.';
const ON_A_SERVER =
  'The session of this page is kept by its server, which takes in none from a page. Sign in with login(), or call adoptSession() on a client that keeps its session itself.';

/** What the app hands over, judged by its form. Throws before anything is asked. */
export function adoptionOf(options: AdoptOptions, keepsSessions: boolean): Adoption {
  if (!keepsSessions) throw new TmdbAuthError('unexpected', { message: ON_A_SERVER });
  const { sessionId, accessToken } = (options ?? {}) as { sessionId?: unknown; accessToken?: unknown };
  if ((sessionId === undefined) === (accessToken === undefined)) throw invalid(NOT_ONE);
  if (accessToken === undefined) {
    if (isSecret(sessionId)) return { sessionId };
    throw invalid(NO_ID);
  }
  if (isSecret(accessToken)) return { accessToken };
  throw invalid(NO_ACCESS_TOKEN);
}

const invalid = (message: string) => new TmdbAuthError('session_invalid', { message });
