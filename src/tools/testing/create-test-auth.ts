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
  /** Who signs in. Default: `sandra`, "Sandra Box". */
  user?: SandboxUser;
  /** A guest is known beside the user: their ratings can be carried over. Default: `false`. */
  withGuest?: boolean;
  /** What did not work. Default: what leads to that state, e.g. `approval_denied`. */
  failure?: FailureCode | Failure;
  /** How far a carry-over of ratings is, or how the last one ended. Default: none, or none so far. */
  carryOver?: Partial<CarryOver>;
}

/** A client for tests. */
export interface TestAuth extends TmdbAuth {
  /** The TMDB that it asks, without a network: add faults, look at `requests`. */
  readonly tmdb: Sandbox;
  /**
   * The user allows what waits for approval, and comes back. Resolves to the view after that. Rejects if nothing waits:
   * call `login()` before.
   */
  approve(): Promise<AuthView>;
  /** The same for a user who denies it. */
  deny(): Promise<AuthView>;
}

const STORAGE_KEY = 'tmdb-auth';

/**
 * Makes a client in any state, without a network: for unit tests and Storybook. It stays there until something is asked
 * of it, as nothing is under way and no time ends it. What is asked is answered by a TMDB of its own (`tmdb`).
 * Throws a `TypeError` if there is no such state.
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

/** A `login()` that was just called reads what is stored first. In turns of microtasks, as a test may hold its timers. */
const TURNS = 1_000;

/** The request token that waits for approval, once there is one. Rejects if nothing is on its way to that. */
async function pendingToken(auth: TmdbAuth, hasMoved: HasMoved): Promise<string> {
  const { actor, getView } = auth;
  for (let turn = 0; turn < TURNS && !hasMoved(actor.getSnapshot()); turn++) await null;
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
    throw new Error(`tmdb-auth: nothing waits for approval (${getView().state}): call login() before.`);
  return tokenOfApproval(approvalUrl);
}
