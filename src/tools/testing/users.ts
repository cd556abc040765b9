import type { Account } from '../sandbox/records.ts';
import type { Store } from '../sandbox/store.ts';

/** The user of that name, else the first. Throws a `TypeError` that lists those there are. */
export function userOf(store: Store, username?: string): Account {
  const user = store.user(username);
  if (user) return user;
  const names = store.users.map((known) => known.username).join(', ') || 'nobody';
  throw new TypeError(`tmdb-auth: this TMDB has no user "${username ?? ''}". There is: ${names}.`);
}
