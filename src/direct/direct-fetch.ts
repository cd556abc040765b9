import type { AuthEvent, AuthSnapshot } from '../../machines/index.ts';
import type { TmdbSettings } from '../options.ts';
import { createAuthFetch } from '../tmdb/auth-fetch.ts';
import { credentialHeaders, credentialQuery } from '../tmdb/client.ts';

const V4 = /^\/4\//;

/** `fetch` of whoever asks TMDB itself: the key goes with the request, and the session where TMDB wants it. */
export function createDirectFetch(
  settings: Pick<TmdbSettings, 'baseURL' | 'credentials' | 'fetch'>,
  {
    snapshot,
    read,
    send,
  }: {
    snapshot(): AuthSnapshot;
    read(name: 'sessionId' | 'accessToken' | 'guestId'): string | null;
    send(event: AuthEvent): void;
  },
): typeof globalThis.fetch {
  const { baseURL, credentials, fetch } = settings;
  return createAuthFetch({
    baseURL,
    fetch,
    snapshot,
    send,
    redirect: 'manual',
    secretOf: (as) => read(as === 'user' ? 'sessionId' : 'guestId'),
    address(url, headers, identity) {
      const query = {
        ...credentialQuery(credentials),
        ...(identity && { [identity.as === 'user' ? 'session_id' : 'guest_session_id']: identity.secret }),
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      // All of v4 goes by the token in the header: the user's, or the application's where nobody is signed in.
      const accessToken = V4.test(url.pathname) && snapshot().matches('sessionActive') && read('accessToken');
      const bearer = accessToken ? { accessToken } : credentials;
      for (const [name, value] of Object.entries(credentialHeaders(bearer))) headers.set(name, value);
      return url;
    },
  });
}
