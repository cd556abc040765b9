import type { ApiVersion } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { decode, encode, pairsOf, partsOf, queryOf } from '../lib/address.ts';

/**
 * The page where a user approves a request token:
 * `https://www.themoviedb.org/authenticate/<token>?redirect_to=<encoded>`, in v4
 * `/auth/access?request_token=<token>`, as a v4 token contains its return address. The URL contains the token.
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
  const { requestToken, redirectTo, webURL = 'https://www.themoviedb.org', apiVersion } = options;
  const { origin } = partsOf(webURL);
  if (apiVersion === 4) return `${origin}/auth/access${queryOf([['request_token', requestToken]])}`;
  const query = redirectTo ? queryOf([['redirect_to', redirectTo]]) : '';
  return `${origin}/authenticate/${encode(requestToken)}${query}`;
}

/** The request token in an approval page's address: v4 has it in the query, v3 at the end of the path. */
export function tokenOfApproval(approvalUrl: string): string {
  const { path, query } = partsOf(approvalUrl);
  const [, inQuery] = pairsOf(query).find(([name]) => name === 'request_token') ?? [];
  return inQuery ?? decode(path.slice(path.lastIndexOf('/') + 1));
}

/** TMDB's answer, in the address to which it sends the user back. */
export interface Callback {
  /** The request token that was answered. A secret until it is exchanged. */
  requestToken: string;
  /** True for `approved=true`, false for `denied=true`. */
  approved: boolean;
}

/**
 * Reads the return from TMDB: `?request_token=…&approved=true`, or `&denied=true` (`approved=false` never comes). For
 * v3; v4's return has no data. Takes an absolute URL, or a path with a query. Throws `callback_invalid` for anything
 * else.
 *
 * @example
 * ```ts
 * import { parseCallback } from 'tmdb-auth';
 *
 * console.log(parseCallback('/back?request_token=abc&denied=true')); // { requestToken: 'abc', approved: false }
 * ```
 */
export function parseCallback(url: string | URL): Callback {
  const address = (url as Partial<URL> | null)?.href ?? url;
  if (typeof address !== 'string') throw new TmdbAuthError('callback_invalid');
  // A phone's deep link has no host, and a `URL` may read it differently.
  const said = pairsOf(/^[^?#]*\?([^#]*)/.exec(address)?.[1] ?? '');
  const valuesOf = (wanted: string) => said.filter(([name]) => name === wanted).map(([, value]) => value);
  const tokens = valuesOf('request_token');
  const approved = valuesOf('approved')[0] === 'true';
  const denied = valuesOf('denied')[0] === 'true';
  const [requestToken] = tokens;
  if (!requestToken || tokens.length > 1 || approved === denied) throw new TmdbAuthError('callback_invalid');
  return { requestToken, approved };
}

/** Compares in a time that does not depend on where the two differ. */
export function sameSecret(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++)
    difference |= one.charCodeAt(at) ^ other.charCodeAt(at % other.length);
  return difference === 0;
}
