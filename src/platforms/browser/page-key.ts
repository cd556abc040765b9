import { hash } from '../../lib/hash.ts';
import { type Credentials, settingsOf, type TmdbAuthOptions } from '../../options.ts';
import { claimsOf } from '../../tmdb/jwt.ts';

/** The key of a page's record: two applications on one origin have two. */
export function pageKeyOf(options: TmdbAuthOptions): string {
  const { storageKey, credentials } = settingsOf(options);
  return options.storageKey ?? `${storageKey}-${hash(applicationOf(credentials))}`;
}

/** Names the application: the API key, which a read token of the same application has as its `aud`. */
function applicationOf(credentials: Credentials): string {
  if ('apiKey' in credentials) return credentials.apiKey;
  const { accessToken } = credentials;
  const audience = claimsOf(accessToken)?.aud;
  return typeof audience === 'string' ? audience : accessToken;
}
