import { TmdbAuthError } from '../errors.ts';
import type { Adoption } from '../record/vault.ts';
import { isSecret } from '../tmdb/parse.ts';
import type { AdoptOptions } from './tmdb-auth.ts';

const MALFORMED = 'is malformed: TMDB gives out no such text.';
const NOT_ONE = 'Give either a sessionId or an accessToken.';
const ON_A_SERVER =
  'The server of this page keeps the sessions and accepts none from a page. Sign in with login().';

/** Checks the form of what the app hands over, before any request. */
export function adoptionOf(options: AdoptOptions, keepsSessions: boolean): Adoption {
  if (!keepsSessions) throw new TmdbAuthError('unexpected', { message: ON_A_SERVER });
  const { sessionId, accessToken } = (options ?? {}) as { sessionId?: unknown; accessToken?: unknown };
  if ((sessionId === undefined) === (accessToken === undefined)) throw invalid(NOT_ONE);
  if (isSecret(sessionId)) return { sessionId };
  if (isSecret(accessToken)) return { accessToken };
  throw invalid(`The ${accessToken === undefined ? 'sessionId' : 'accessToken'} ${MALFORMED}`);
}

const invalid = (message: string) => new TmdbAuthError('session_invalid', { message });
