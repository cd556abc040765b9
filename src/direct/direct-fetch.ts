import type { AuthEvent } from '../../machines/index.ts';
import { queryOf } from '../lib/address.ts';
import type { TmdbSettings } from '../options.ts';
import {
  type AskTmdb,
  createAuthFetch,
  type Identity,
  type Present,
  type RatingSent,
  type SettleRating,
} from '../tmdb/auth-fetch.ts';
import { credentialHeaders, credentialQuery } from '../tmdb/credential.ts';
import { withGuestId } from '../tmdb/paths.ts';

const V4 = /^\/4\//;

/** Requests of a client that asks TMDB itself: adds the key, and the session where TMDB needs it. */
export function createDirectFetch(
  settings: Pick<TmdbSettings, 'baseURL' | 'credentials' | 'fetch'>,
  {
    present,
    read,
    send,
    ...guest
  }: {
    present(): Present;
    read(name: 'sessionId' | 'accessToken' | 'guestId'): string | null;
    send(event: AuthEvent): void;
    isGuestGone(): Promise<boolean>;
    sendRating?(as: Identity['as'], rating: RatingSent): SettleRating;
  },
): AskTmdb {
  const { baseURL, credentials, fetch } = settings;
  return createAuthFetch({
    fetch,
    present,
    send,
    redirect: 'manual',
    secretOf: (as) => read(as === 'user' ? 'sessionId' : 'guestId'),
    ...guest,
    address(given, query, headers, identity) {
      const path = identity?.as === 'guest' ? withGuestId(given, identity.secret) : given;
      const isNamed = identity !== null && path === given;
      const ours: Record<string, string> = {
        ...credentialQuery(credentials),
        ...(isNamed && { [identity.as === 'user' ? 'session_id' : 'guest_session_id']: identity.secret }),
      };
      // v4 takes the token from the header only: the user's, or the application's if nobody is signed in.
      const { isUser, facts } = present();
      // The vault may still hold the access token of an earlier session.
      const isUsers = isUser && facts.access !== null;
      const accessToken = V4.test(path) && isUsers && read('accessToken');
      const bearer = accessToken ? { accessToken } : credentials;
      for (const [name, value] of Object.entries(credentialHeaders(bearer))) headers.set(name, value);
      return baseURL + path + queryOf([...query, ...Object.entries(ours)]);
    },
  });
}
