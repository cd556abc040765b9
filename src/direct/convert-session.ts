import type { SessionFacts } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Direct } from './direct.ts';
import { newFacts } from './exchange-token.ts';

/** v4: makes a session from the access token, so that v3 can be used as well. Claimed like the exchange. */
export async function convertSession(direct: Direct, signal: AbortSignal): Promise<SessionFacts> {
  const { vault, record } = direct;
  const v4 = await direct.v4();
  const adopted = await record.claim(signal);
  if (adopted?.session) return adopted.session;
  const accessToken = vault.read('accessToken');
  if (!accessToken) throw new TmdbAuthError('unexpected');
  const { secret } = await v4.conversion.run(accessToken);
  vault.commit(signal, { sessionId: secret });
  return newFacts(direct);
}
