import type { ApiVersion } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';

/**
 * The page where a user approves a request token:
 * `https://www.themoviedb.org/authenticate/<token>?redirect_to=<encoded>`, in v4 `/auth/access?request_token=<token>`,
 * as a v4 token knows itself where it leads back to. The URL contains the token.
 *
 * @example
 * ```ts
 * import { approvalUrl } from 'tmdb-auth';
 *
 * console.log(approvalUrl({ requestToken: 'abc', redirectTo: 'myapp://back' }));
 * // https://www.themoviedb.org/authenticate/abc?redirect_to=myapp%3A%2F%2Fback
 * ```
 */
export function approvalUrl(options: {
  requestToken: string;
  redirectTo?: string;
  webURL?: string;
  apiVersion?: ApiVersion;
}): string {
  const url = new URL(options.webURL ?? 'https://www.themoviedb.org');
  if (options.apiVersion === 4) {
    url.pathname = '/auth/access';
    url.search = `request_token=${encode(options.requestToken)}`;
    return url.href;
  }
  url.pathname = `/authenticate/${encode(options.requestToken)}`;
  if (options.redirectTo) url.search = `redirect_to=${encode(options.redirectTo)}`;
  return url.href;
}

/** Half of a surrogate pair becomes what a URL makes of it; `encodeURIComponent` alone would throw. */
const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** What TMDB says when it sends the user back. */
export interface Callback {
  /** Which request was answered. A secret until it is exchanged. */
  requestToken: string;
  /** True for `approved=true`, false for `denied=true`. */
  approved: boolean;
}

/**
 * Reads the return from TMDB (v3; v4 adds nothing to read): `?request_token=…&approved=true`, or `&denied=true` (`approved=false` never comes).
 * Takes an absolute URL, or a path with a query. Throws `callback_invalid` for anything else.
 *
 * @example
 * ```ts
 * import { parseCallback } from 'tmdb-auth';
 *
 * console.log(parseCallback('/back?request_token=abc&denied=true')); // { requestToken: 'abc', approved: false }
 * ```
 */
export function parseCallback(url: string | URL): Callback {
  const query = queryOf(url);
  const tokens = query.getAll('request_token');
  const approved = query.get('approved') === 'true';
  const denied = query.get('denied') === 'true';
  const [requestToken] = tokens;
  if (!requestToken || tokens.length > 1 || approved === denied) throw new TmdbAuthError('callback_invalid');
  return { requestToken, approved };
}

function queryOf(url: string | URL): URLSearchParams {
  try {
    return new URL(url, 'http://localhost').searchParams;
  } catch {
    throw new TmdbAuthError('callback_invalid');
  }
}

/** Compares in a time that does not depend on where the two differ. */
export function sameSecret(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++)
    difference |= one.charCodeAt(at) ^ other.charCodeAt(at % other.length);
  return difference === 0;
}
