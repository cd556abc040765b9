import type { SnapshotFrom } from 'xstate';
import { guestEnd } from './auth.guards.ts';
import type { authMachine } from './auth.machine.ts';
import type { Account, AuthFacts, CarryOver, Failure, GuestFacts } from './auth.types.ts';

/** A snapshot of the running machine: `value`, `context`, `matches()`, `hasTag()`, `can()`. */
export type AuthSnapshot = SnapshotFrom<typeof authMachine>;

/** Coarse state. `pending` also means "not known yet" (`restoring`). */
export type AuthStatus = 'signedOut' | 'pending' | 'guest' | 'user';

/** Everything a UI needs, as flat JSON without secrets. */
export interface AuthView {
  /** The full path of the machine's state, e.g. `awaitingApproval.waiting` or `idle.tokenExpired`. */
  state: string;
  /** Coarse state. */
  status: AuthStatus;
  /**
   * Null until TMDB has named the account, and if it could not be asked (`failure` says why). `objectId` is the
   * account's id in v4, or null.
   */
  account: (Account & { objectId: string | null }) | null;
  /** The known guest, also while the guest is signing in as a user. Epoch ms. */
  guest: Omit<GuestFacts, 'createdAt'> | null;
  /** When the current state ends by itself, epoch ms, or null. */
  expiresAt: number | null;
  /** Progress of carrying over the guest's ratings, or the result of the last carry-over; null without one. */
  carryOver: CarryOver | null;
  /** Why the last step failed, until the next one begins. `retryAfter` in ms. */
  failure: Failure | null;
  /** The actions that are possible now. */
  can: { login: boolean; loginAsGuest: boolean; cancel: boolean; retry: boolean; logout: boolean };
}

/** The path of a state value: `{ idle: 'fresh' }` is `idle.fresh`. */
export function pathOf(value: AuthSnapshot['value']): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([parent, child]) => `${parent}.${child}`)
    .join();
}

/** When the state of that path ends by itself, epoch ms, or null. */
export function endOf(state: string, { token, session, guest }: AuthFacts): number | null {
  if (/^awaitingApproval/.test(state)) return token?.expiresAt ?? null;
  if (/^sessionActive/.test(state)) return session?.expiresAt ?? null;
  if (/^guestActive/.test(state)) return guest && guestEnd(guest);
  return null;
}

/** Every state has one of these tags. */
const IS_STATUS: Record<AuthStatus, true> = { signedOut: true, pending: true, guest: true, user: true };
const STATUSES = Object.keys(IS_STATUS) as AuthStatus[];

/**
 * Computes what a UI shows from a snapshot of the machine. Pure.
 *
 * @example
 * ```ts
 * import { authMachine, toView } from 'tmdb-auth/machine';
 * import { createActor } from 'xstate';
 *
 * const actor = createActor(authMachine, { input: { apiVersion: 3 } });
 * console.log(toView(actor.getSnapshot()).status); // pending
 * ```
 */
export function toView(snapshot: AuthSnapshot): AuthView {
  const { facts, failure } = snapshot.context;
  const { guest } = facts;
  const state = pathOf(snapshot.value);
  return {
    state,
    status: STATUSES.find((status) => snapshot.hasTag(status)) as AuthStatus,
    // `assign`, as V8 gives every object that is spread with new fields a hidden class of its own.
    account:
      facts.account && Object.assign({}, facts.account, { objectId: facts.access?.accountObjectId || null }),
    guest: guest && { used: guest.used, unusedUntil: guest.unusedUntil, expiresAt: guest.expiresAt },
    expiresAt: endOf(state, facts),
    carryOver: snapshot.context.carryOver,
    failure,
    can: {
      login: snapshot.can({ type: 'login.start' }),
      loginAsGuest: snapshot.can({ type: 'guest.start' }),
      cancel: snapshot.can({ type: 'login.cancel' }),
      retry: snapshot.can({ type: 'retry' }),
      logout: snapshot.can({ type: 'logout' }),
    },
  };
}
