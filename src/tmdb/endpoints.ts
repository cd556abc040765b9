import type { Account } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Client } from './client.ts';
import {
  type Answer,
  bodyOf,
  parseAccount,
  parseGuestSession,
  parseRequestToken,
  parseSession,
} from './parse.ts';
import { saysGone } from './status-code.ts';

/** `GET /3/authentication`: whether TMDB accepts the application's credential. */
export const validateKey = async (client: Client, signal: AbortSignal): Promise<void> => {
  bodyOf(await client({ path: '/3/authentication', signal }));
};

/** `GET /3/authentication/token/new`. `lifetime` in ms, null where TMDB's clock could not be read. */
export const newRequestToken = async (client: Client, signal: AbortSignal) =>
  parseRequestToken(await client({ path: '/3/authentication/token/new', signal }));

/** `POST /3/authentication/token/validate_with_login`: approves the token. */
export const validateWithLogin = async (
  client: Client,
  signal: AbortSignal,
  requestToken: string,
  login: { username: string; password: string },
): Promise<void> => {
  const body = { ...login, request_token: requestToken };
  parseRequestToken(
    await client({ method: 'POST', path: '/3/authentication/token/validate_with_login', body, signal }),
  );
};

/** `POST /3/authentication/session/new`: an approved token becomes a session, once. */
export const newSession = async (client: Client, signal: AbortSignal, requestToken: string) =>
  parseSession(
    await client({
      method: 'POST',
      path: '/3/authentication/session/new',
      body: { request_token: requestToken },
      signal,
    }),
  );

/** `GET /3/account`. Never without a session: TMDB would answer for the key's owner. */
export const account = async (client: Client, signal: AbortSignal, sessionId: string): Promise<Account> =>
  parseAccount(await client({ path: '/3/account', query: { session_id: sessionId }, signal }));

/**
 * Whether TMDB no longer knows a guest, by its answer for their rated list. Any other answer proves nothing: these
 * lists answer 404, 500 or nothing for some seconds after a rating.
 */
export async function isGuestGone(client: Client, signal: AbortSignal, guestId: string): Promise<boolean> {
  const path = `/3/guest_session/${encodeURIComponent(guestId)}/rated/movies`;
  const { status, text } = await client({ path, signal });
  return saysGone(status, text);
}

/** TMDB's codes for a session or an access token that it does not know (any more). */
const ALREADY_GONE = new Set([3, 6, 17, 33, 35, 37]);

/** Deleting something already deleted counts as success. */
async function remove(call: Promise<Answer>): Promise<void> {
  try {
    bodyOf(await call);
  } catch (error) {
    if (TmdbAuthError.is(error) && ALREADY_GONE.has(error.tmdbCode ?? 0)) return;
    throw error;
  }
}

/** `DELETE /3/authentication/session`. */
export const deleteSession = (client: Client, signal: AbortSignal, sessionId: string): Promise<void> =>
  remove(
    client({
      method: 'DELETE',
      path: '/3/authentication/session',
      body: { session_id: sessionId },
      signal,
    }),
  );

/** `DELETE /4/auth/access_token`. */
export const deleteAccessToken = (client: Client, signal: AbortSignal, accessToken: string): Promise<void> =>
  remove(
    client({ method: 'DELETE', path: '/4/auth/access_token', body: { access_token: accessToken }, signal }),
  );

/** `GET /3/authentication/guest_session/new`. `lifetime` in ms, null where TMDB's clock could not be read. */
export const newGuestSession = async (client: Client, signal: AbortSignal) =>
  parseGuestSession(await client({ path: '/3/authentication/guest_session/new', signal }));
