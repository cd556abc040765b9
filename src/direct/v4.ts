import { Exchange, type Work } from '../client/exchange.ts';
import { deleteAccessToken, deleteSession } from '../tmdb/endpoints.ts';
import { convertToSession, newAccessToken, newV4RequestToken } from '../tmdb/endpoints.v4.ts';
import type { Direct, V4 } from './direct.ts';
import { type ExchangesDependencies, isPending, isSession } from './exchanges.ts';

const isAccess = ({ facts, vault }: ExchangesDependencies, secret: string) =>
  facts().access !== null && vault.read('accessToken') === secret;

/** The app has handed this access token over, and TMDB has not named its account yet. */
function isAdopting({ snapshot, vault }: ExchangesDependencies, token: string): boolean {
  const adoption = snapshot().matches('adoptionRequested') && vault.read('adoption');
  return !!adoption && 'accessToken' in adoption && adoption.accessToken === token;
}

const ACCESS: Work<{ secret: string; accountObjectId: string }, ExchangesDependencies> = {
  make: ({ client }, signal, token) => newAccessToken(client, signal, token),
  unmake: ({ client }, signal, secret) => deleteAccessToken(client, signal, secret),
  isTaken: (on, secret) => isAccess(on, secret) && on.facts().session !== null,
  // Wanted while a session is made from it, and after that failed.
  isWanted: (on, token, secret) => isPending(on, token) || isAccess(on, secret),
};

const CONVERSION: Work<{ secret: string }, ExchangesDependencies> = {
  make: ({ client }, signal, token) => convertToSession(client, signal, token),
  unmake: ({ client }, signal, secret) => deleteSession(client, signal, secret),
  isTaken: isSession,
  // TMDB makes as many sessions from an access token as it is asked for. One will do.
  isWanted: (on, token) =>
    !on.isDisposed() && on.facts().session === null && (isAccess(on, token) || isAdopting(on, token)),
};

/** The part of a client that only v4 needs, with the requests that delete what its exchanges made. */
export function createV4(direct: Direct): V4 {
  const access = new Exchange(direct, ACCESS);
  const conversion = new Exchange(direct, CONVERSION);
  direct.exchanges.made.push(access, conversion);
  return {
    requestToken: (signal, redirectTo) => newV4RequestToken(direct.client, signal, redirectTo),
    access,
    conversion,
  };
}
