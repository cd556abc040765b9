import type { Client } from './client.ts';
import { parseSession } from './parse.ts';
import { parseAccessToken, parseV4RequestToken } from './parse.v4.ts';

/** `POST /4/auth/request_token`. `lifetime` in ms, from the token itself. */
export const newV4RequestToken = async (client: Client, signal: AbortSignal, redirectTo?: string) =>
  parseV4RequestToken(
    await client({
      method: 'POST',
      path: '/4/auth/request_token',
      body: redirectTo ? { redirect_to: redirectTo } : {},
      signal,
    }),
  );

/** `POST /4/auth/access_token`: an approved token becomes an access token, once. */
export const newAccessToken = async (client: Client, signal: AbortSignal, requestToken: string) =>
  parseAccessToken(
    await client({
      method: 'POST',
      path: '/4/auth/access_token',
      body: { request_token: requestToken },
      signal,
    }),
  );

/** `POST /3/authentication/session/convert/4`: a session for a user's access token. */
export const convertToSession = async (client: Client, signal: AbortSignal, accessToken: string) =>
  parseSession(
    await client({
      method: 'POST',
      path: '/3/authentication/session/convert/4',
      body: { access_token: accessToken },
      signal,
    }),
  );
