import { fromPromise } from 'xstate';
import type {
  Account,
  Adopted,
  CarryOver,
  Granted,
  GuestFacts,
  Restored,
  SessionFacts,
  TokenFacts,
} from './auth.types.ts';

/** Fails at once, so that a machine without its actors says so instead of waiting for ever. */
function missing<Output>(name: string) {
  return fromPromise<Output>(() =>
    Promise.reject(
      new Error(`tmdb-auth: no actor '${name}'. Use authMachine.provide({ actors: { ${name} } }).`),
    ),
  );
}

/**
 * What the machine asks of the world. No actor has input or returns a secret: secrets go from actor to actor
 * through a vault. An actor rejects with an error that has a `failure`; anything else becomes `unexpected`.
 */
export const authActors = {
  /** Reads the stored record. Rejects only when storage does not work; bad data is no data. */
  restore: missing<Restored>('restore'),
  /** Asks TMDB for a request token. */
  requestToken: missing<TokenFacts>('requestToken'),
  /** Approves the token with user name and password, once. The password is dropped whatever happens. */
  submitLogin: missing<void>('submitLogin'),
  /** Tries to exchange a token of which nobody said that it was approved. Rejects when it is not (yet). */
  checkApproval: missing<Granted>('checkApproval'),
  /** Exchanges the approved token. If it is left meanwhile, it deletes what still comes. */
  createSession: missing<Granted>('createSession'),
  /** v4: makes a session of the access token. If it is left meanwhile, it deletes a session that still comes. */
  convertSession: missing<SessionFacts>('convertSession'),
  /**
   * Takes in a session that the app had kept, once TMDB has said whose it is. If it is left meanwhile, it deletes what was
   * made for it, and never what the app had.
   */
  adoptSession: missing<Adopted>('adoptSession'),
  /** Reads the account of the session. */
  fetchAccount: missing<Account>('fetchAccount'),
  /** Asks TMDB whether the session still exists, and for the account as it is now. */
  verifySession: missing<Account>('verifySession'),
  /** Rates for the user what the guest has rated, and tells how far it is by `ratings.progress`. Can be repeated. */
  carryOver: missing<CarryOver>('carryOver'),
  /** Deletes the session and the access token at TMDB. Already gone counts as deleted. */
  deleteSession: missing<void>('deleteSession'),
  /** Asks TMDB for a guest session. */
  createGuest: missing<GuestFacts>('createGuest'),
};
