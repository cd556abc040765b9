import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import { failure, failureOf } from './auth.failures.ts';
import type { Place } from './auth.guards.ts';
import { auth } from './auth.setup.ts';
import {
  type Account,
  type AuthContext,
  type FailureCode,
  type GuestFacts,
  NOTHING,
  type Restored,
  type SessionFacts,
  type Step,
  type TokenFacts,
} from './auth.types.ts';

type Failed = { event: ErrorActorEvent };
type Done<Output> = { event: Pick<DoneActorEvent<Output>, 'output'> };
const itsFailure = ({ event }: Failed) => failureOf(event.error);
const itsOutput = <Output>({ event }: Done<Output>) => event.output;

/** Every unhappy end leads back to the guest if there is one, else to the idle state that says why. */
type Ending = 'fresh' | 'approvalDenied' | 'tokenExpired' | 'sessionRevoked' | 'failed';
const back = <const Actions>(ending: Ending, actions: Actions) =>
  [
    { guard: 'hasGuest', target: '#auth.guestActive', actions },
    { target: `#auth.idle.${ending}`, actions },
  ] as const;

/** The same, only after an error with this code. */
const backAfter = <const Actions>(code: FailureCode, ending: Ending, actions: Actions) => {
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

const because = (code: FailureCode, step?: Step) =>
  ({ type: 'endLogin', params: { failure: failure(code), ...(step && { step }) } }) as const;
const becauseOfError = (step?: Step) =>
  ({
    type: 'endLogin',
    params: ({ event }: Failed) => ({ failure: failureOf(event.error), ...(step && { step }) }),
  }) as const;

/** Again after a wait, while that can help and tries are left. */
const repeat = {
  guard: { type: 'mayRepeat', params: itsFailure },
  target: 'backoff',
  actions: { type: 'noteWait', params: itsFailure },
} as const;

const adopt = { type: 'adoptRecord', params: itsOutput<Restored> } as const;
const stored = (place: Place) =>
  ({ type: 'leadsTo', params: ({ event }: Done<Restored>) => ({ restored: event.output, place }) }) as const;
const tokenIsOver = { type: 'noteFailure', params: failure('token_expired') } as const;
const adoptRecord = [
  { guard: stored('ready'), target: '#auth.sessionActive.ready', actions: adopt },
  { guard: stored('accountRequested'), target: '#auth.sessionActive.accountRequested', actions: adopt },
  { guard: stored('sessionRequested'), target: '#auth.sessionRequested', actions: adopt },
  { guard: stored('awaitingApproval'), target: '#auth.awaitingApproval', actions: adopt },
  { guard: stored('tokenExpiredAsGuest'), target: '#auth.guestActive', actions: [adopt, tokenIsOver] },
  { guard: stored('tokenExpired'), target: '#auth.idle.tokenExpired', actions: [adopt, tokenIsOver] },
  { guard: stored('guestActive'), target: '#auth.guestActive', actions: adopt },
  { guard: stored('guestExpired'), target: '#auth.idle.guestExpired', actions: adopt },
  { guard: 'hasSession', target: '#auth.idle.loggedOut', actions: adopt },
  { target: '#auth.idle.fresh', actions: adopt },
] as const;

const keepToken = { type: 'keepToken', params: itsOutput<TokenFacts> } as const;
const keepSession = { type: 'keepSession', params: itsOutput<SessionFacts> } as const;
const keepAccount = { type: 'keepAccount', params: itsOutput<Account> } as const;
const keepGuest = { type: 'keepGuest', params: itsOutput<GuestFacts> } as const;
const accountFailed = {
  type: 'noteFailedStep',
  params: ({ event }: Failed) => ({ failure: failureOf(event.error), step: 'accountRequested' as const }),
} as const;
const accountTimedOut = {
  type: 'noteFailedStep',
  params: { failure: failure('timeout'), step: 'accountRequested' },
} as const;

const startLogin = (method: AuthContext['method']) =>
  ({ target: '#auth.tokenRequested', actions: { type: 'startLogin', params: method } }) as const;
const starts = { 'login.start': startLogin('approval'), 'login.password': startLogin('password') } as const;
const retry = (step: Step, target: `#auth.${string}`) =>
  ({ guard: { type: 'failedAt', params: step }, target }) as const;
const retries = [
  retry('tokenRequested', '#auth.tokenRequested'),
  retry('sessionRequested', '#auth.sessionRequested'),
] as const;

const logout = { target: '#auth.idle.loggedOut', actions: 'dropEverything' } as const;
const leave = { 'login.cancel': back('fresh', because('cancelled')), logout } as const;

const sessionGone = backAfter('session_invalid', 'sessionRevoked', [
  'dropSession',
  { type: 'noteFailure', params: itsFailure },
]);

/**
 * How TMDB signs people in. It decides everything and does nothing: it reads no clock, sends no request and holds
 * no secret. Its actors do; they are provided from outside and hand secrets to each other through a vault.
 */
export const authMachine = auth.createMachine({
  id: 'auth',
  context: ({ input }) => ({
    apiVersion: input.apiVersion,
    facts: NOTHING,
    method: 'approval',
    tries: 0,
    retryAfter: null,
    failure: null,
    failedStep: null,
  }),
  on: {
    'guest.used': { guard: 'guestIsUnused', actions: 'markGuestUsed' },
    'guest.rejected': { guard: 'hasGuest', actions: 'dropGuest' },
    'record.changed': [{ guard: { type: 'isKnown', params: ({ event }) => event.output } }, ...adoptRecord],
    'record.failed': { actions: { type: 'noteWarning', params: ({ event }) => event.failure } },
  },
  initial: 'restoring',
  states: {
    restoring: {
      tags: 'pending',
      entry: 'startStep',
      invoke: {
        src: 'restore',
        onDone: adoptRecord,
        onError: {
          target: 'idle.fresh',
          actions: {
            type: 'noteFailedStep',
            params: ({ event }) => ({ failure: failureOf(event.error), step: 'restoring' }),
          },
        },
      },
      after: {
        storageTimeout: {
          target: 'idle.fresh',
          actions: {
            type: 'noteFailedStep',
            params: { failure: failure('storage_unavailable'), step: 'restoring' },
          },
        },
      },
    },

    idle: {
      tags: ['signedOut', 'settled'],
      on: {
        ...starts,
        'guest.start': { target: 'guestRequested', actions: 'dropToken' },
        logout: { guard: 'hasToken', ...logout },
        retry: [
          ...retries,
          retry('guestRequested', '#auth.guestRequested'),
          retry('restoring', '#auth.restoring'),
        ],
      },
      initial: 'fresh',
      states: {
        fresh: {},
        loggedOut: {},
        approvalDenied: {},
        tokenExpired: {},
        guestExpired: {},
        sessionRevoked: {},
        failed: {},
      },
    },

    tokenRequested: {
      tags: 'pending',
      entry: 'startStep',
      on: leave,
      initial: 'trying',
      states: {
        trying: {
          entry: 'countTry',
          invoke: {
            src: 'requestToken',
            onDone: [
              { guard: 'hasPassword', target: '#auth.loginSubmitted', actions: keepToken },
              { target: '#auth.awaitingApproval', actions: keepToken },
            ],
            onError: [repeat, ...back('failed', becauseOfError('tokenRequested'))],
          },
          after: { requestTimeout: back('failed', because('timeout', 'tokenRequested')) },
        },
        backoff: { after: { backoff: 'trying' } },
      },
    },

    awaitingApproval: {
      tags: 'pending',
      on: {
        ...leave,
        'approval.granted': 'sessionRequested',
        'approval.blocked': { actions: { type: 'noteFailure', params: ({ event }) => event.failure } },
        'approval.shown': { actions: 'clearFailure' },
        'approval.denied': back('approvalDenied', because('approval_denied')),
      },
      after: { requestTokenLifetime: back('tokenExpired', because('token_expired')) },
      initial: 'waiting',
      states: {
        waiting: {
          on: { 'approval.check': 'checking' },
          after: { pollInterval: 'checking' },
        },
        checking: {
          invoke: {
            src: 'checkApproval',
            onDone: { target: '#auth.sessionActive', actions: keepSession },
            onError: [
              ...backAfter('exchange_interrupted', 'failed', becauseOfError()),
              { target: 'waiting', actions: { type: 'noteWait', params: itsFailure } },
            ],
          },
          after: { requestTimeout: 'waiting' },
        },
      },
    },

    loginSubmitted: {
      tags: 'pending',
      on: leave,
      invoke: { src: 'submitLogin', onDone: 'sessionRequested', onError: back('failed', becauseOfError()) },
      after: { requestTimeout: back('failed', because('timeout')) },
    },

    sessionRequested: {
      tags: 'pending',
      entry: ['startStep', 'claimToken'],
      exit: 'releaseToken',
      on: leave,
      initial: 'exchanging',
      states: {
        exchanging: {
          entry: 'countTry',
          invoke: {
            src: 'createSession',
            onDone: { target: '#auth.sessionActive', actions: keepSession },
            onError: [
              repeat,
              ...backAfter('token_expired', 'tokenExpired', becauseOfError()),
              ...back('failed', becauseOfError('sessionRequested')),
            ],
          },
          after: { requestTimeout: back('failed', because('timeout', 'sessionRequested')) },
        },
        backoff: { after: { backoff: 'exchanging' } },
      },
    },

    sessionActive: {
      tags: 'user',
      on: { logout: 'loggingOut' },
      after: { sessionMaxAge: { guard: 'hasMaxAge', target: 'loggingOut' } },
      initial: 'accountRequested',
      states: {
        accountRequested: {
          entry: 'startStep',
          invoke: {
            src: 'fetchAccount',
            onDone: { target: 'ready', actions: keepAccount },
            onError: [...sessionGone, { target: 'ready', actions: accountFailed }],
          },
          after: { requestTimeout: { target: 'ready', actions: accountTimedOut } },
        },
        ready: {
          tags: 'settled',
          on: {
            'session.rejected': 'verifying',
            retry: retry('accountRequested', '#auth.sessionActive.accountRequested'),
          },
        },
        verifying: {
          entry: 'startStep',
          invoke: {
            src: 'verifySession',
            onDone: { target: 'ready', actions: keepAccount },
            onError: [...sessionGone, { target: 'ready', actions: accountFailed }],
          },
          after: { requestTimeout: { target: 'ready', actions: accountTimedOut } },
        },
      },
    },

    loggingOut: {
      tags: 'pending',
      entry: 'dropEverything',
      on: { 'record.changed': {} },
      invoke: {
        src: 'deleteSession',
        onDone: 'idle.loggedOut',
        onError: {
          target: 'idle.loggedOut',
          actions: { type: 'noteFailure', params: failure('revoke_failed') },
        },
      },
      after: {
        requestTimeout: {
          target: 'idle.loggedOut',
          actions: { type: 'noteFailure', params: failure('revoke_failed') },
        },
      },
    },

    guestRequested: {
      tags: 'pending',
      entry: 'startStep',
      on: leave,
      initial: 'trying',
      states: {
        trying: {
          entry: 'countTry',
          invoke: {
            src: 'createGuest',
            onDone: { target: '#auth.guestActive', actions: keepGuest },
            onError: [repeat, ...back('failed', becauseOfError('guestRequested'))],
          },
          after: { requestTimeout: back('failed', because('timeout', 'guestRequested')) },
        },
        backoff: { after: { backoff: 'trying' } },
      },
    },

    guestActive: {
      tags: ['guest', 'settled'],
      on: {
        ...starts,
        retry: retries,
        logout,
        'guest.rejected': { target: 'idle.guestExpired', actions: 'endGuest' },
      },
      initial: 'unused',
      states: {
        unused: {
          always: { guard: 'guestIsUsed', target: 'used' },
          after: { guestUnusedLifetime: { target: '#auth.idle.guestExpired', actions: 'endGuest' } },
        },
        used: {
          after: { guestLifetime: { target: '#auth.idle.guestExpired', actions: 'endGuest' } },
        },
      },
    },
  },
});
