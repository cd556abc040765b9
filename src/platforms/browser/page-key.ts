import { hash } from '../../lib/hash.ts';
import { storageNameOf } from '../../lib/real-tmdb.ts';
import type { Credentials } from '../../options.ts';
import { claimsOf } from '../../tmdb/jwt.ts';

/** The key of a page's record where the app names none: two applications on one origin have two. */
export const pageKeyOf = (baseURL: string, credentials: Credentials): string =>
  `${storageNameOf(baseURL)}-${hash(applicationOf(credentials))}`;

/** Names the application: the API key, which a read token of the same application has as its `aud`. */
function applicationOf(credentials: Credentials): string {
  if ('apiKey' in credentials) return credentials.apiKey;
  const { accessToken } = credentials;
  const audience = claimsOf(accessToken)?.aud;
  return typeof audience === 'string' ? audience : accessToken;
}
