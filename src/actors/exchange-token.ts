import type { SessionFacts } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Instance } from '../instance.ts';

/** The token for a session. If TMDB says no, somebody else on this storage may have been quicker. */
export async function exchangeToken(instance: Instance, signal: AbortSignal): Promise<SessionFacts> {
  const { vault, clock, record, exchange, settings } = instance;
  const requestToken = vault.read('requestToken');
  if (!requestToken) throw new TmdbAuthError('unexpected');
  try {
    const sessionId = await exchange.run(requestToken);
    vault.commit(signal, { sessionId });
  } catch (error) {
    if (!TmdbAuthError.is(error) || error.code !== 'session_denied') throw error;
    const adopted = await record.adoptSession(signal).catch(() => null);
    if (adopted) return adopted;
    throw record.wasInterrupted() ? new TmdbAuthError('exchange_interrupted') : error;
  }
  const createdAt = clock.now();
  const expiresAt = createdAt + settings.sessionMaxAge;
  return { createdAt, expiresAt: Number.isFinite(expiresAt) ? expiresAt : null };
}
