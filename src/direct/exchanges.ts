import type { ClientCore } from '../client/backend.ts';
import { createExchange, type Exchange } from '../client/exchange.ts';
import type { Vault } from '../record/vault.ts';
import type { Client } from '../tmdb/client.ts';
import { deleteSession, newSession } from '../tmdb/endpoints.ts';
import type { Exchanges } from './direct.ts';

export interface ExchangesDependencies
  extends Pick<ClientCore, 'settings' | 'clock' | 'snapshot' | 'facts' | 'isDisposed'> {
  client: Client;
  vault: Vault;
  onLate(): void;
}

/** The exchange of v3, with the request that deletes what it made. */
export function createExchanges(dependencies: ExchangesDependencies): Exchanges {
  const { client } = dependencies;
  const made: Exchanges['made'] = new Set();
  let session: Exchange<{ secret: string }> | null = null;
  return {
    session() {
      if (session) return session;
      session = createExchange({
        ...dependencies,
        make: (signal, token) => newSession(client, signal, token),
        unmake: (signal, secret) => deleteSession(client, signal, secret),
        isTaken: isSession(dependencies),
        isWanted: isPending(dependencies),
      });
      made.add(session);
      return session;
    },
    made,
  };
}

/** The user is signed in by that session. */
export const isSession =
  ({ facts, vault }: ExchangesDependencies) =>
  (secret: string): boolean =>
    facts().session !== null && vault.read('sessionId') === secret;

/** The machine holds that request token. */
export const isPending =
  ({ facts, vault, isDisposed }: ExchangesDependencies) =>
  (token: string): boolean =>
    !isDisposed() && facts().token !== null && vault.read('requestToken') === token;
