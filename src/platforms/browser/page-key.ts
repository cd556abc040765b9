import { hash } from '../../lib/hash.ts';
import { storageNameOf } from '../../lib/real-tmdb.ts';
import type { Credentials } from '../../options.ts';
import { claimsOf } from '../../tmdb/jwt.ts';

/** The default key of a page's record: two applications on one origin get different keys. */
export const pageKeyOf = (baseURL: string, credentials: Credentials): string =>
  `${storageNameOf(baseURL)}-${hash(applicationOf(credentials))}`;

/** The API key, which a Read Access Token of the same application has as its `aud`. */
function applicationOf(credentials: Credentials): string {
  if ('apiKey' in credentials) return credentials.apiKey;
  const { accessToken } = credentials;
  const audience = claimsOf(accessToken)?.aud;
  return typeof audience === 'string' ? audience : accessToken;
}
