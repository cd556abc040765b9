import type { AuthSnapshot } from '../../machines/index.ts';
import type { Vault } from '../record/vault.ts';
import type { TmdbAuth } from './tmdb-auth.ts';

/** The part of a client that it shows nobody, for `tmdb-auth/unsafe`. */
export interface Inside {
  keepsSessions: boolean;
  snapshot(): AuthSnapshot;
  /** Resolves once the machine is in such a state; rejects when there will be no more. */
  until(isSo: (snapshot: AuthSnapshot) => boolean): Promise<void>;
  read: Vault['read'];
}

const insides = new WeakMap<TmdbAuth, Inside>();

export const keepInside = (auth: TmdbAuth, inside: Inside): void => void insides.set(auth, inside);

/** Undefined for what was not made by this copy of the package, and for a client without a page. */
export const insideOf = (auth: TmdbAuth): Inside | undefined => insides.get(auth);
