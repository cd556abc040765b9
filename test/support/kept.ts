import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { storeOf } from '../../src/tools/sandbox/stores.ts';
import { userOf } from '../../src/tools/testing/users.ts';

/* Sessions and access tokens that an app has stored before, made without a request of this test. */

/** The id of a session at this TMDB. */
export function keptSession(tmdb: Sandbox, username?: string): string {
  const store = storeOf(tmdb);
  return store.newSession(userOf(store, username));
}

/** A v4 access token of a user at this TMDB. */
export function keptAccessToken(tmdb: Sandbox, username?: string): string {
  const store = storeOf(tmdb);
  return store.newUserToken(userOf(store, username), 1);
}
