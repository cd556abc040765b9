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

/** Rejects at once, so that a machine without its actors fails instead of waiting for ever. */
function missing<Output>(name: string) {
  return fromPromise<Output>(() =>
    Promise.reject(
      new Error(`tmdb-auth: no actor '${name}'. Use authMachine.provide({ actors: { ${name} } }).`),
    ),
  );
}

/**
 * The work that the machine delegates. Actors take no input and return no secrets: secrets pass between actors
 * through a vault. An actor rejects with an error that has a `failure`; any other error becomes `unexpected`.
 */
export const authActors = {
  /** Reads the stored record. Rejects only when storage does not work; an unreadable record counts as none. */
  restore: missing<Restored>('restore'),
  /** Asks TMDB for a request token. */
  requestToken: missing<TokenFacts>('requestToken'),
  /** Approves the token with user name and password, once. The password is dropped, whatever the outcome. */
  submitLogin: missing<void>('submitLogin'),
  /** Tries to exchange a token that may have been approved. Rejects if it is not approved (yet). */
  checkApproval: missing<Granted>('checkApproval'),
  /** Exchanges the approved token. If the machine cancels the step, a session that still arrives is deleted. */
  createSession: missing<Granted>('createSession'),
  /**
   * v4: converts the access token into a session. If the machine cancels the step, a session that still arrives is
   * deleted.
   */
  convertSession: missing<SessionFacts>('convertSession'),
  /**
   * Takes over a session that the app had stored, after TMDB has named its account. If the machine cancels the step,
   * the actor deletes what it made, and never what the app handed over.
   */
  adoptSession: missing<Adopted>('adoptSession'),
  /** Reads the account of the session. */
  fetchAccount: missing<Account>('fetchAccount'),
  /** Asks TMDB whether the session still exists, and reads the account again. */
  verifySession: missing<Account>('verifySession'),
  /** Rates as the user what the guest has rated, and sends `ratings.progress` events. Can be repeated. */
  carryOver: missing<CarryOver>('carryOver'),
  /** Deletes the session and the access token at TMDB. Deleting something already deleted counts as success. */
  deleteSession: missing<void>('deleteSession'),
  /** Asks TMDB for a guest session. */
  createGuest: missing<GuestFacts>('createGuest'),
};
