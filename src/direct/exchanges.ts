import type { ClientCore } from '../client/backend.ts';
import { createExchange } from '../client/exchange.ts';
import type { Vault } from '../record/vault.ts';
import type { Client } from '../tmdb/client.ts';
import {
  convertToSession,
  deleteAccessToken,
  deleteSession,
  newAccessToken,
  newSession,
} from '../tmdb/endpoints.ts';
import type { Exchanges } from './direct.ts';

interface ExchangesDependencies
  extends Pick<ClientCore, 'settings' | 'clock' | 'snapshot' | 'facts' | 'isDisposed'> {
  client: Client;
  vault: Vault;
  onLate(): void;
}

/** The exchanges and the conversion, each with the request that deletes what it made. */
export function createExchanges({
  client,
  clock,
  settings,
  vault,
  snapshot,
  facts,
  isDisposed,
  onLate,
}: ExchangesDependencies): Exchanges {
  const isSession = (secret: string) => facts().session !== null && vault.read('sessionId') === secret;
  const isAccess = (secret: string) => facts().access !== null && vault.read('accessToken') === secret;
  const isPending = (token: string) =>
    !isDisposed() && facts().token !== null && vault.read('requestToken') === token;
  /** The app has handed this access token over, and TMDB is still being asked whose it is. */
  const isAdopting = (token: string) => {
    const adoption = snapshot().matches('adoptionRequested') && vault.read('adoption');
    return !!adoption && 'accessToken' in adoption && adoption.accessToken === token;
  };
  const common = { clock, settings, onLate };
  return {
    session: createExchange({
      ...common,
      make: (signal, token) => newSession(client, signal, token),
      unmake: (signal, secret) => deleteSession(client, signal, secret),
      isTaken: isSession,
      isWanted: isPending,
    }),
    access: createExchange({
      ...common,
      make: (signal, token) => newAccessToken(client, signal, token),
      unmake: (signal, secret) => deleteAccessToken(client, signal, secret),
      isTaken: (secret) => isAccess(secret) && facts().session !== null,
      // While a session is made of it, and after that failed, it is still on its way.
      isWanted: (token, secret) => isPending(token) || isAccess(secret),
    }),
    conversion: createExchange({
      ...common,
      make: (signal, token) => convertToSession(client, signal, token),
      unmake: (signal, secret) => deleteSession(client, signal, secret),
      isTaken: isSession,
      // TMDB makes as many sessions of an access token as it is asked for: one will do.
      isWanted: (token) =>
        !isDisposed() && facts().session === null && (isAccess(token) || isAdopting(token)),
    }),
  };
}
