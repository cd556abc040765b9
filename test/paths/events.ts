import { type AuthEvent, type authActors, failure, type Restored } from '../../machines/index.ts';
import {
  access,
  account,
  adopted,
  carried,
  carriedInPart,
  errors,
  expiredGuest,
  expiredToken,
  granted,
  grantedAccess,
  guest,
  guestUsed,
  record,
  session,
  token,
} from '../machine/facts.ts';
import { invokesOf, type State, timersOf, type WorldEvent } from '../machine/world.ts';

/** Every record that leads to a different state, by name. */
export const RECORDS: Record<string, Restored> = {
  nothing: record(),
  guest: record({ guest }),
  guestUsed: record({ guest: guestUsed }),
  expiredGuest: record({ guest: expiredGuest }),
  token: record({ token }),
  tokenAndGuest: record({ token, guest }),
  expiredToken: record({ token: expiredToken }),
  tokenOverAndGuest: record({ token: expiredToken, guest: guestUsed }),
  exchanging: record({ token, exchanging: true }),
  exchangingWithGuest: record({ token, exchanging: true, guest }),
  access: record({ access, exchanging: true }),
  session: record({ session }),
  account: record({ session, account }),
  accountAndGuest: record({ session, account, guest }),
};

type Errors = keyof typeof errors;
/** The answers of each actor: one of each kind that real parts give. */
const ANSWERS: Record<keyof typeof authActors, { done: unknown[]; errors: Errors[] }> = {
  restore: { done: Object.values(RECORDS), errors: ['final'] },
  requestToken: { done: [token], errors: ['retryable', 'final'] },
  submitLogin: { done: [undefined], errors: ['final'] },
  checkApproval: { done: [granted, grantedAccess], errors: ['retryable', 'interrupted', 'denied'] },
  createSession: {
    done: [granted, grantedAccess],
    errors: ['retryable', 'final', 'interrupted', 'denied', 'tokenExpired'],
  },
  convertSession: { done: [session], errors: ['retryable', 'final'] },
  adoptSession: { done: [adopted], errors: ['retryable', 'final', 'sessionInvalid'] },
  fetchAccount: { done: [account], errors: ['final', 'sessionInvalid'] },
  verifySession: { done: [account], errors: ['final', 'sessionInvalid'] },
  carryOver: { done: [carried, carriedInPart], errors: ['final', 'sessionInvalid', 'guestGone'] },
  deleteSession: { done: [undefined], errors: ['final'] },
  createGuest: { done: [guest], errors: ['retryable', 'final'] },
};

const ALWAYS = [
  'login.start',
  'login.password',
  'login.cancel',
  'guest.start',
  'session.adopt',
  'guest.used',
  'guest.rejected',
  'session.rejected',
  'session.check',
  'approval.granted',
  'approval.denied',
  'approval.check',
  'retry',
  'logout',
] as const satisfies AuthEvent['type'][];

/** The possible events in this state: all of the statechart, but not every variation. */
export function eventsAt(state: State): WorldEvent[] {
  const actors = invokesOf(state).flatMap(({ id, src }) => {
    const { done, errors: failing } = ANSWERS[src as keyof typeof ANSWERS];
    return [
      ...done.map((output) => ({ type: `xstate.done.actor.${id}`, output })),
      ...failing.map((name) => ({ type: `xstate.error.actor.${id}`, error: errors[name] })),
    ];
  });
  const isAsked = state.matches('awaitingApproval');
  return [
    ...actors,
    ...timersOf(state).map(({ event }) => event),
    ...ALWAYS.map((type) => ({ type })),
    // Every record of another client is tried only where a machine is settled.
    ...(state.hasTag('settled')
      ? Object.values(RECORDS).map((output) => ({ type: 'record.changed', output }))
      : []),
    ...(isAsked
      ? [
          { type: 'record.failed', failure: failure('storage_unavailable') },
          { type: 'approval.blocked', failure: failure('popup_blocked') },
          { type: 'approval.shown' },
        ]
      : []),
    ...(state.hasTag('signedOut') ? [{ type: 'login.lost', failure: failure('callback_mismatch') }] : []),
    { type: 'ratings.carry', overwrite: false },
    { type: 'ratings.progress', carryOver: carriedInPart },
  ];
}

/** Distinguishes events of the same type: `done.guestUsed`, `error network`, `record.changed token`. */
export function nameOf({ type, output, error }: WorldEvent): string {
  const found = Object.entries(RECORDS).find(([, known]) => known === output)?.[0];
  const answer = output === grantedAccess ? 'access' : output === carriedInPart ? 'in part' : null;
  const failed = Object.entries(errors).find(([, known]) => known === error)?.[0];
  return [type, found ?? answer ?? failed].filter(Boolean).join(' ');
}
