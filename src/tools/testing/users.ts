import type { Account } from '../sandbox/records.ts';
import type { Store } from '../sandbox/store.ts';

/** The user with that name; without a name the first. For an unknown name, throws a `TypeError` that lists all. */
export function userOf(store: Store, username?: string): Account {
  const user = store.user(username);
  if (user) return user;
  const names = store.users.map((known) => known.username).join(', ') || 'none';
  throw new TypeError(`tmdb-auth: this TMDB has no user "${username ?? ''}". Its users: ${names}.`);
}
