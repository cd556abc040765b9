import type { ApiVersion, Granted, SessionFacts } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pause } from '../lib/clock.ts';
import type { Direct } from './direct.ts';

/**
 * TMDB's answer for a token that cannot be exchanged (any more). v3 gives the same for one that is not approved yet.
 */
const REFUSED = { 3: 'session_denied', 4: 'invalid_request_token' } as const;

/** A session made now. */
export const newFacts = ({ clock, settings }: Direct): SessionFacts => {
  const createdAt = clock.now();
  const endsAt = createdAt + settings.sessionMaxAge;
  return { createdAt, expiresAt: Number.isFinite(endsAt) ? endsAt : null };
};

/**
 * Exchanges the token for a session (v4: an access token), after a claim that keeps other tabs and processes from
 * spending it, too. If TMDB refuses, another client on this storage may have been faster, or an answer of TMDB was
 * lost.
 */
export async function exchangeToken(direct: Direct, signal: AbortSignal): Promise<Granted> {
  const { vault, clock, record, exchanges, facts } = direct;
  const { apiVersion = 3, expiresAt = 0 } = facts().token ?? {};
  const v4 = apiVersion === 4 ? await direct.v4() : null;
  const adopted = await record.claim(signal);
  if (adopted) return adopted;
  const requestToken = vault.read('requestToken');
  if (!requestToken) throw new TmdbAuthError('unexpected');
  if (clock.now() >= expiresAt && !record.wasInterrupted()) throw new TmdbAuthError('token_expired');
  try {
    if (!v4) {
      const { secret } = await exchanges.session(direct).run(requestToken);
      vault.commit(signal, { sessionId: secret });
      return { session: newFacts(direct), access: null };
    }
    const { secret, accountObjectId } = await v4.access.run(requestToken);
    vault.commit(signal, { accessToken: secret });
    return { session: null, access: { createdAt: clock.now(), accountObjectId } };
  } catch (error) {
    if (!TmdbAuthError.is(error) || error.code !== REFUSED[apiVersion]) throw error;
    const theirs = await adoptTheirs(direct, signal, apiVersion);
    if (theirs) return theirs;
    if (record.wasInterrupted()) throw new TmdbAuthError('exchange_interrupted');
    // v3 only after the user's approval: before that, a refusal is the usual answer.
    const exchange = v4 ? v4.access : exchanges.session(direct);
    if ((v4 || facts().exchanging) && exchange.isUncertain(requestToken)) {
      throw new TmdbAuthError('exchange_interrupted', { retryable: true });
    }
    // v4 does not say on the return whether the user approved; for a denied token it says that it does not exist.
    throw v4 ? new TmdbAuthError('approval_denied', { tmdbCode: error.tmdbCode ?? 0 }) : error;
  }
}

/** v4 reports at once that a token is spent, so the faster client needs time to write. */
const LOOKS = { 3: 1, 4: 4 } as const;
const LOOK_AGAIN = 250;

/** Adopts what another client on this storage got for the same token. */
async function adoptTheirs(
  { record, clock }: Direct,
  signal: AbortSignal,
  apiVersion: ApiVersion,
): Promise<Granted | null> {
  for (let look = 1; ; look += 1) {
    const theirs = await record.adoptGranted(signal).catch(() => null);
    if (theirs || look === LOOKS[apiVersion]) return theirs;
    await pause(clock, LOOK_AGAIN, signal);
    throwIfAborted(signal);
  }
}
