import type { Adopted } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import * as tmdb from '../tmdb/endpoints.ts';
import { claimsOf } from '../tmdb/jwt.ts';
import type { Direct } from './direct.ts';
import { newFacts } from './exchange-token.ts';

/** Codes with which TMDB may refuse to make a session from an access token. Its reference does not name one. */
const REFUSED = new Set([3, 17, 33, 35, 36]);

const NO_USERS = {
  message:
    'TMDB makes no session from this access token: it was revoked, or it is the application’s own read token and not a user’s.',
  retryable: false,
};

/**
 * Takes over a session that the app had stored, once TMDB has named its account. If the machine cancels the step, a
 * session that was made here is deleted; the app's own is not.
 */
export async function adoptSession(direct: Direct, signal: AbortSignal): Promise<Adopted> {
  const { vault, client } = direct;
  const adoption = vault.read('adoption');
  if (!adoption) throw new TmdbAuthError('unexpected');
  if ('sessionId' in adoption) {
    const account = await tmdb.account(client, signal, adoption.sessionId);
    vault.commit(signal, adoption);
    return { session: newFacts(direct), access: null, account };
  }
  const { accessToken } = adoption;
  const sessionId = await convert(direct, accessToken);
  const account = await tmdb.account(client, signal, sessionId);
  vault.commit(signal, { sessionId, accessToken });
  const session = newFacts(direct);
  return {
    session,
    access: { createdAt: session.createdAt, accountObjectId: ownerOf(accessToken) },
    account,
  };
}

async function convert(direct: Direct, accessToken: string): Promise<string> {
  const { conversion } = await direct.v4();
  try {
    return (await conversion.run(accessToken)).secret;
  } catch (error) {
    if (!TmdbAuthError.is(error) || !REFUSED.has(error.tmdbCode ?? 0)) throw error;
    const { code: _, ...known } = error.failure;
    throw new TmdbAuthError('session_invalid', { ...known, ...NO_USERS });
  }
}

/** The account's id in v4, or empty if the token is unreadable. */
function ownerOf(accessToken: string): string {
  const sub = claimsOf(accessToken)?.sub;
  return typeof sub === 'string' ? sub : '';
}
