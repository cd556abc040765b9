import type { AuthSnapshot } from '../../machines/index.ts';
import type { Vault } from '../record/vault.ts';
import type { TmdbAuth } from './tmdb-auth.ts';

/** The private part of a client, for `tmdb-auth/unsafe`. */
export interface Inside {
  keepsSessions: boolean;
  snapshot(): AuthSnapshot;
  /** Resolves once the machine is in such a state; rejects when the client has ended. */
  until(isMet: (snapshot: AuthSnapshot) => boolean): Promise<void>;
  read: Vault['read'];
}

const insides = new WeakMap<TmdbAuth, Inside>();

export const keepInside = (auth: TmdbAuth, inside: Inside): void => void insides.set(auth, inside);

/** Undefined for a client of another copy of the package, and for a client without a page. */
export const insideOf = (auth: TmdbAuth): Inside | undefined => insides.get(auth);
