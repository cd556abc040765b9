import type { AuthSnapshot, AuthView, CarryOver, Failure, FailureCode } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { createDirectAuth } from '../../direct/create-tmdb-auth.ts';
import { memoryStorage } from '../../lib/memory-storage.ts';
import type { TmdbAuthOptions } from '../../options.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { createSandbox, type Sandbox, type SandboxUser } from '../sandbox/index.ts';
import { storeOf } from '../sandbox/stores.ts';
import { contextIn, recordOf, standAt } from './moment.ts';
import { needsOf, pathTo, type TestState, valueAt } from './states.ts';
import { userOf } from './users.ts';

/** Options of `createTestAuth`. */
export interface TestAuthOptions
  extends Omit<TmdbAuthOptions, 'credentials' | 'storage' | 'storageKey' | 'baseURL' | 'webURL' | 'fetch'> {
  /** The user who signs in. Default: `sandra`, "Sandra Box". */
  user?: SandboxUser;
  /** Adds a guest session beside the user, with ratings to carry over. Default: `false`. */
  withGuest?: boolean;
  /** The failure in the view. Default: the one that leads to that state, e.g. `approval_denied`. */
  failure?: FailureCode | Failure;
  /** The progress of a carry-over of ratings, or the result of the last one. Default: null, or no progress yet. */
  carryOver?: Partial<CarryOver>;
}

/** A client for tests. */
export interface TestAuth extends TmdbAuth {
  /** The client's own TMDB, without a network: add faults, look at `requests`. */
  readonly tmdb: Sandbox;
  /**
   * The user approves the pending sign-in and comes back. Resolves to the view after that. Rejects if no sign-in is
   * pending: call `login()` first.
   */
  approve(): Promise<AuthView>;
  /** The same, but the user denies. */
  deny(): Promise<AuthView>;
}

const STORAGE_KEY = 'tmdb-auth';

/**
 * Creates a client in any state, without a network: for unit tests and Storybook. It stays in that state until a
 * method is called: no step is running, and no timer ends it. Its requests go to a TMDB of its own (`tmdb`). Throws a
 * `TypeError` for an unknown state.
 *
 * @example
 * ```ts
 * import { createTestAuth } from 'tmdb-auth/testing';
 *
 * const auth = createTestAuth('user');
 * console.log(auth.getView().account?.username); // sandra
 *
 * const other = createTestAuth();
 * other.login().catch(() => {});
 * console.log((await other.approve()).status); // user
 * ```
 */
export function createTestAuth(state: TestState = 'signedOut', options: TestAuthOptions = {}): TestAuth {
  const { user: given, withGuest = false, failure, carryOver, apiVersion = 3, ...rest } = options;
  const path = pathTo(state);
  const tmdb = createSandbox({
    ...(given && { users: [given] }),
    ...(rest.clock && { now: rest.clock.now }),
  });
  const store = storeOf(tmdb);
  const needs = needsOf(path, apiVersion === 4);
  const standing = standAt(
    store,
    { ...needs, guest: needs.guest || withGuest },
    { user: userOf(store), apiVersion, isUsed: path !== 'guestActive.unused' },
  );
  const context = contextIn(path, { facts: standing.facts, apiVersion, reason: failure, carryOver });
  const storage = memoryStorage();
  const record = recordOf(standing);
  if (record !== null) storage.set(STORAGE_KEY, record);

  const auth = createDirectAuth(
    {
      ...rest,
      apiVersion,
      credentials: { accessToken: tmdb.accessToken },
      baseURL: tmdb.baseURL,
      webURL: tmdb.webURL,
      fetch: tmdb.fetch,
      storage,
      storageKey: STORAGE_KEY,
    },
    { from: { value: valueAt(path), context, secrets: standing.secrets } },
  );

  const first = auth.actor.getSnapshot();

  const answer = async (choice: 'approved' | 'denied'): Promise<AuthView> => {
    const requestToken = await pendingToken(auth, (snapshot) => snapshot !== first);
    choice === 'approved' ? tmdb.approve(requestToken) : tmdb.deny(requestToken);
    return auth.handleCallback(`https://app.example/?request_token=${requestToken}&${choice}=true`);
  };
  return Object.assign(auth, { tmdb, approve: () => answer('approved'), deny: () => answer('denied') });
}

type HasMoved = (snapshot: AuthSnapshot) => boolean;

/** A new `login()` first reads the record. Counted in microtasks, as the test may use fake timers. */
const MICROTASKS = 1_000;

/** Resolves to the request token once it waits for approval. Rejects if no sign-in is pending. */
async function pendingToken(auth: TmdbAuth, hasMoved: HasMoved): Promise<string> {
  const { actor, getView } = auth;
  for (let count = 0; count < MICROTASKS && !hasMoved(actor.getSnapshot()); count++) await null;
  await new Promise<void>((resolve) => {
    const look = () => {
      const { state, status } = getView();
      const isOnItsWay = status === 'pending' && !state.startsWith('awaitingApproval');
      if (isOnItsWay && hasMoved(actor.getSnapshot())) return;
      subscription.unsubscribe();
      resolve();
    };
    const subscription = actor.subscribe({ next: look, complete: resolve });
    look();
  });
  const { approvalUrl } = auth;
  if (approvalUrl === null)
    throw new Error(
      `tmdb-auth: no sign-in waits for approval (state: ${getView().state}). Call login() first.`,
    );
  return tokenOfApproval(approvalUrl);
}
