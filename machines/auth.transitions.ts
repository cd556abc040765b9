import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import { failure, failureOf } from './auth.failures.ts';
import type { Place } from './auth.guards.ts';
import type {
  Account,
  Adopted,
  AuthContext,
  CarryOver,
  FailureCode,
  Granted,
  GuestFacts,
  Restored,
  SessionFacts,
  Step,
  TokenFacts,
} from './auth.types.ts';

/* Transitions that recur in the statechart, by name. */

type Failed = { event: ErrorActorEvent };
type Done<Output> = { event: Pick<DoneActorEvent<Output>, 'output'> };
export const failureIn = ({ event }: Failed) => failureOf(event.error);
const outputIn = <Output>({ event }: Done<Output>) => event.output;

/** Every unhappy end returns to the guest if there is one, else to the idle state of that name. */
type Ending = 'fresh' | 'approvalDenied' | 'tokenExpired' | 'sessionRevoked' | 'failed';
export const back = <const Actions>(ending: Ending, actions: Actions) =>
  [
    { guard: 'hasGuest', target: '#auth.guestActive', actions },
    { target: `#auth.idle.${ending}`, actions },
  ] as const;

/** The same, only after an error with this code. */
export const backAfter = <const Actions>(code: FailureCode, ending: Ending, actions: Actions) => {
  const guard = (asGuest: boolean) =>
    ({
      type: 'endsBy',
      params: ({ event }: Failed) => ({ failure: failureOf(event.error), code, asGuest }),
    }) as const;
  return [
    { guard: guard(true), target: '#auth.guestActive', actions },
    { guard: guard(false), target: `#auth.idle.${ending}`, actions },
  ] as const;
};

export const because = (code: FailureCode, step?: Step) =>
  ({ type: 'endLogin', params: { failure: failure(code), ...(step && { step }) } }) as const;
export const becauseOfError = (step?: Step) =>
  ({
    type: 'endLogin',
    params: ({ event }: Failed) => ({ failure: failureOf(event.error), ...(step && { step }) }),
  }) as const;

/** Tries again after a wait, while another try can help and tries are left. */
export const repeat = {
  guard: { type: 'mayRepeat', params: failureIn },
  target: 'backoff',
  actions: { type: 'noteWait', params: failureIn },
} as const;

const adopt = { type: 'adoptRecord', params: outputIn<Restored> } as const;
const stored = (place: Place) =>
  ({ type: 'leadsTo', params: ({ event }: Done<Restored>) => ({ restored: event.output, place }) }) as const;
const noteExpiredToken = { type: 'noteFailure', params: failure('token_expired') } as const;
const places = {
  ready: { target: '#auth.sessionActive.ready', actions: adopt },
  accountRequested: { target: '#auth.sessionActive.accountRequested', actions: adopt },
  converting: { target: '#auth.sessionRequested.converting', actions: adopt },
  sessionRequested: { target: '#auth.sessionRequested', actions: adopt },
  awaitingApproval: { target: '#auth.awaitingApproval', actions: adopt },
  tokenExpiredAsGuest: { target: '#auth.guestActive', actions: [adopt, noteExpiredToken] },
  tokenExpired: { target: '#auth.idle.tokenExpired', actions: [adopt, noteExpiredToken] },
  guestActive: { target: '#auth.guestActive', actions: adopt },
  guestExpired: { target: '#auth.idle.guestExpired', actions: adopt },
} as const satisfies Record<Exclude<Place, 'fresh'>, object>;
const placeNames = Object.keys(places) as (keyof typeof places)[];
export const adoptRecord = [
  ...placeNames.map((place) => ({ guard: stored(place), ...places[place] })),
  { guard: 'hasSession', target: '#auth.idle.loggedOut', actions: adopt },
  { target: '#auth.idle.fresh', actions: adopt },
] as const;

export const keepToken = { type: 'keepToken', params: outputIn<TokenFacts> } as const;
export const keepSession = { type: 'keepSession', params: outputIn<SessionFacts> } as const;
export const keepAdopted = { type: 'keepAdopted', params: outputIn<Adopted> } as const;
const keepGranted = { type: 'keepGranted', params: outputIn<Granted> } as const;
/** v3 is signed in by the exchange; v4 still has to make a session. */
export const granted = [
  {
    guard: { type: 'isSession', params: outputIn<Granted> },
    target: '#auth.sessionActive',
    actions: keepGranted,
  },
  { target: '#auth.sessionRequested.converting', actions: [keepGranted, 'startTries'] },
] as const;
const keepAccount = { type: 'keepAccount', params: outputIn<Account> } as const;
export const keepGuest = { type: 'keepGuest', params: outputIn<GuestFacts> } as const;
const noteCarryOver = { type: 'noteCarryOver', params: outputIn<CarryOver> } as const;
/** Forgets the guest once all ratings are carried over; otherwise the failed ones can be tried again. */
export const carried = [
  {
    guard: { type: 'isCarried', params: outputIn<CarryOver> },
    target: 'ready',
    actions: [noteCarryOver, 'dropGuest'],
  },
  { target: 'ready', actions: noteCarryOver },
] as const;
export const guestGone = {
  guard: {
    type: 'isFailure',
    params: ({ event }: Failed) => ({ failure: failureOf(event.error), code: 'guest_gone' as const }),
  },
  target: 'ready',
  actions: ['dropGuest', { type: 'noteFailure', params: failureIn }],
} as const;
export const sessionGone = backAfter('session_invalid', 'sessionRevoked', [
  'dropSession',
  { type: 'noteFailure', params: failureIn },
]);

/** A failed step does not end the session: the failure is noted, and `retry` repeats the step. */
export const backToReady = (step: Step) =>
  ({
    target: 'ready',
    actions: {
      type: 'noteFailedStep',
      params: ({ event }: Failed) => ({ failure: failureOf(event.error), step }),
    },
  }) as const;
export const backToReadyBecause = (code: FailureCode, step: Step) =>
  ({
    target: 'ready',
    actions: { type: 'noteFailedStep', params: { failure: failure(code), step } },
  }) as const;
export const accountEnds = {
  onDone: { target: 'ready', actions: keepAccount },
  onError: [...sessionGone, backToReady('accountRequested')],
} as const;

const startLogin = (method: AuthContext['method']) =>
  ({ target: '#auth.tokenRequested', actions: { type: 'startLogin', params: method } }) as const;
export const starts = {
  'login.start': startLogin('approval'),
  'login.password': startLogin('password'),
  'session.adopt': { target: '#auth.adoptionRequested', actions: 'dropRest' },
} as const;
export const retry = (step: Step, target: `#auth.${string}`) =>
  ({ guard: { type: 'failedAt', params: step }, target }) as const;
export const retries = [
  retry('tokenRequested', '#auth.tokenRequested'),
  retry('sessionRequested', '#auth.sessionRequested'),
  retry('converting', '#auth.sessionRequested.converting'),
] as const;

export const logout = { target: '#auth.idle.loggedOut', actions: 'dropEverything' } as const;
export const leave = { 'login.cancel': back('fresh', because('cancelled')), logout } as const;
