import { createExchange } from '../client/exchange.ts';
import { deleteAccessToken, deleteSession } from '../tmdb/endpoints.ts';
import { convertToSession, newAccessToken, newV4RequestToken } from '../tmdb/endpoints.v4.ts';
import type { Exchanges, V4 } from './direct.ts';
import { type ExchangesDependencies, isPending, isSession } from './exchanges.ts';

/** The part of a client that only v4 needs, with the requests that delete what its exchanges made. */
export function createV4(dependencies: ExchangesDependencies, made: Exchanges['made']): V4 {
  const { client, vault, facts, snapshot, isDisposed } = dependencies;
  const isWaiting = isPending(dependencies);
  const isAccess = (secret: string) => facts().access !== null && vault.read('accessToken') === secret;
  /** The app has handed this access token over, and TMDB is still being asked whose it is. */
  const isAdopting = (token: string) => {
    const adoption = snapshot().matches('adoptionRequested') && vault.read('adoption');
    return !!adoption && 'accessToken' in adoption && adoption.accessToken === token;
  };
  const access = createExchange({
    ...dependencies,
    make: (signal, token) => newAccessToken(client, signal, token),
    unmake: (signal, secret) => deleteAccessToken(client, signal, secret),
    isTaken: (secret) => isAccess(secret) && facts().session !== null,
    // While a session is made of it, and after that failed, it is still on its way.
    isWanted: (token, secret) => isWaiting(token) || isAccess(secret),
  });
  const conversion = createExchange({
    ...dependencies,
    make: (signal, token) => convertToSession(client, signal, token),
    unmake: (signal, secret) => deleteSession(client, signal, secret),
    isTaken: isSession(dependencies),
    // TMDB makes as many sessions of an access token as it is asked for: one will do.
    isWanted: (token) => !isDisposed() && facts().session === null && (isAccess(token) || isAdopting(token)),
  });
  made.add(access);
  made.add(conversion);
  return {
    requestToken: (signal, redirectTo) => newV4RequestToken(client, signal, redirectTo),
    access,
    conversion,
  };
}
