import type { SessionFacts } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Instance } from '../instance.ts';

/**
 * The token for a session, after a claim that keeps other tabs and processes from spending it too. If TMDB says no,
 * somebody else on this storage may have been quicker, or an answer of TMDB was lost.
 */
export async function exchangeToken(instance: Instance, signal: AbortSignal): Promise<SessionFacts> {
  const { vault, clock, record, exchange, settings, facts } = instance;
  const expiresAt = facts().token?.expiresAt ?? 0;
  const adopted = await record.claim(signal);
  if (adopted) return adopted;
  const requestToken = vault.read('requestToken');
  if (!requestToken) throw new TmdbAuthError('unexpected');
  if (clock.now() >= expiresAt && !record.wasInterrupted()) throw new TmdbAuthError('token_expired');
  try {
    const sessionId = await exchange.run(requestToken);
    vault.commit(signal, { sessionId });
  } catch (error) {
    if (!TmdbAuthError.is(error) || error.code !== 'session_denied') throw error;
    const theirs = await record.adoptSession(signal).catch(() => null);
    if (theirs) return theirs;
    if (record.wasInterrupted()) throw new TmdbAuthError('exchange_interrupted');
    // Only where somebody said that it was approved: before that, no is the usual answer.
    if (facts().exchanging && exchange.isUncertain(requestToken)) {
      throw new TmdbAuthError('exchange_interrupted', { retryable: true });
    }
    throw error;
  }
  const createdAt = clock.now();
  const endsAt = createdAt + settings.sessionMaxAge;
  return { createdAt, expiresAt: Number.isFinite(endsAt) ? endsAt : null };
}
