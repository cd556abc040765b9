import { LONGEST_RETRY_AFTER, MAX_TRIES } from './auth.delays.ts';
import type {
  AuthContext,
  AuthFacts,
  CarryOver,
  Failure,
  Granted,
  GuestFacts,
  Restored,
  Step,
} from './auth.types.ts';

/** The state to which a stored record leads, each fact checked against the time of reading. */
export type Place =
  | 'ready'
  | 'accountRequested'
  | 'converting'
  | 'sessionRequested'
  | 'awaitingApproval'
  | 'tokenExpired'
  | 'tokenExpiredAsGuest'
  | 'guestActive'
  | 'guestExpired'
  | 'fresh';

/** When TMDB deletes the guest session, epoch ms: at `expiresAt`, and an unused one 60 minutes after it was made. */
export const guestEnd = (guest: GuestFacts) =>
  guest.used ? guest.expiresAt : Math.min(guest.unusedUntil, guest.expiresAt);

/** The state to which these facts lead at that time. Pure. */
export function placeOf({ at, facts }: Restored): Place {
  const { token, exchanging, access, session, account, guest } = facts;
  const guestIsAlive = guest !== null && guestEnd(guest) > at;
  if (session) return account ? 'ready' : 'accountRequested';
  if (access) return 'converting';
  if (token && exchanging) return 'sessionRequested';
  if (token && token.expiresAt > at) return 'awaitingApproval';
  if (token) return guestIsAlive ? 'tokenExpiredAsGuest' : 'tokenExpired';
  if (guest) return guestIsAlive ? 'guestActive' : 'guestExpired';
  return 'fresh';
}

/** The stored facts that are still true in that place. `exchanging` is false, as the state itself says it. */
export function factsAt(place: Place, facts: AuthFacts): AuthFacts {
  const hasGuestEnded = place === 'guestExpired' || place === 'tokenExpired';
  return {
    token: place === 'awaitingApproval' || place === 'sessionRequested' ? facts.token : null,
    exchanging: false,
    access: facts.access,
    session: facts.session,
    account: facts.session && facts.account,
    guest: hasGuestEnded ? null : facts.guest,
  };
}

type Args = { context: AuthContext };

export const authGuards = {
  leadsTo: (_: Args, { restored, place }: { restored: Restored; place: Place }) =>
    placeOf(restored) === place,
  /** The record says nothing new: a running step need not stop for it. */
  isKnown: ({ context }: Args, { facts }: Restored) =>
    JSON.stringify(facts) === JSON.stringify(context.facts),
  /** A failed sign-in left something for `retry` to continue with. */
  hasRest: ({ context }: Args) => context.facts.token !== null || context.facts.access !== null,
  hasAccess: ({ context }: Args) => context.facts.access !== null,
  mayCarryOn: ({ context }: Args) => context.failedStep === 'carryingOver' && context.facts.guest !== null,
  isCarried: (_: Args, { failed }: CarryOver) => failed.length === 0,
  isFailure: (_: Args, { failure, code }: { failure: Failure; code: Failure['code'] }) =>
    failure.code === code,
  isSession: (_: Args, granted: Granted) => granted.session !== null,
  hasMaxAge: ({ context }: Args) => context.facts.session?.expiresAt != null,
  hasSession: ({ context }: Args) => context.facts.session !== null,
  hasGuest: ({ context }: Args) => context.facts.guest !== null,
  guestIsUsed: ({ context }: Args) => context.facts.guest?.used === true,
  guestIsUnused: ({ context }: Args) => context.facts.guest?.used === false,
  hasPassword: ({ context }: Args) => context.method === 'password',
  failedAt: ({ context }: Args, step: Step) => context.failedStep === step,
  mayRepeat: ({ context }: Args, { retryable, retryAfter = 0 }: Failure) =>
    retryable && context.tries < MAX_TRIES && retryAfter <= LONGEST_RETRY_AFTER,
  endsBy: (
    { context }: Args,
    { failure, code, asGuest }: { failure: Failure; code: Failure['code']; asGuest: boolean },
  ) => failure.code === code && (context.facts.guest !== null) === asGuest,
};
