import { failure, failureOf } from './auth.failures.ts';
import { auth } from './auth.setup.ts';
import {
  accountEnds,
  adoptRecord,
  back,
  backAfter,
  backToReady,
  backToReadyBecause,
  because,
  becauseOfError,
  carried,
  failureIn,
  granted,
  guestGone,
  keepAdopted,
  keepGuest,
  keepSession,
  keepToken,
  leave,
  logout,
  repeat,
  retries,
  retry,
  sessionGone,
  starts,
} from './auth.transitions.ts';
import { contextAtFirst } from './auth.types.ts';

/**
 * The statechart of TMDB's sign-in. It decides everything and does nothing: it reads no clock, sends no request and
 * holds no secret. Its actors do; they are provided from outside and hand secrets to each other through a vault.
 */
export const authMachine = auth.createMachine({
  id: 'auth',
  context: ({ input }) => contextAtFirst(input),
  on: {
    'guest.used': { guard: 'guestIsUnused', actions: 'markGuestUsed' },
    'guest.rejected': { guard: 'hasGuest', actions: 'dropGuest' },
    'record.changed': [{ guard: { type: 'isKnown', params: ({ event }) => event.output } }, ...adoptRecord],
    'record.failed': { actions: { type: 'noteWarning', params: ({ event }) => event.failure } },
    'login.lost': { actions: { type: 'noteFailure', params: ({ event }) => event.failure } },
  },
  initial: 'restoring',
  states: {
    restoring: {
      tags: 'pending',
      entry: 'startStep',
      invoke: {
        id: 'restore',
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
        'guest.start': { target: 'guestRequested', actions: 'dropRest' },
        logout: { guard: 'hasRest', ...logout },
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
            id: 'requestToken',
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
      entry: 'startStep',
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
          entry: 'countTry',
          invoke: {
            id: 'checkApproval',
            src: 'checkApproval',
            onDone: granted,
            onError: [
              ...backAfter('exchange_interrupted', 'failed', becauseOfError()),
              ...backAfter('approval_denied', 'approvalDenied', becauseOfError()),
              { target: 'waiting', actions: { type: 'noteWait', params: failureIn } },
            ],
          },
          after: { requestTimeout: 'waiting' },
        },
      },
    },

    loginSubmitted: {
      tags: 'pending',
      on: leave,
      invoke: {
        id: 'submitLogin',
        src: 'submitLogin',
        onDone: 'sessionRequested',
        onError: back('failed', becauseOfError()),
      },
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
            id: 'createSession',
            src: 'createSession',
            onDone: granted,
            onError: [
              repeat,
              ...backAfter('token_expired', 'tokenExpired', becauseOfError()),
              ...backAfter('approval_denied', 'approvalDenied', becauseOfError()),
              ...backAfter('exchange_interrupted', 'failed', because('exchange_interrupted')),
              ...back('failed', becauseOfError('sessionRequested')),
            ],
          },
          after: { requestTimeout: back('failed', because('timeout', 'sessionRequested')) },
        },
        converting: {
          entry: 'countTry',
          invoke: {
            id: 'convertSession',
            src: 'convertSession',
            onDone: { target: '#auth.sessionActive', actions: keepSession },
            onError: [repeat, ...back('failed', becauseOfError('converting'))],
          },
          after: { requestTimeout: back('failed', because('timeout', 'converting')) },
        },
        backoff: {
          after: { backoff: [{ guard: 'hasAccess', target: 'converting' }, { target: 'exchanging' }] },
        },
      },
    },

    adoptionRequested: {
      tags: 'pending',
      entry: 'startStep',
      on: leave,
      initial: 'trying',
      states: {
        trying: {
          entry: 'countTry',
          invoke: {
            id: 'adoptSession',
            src: 'adoptSession',
            onDone: { target: '#auth.sessionActive.ready', actions: keepAdopted },
            onError: [
              repeat,
              ...backAfter('session_invalid', 'sessionRevoked', becauseOfError()),
              ...back('failed', becauseOfError()),
            ],
          },
          after: { requestTimeout: back('failed', because('timeout')) },
        },
        backoff: { after: { backoff: 'trying' } },
      },
    },

    sessionActive: {
      tags: 'user',
      exit: 'forgetCarryOver',
      on: { logout: 'loggingOut' },
      after: { sessionMaxAge: { guard: 'hasMaxAge', target: 'loggingOut' } },
      initial: 'accountRequested',
      states: {
        accountRequested: {
          entry: 'startStep',
          invoke: { id: 'fetchAccount', src: 'fetchAccount', ...accountEnds },
          after: { requestTimeout: backToReadyBecause('timeout', 'accountRequested') },
        },
        ready: {
          tags: 'settled',
          on: {
            'session.rejected': 'verifying',
            'session.check': 'verifying',
            'ratings.carry': {
              guard: 'hasGuest',
              target: 'carryingOver',
              actions: { type: 'startCarryOver', params: ({ event }) => event.overwrite },
            },
            retry: [
              retry('accountRequested', '#auth.sessionActive.accountRequested'),
              { guard: 'mayCarryOn', target: 'carryingOver' },
            ],
          },
        },
        verifying: {
          entry: 'startStep',
          invoke: { id: 'verifySession', src: 'verifySession', ...accountEnds },
          after: { requestTimeout: backToReadyBecause('timeout', 'accountRequested') },
        },
        carryingOver: {
          entry: 'startStep',
          invoke: {
            id: 'carryOver',
            src: 'carryOver',
            onDone: carried,
            onError: [...sessionGone, guestGone, backToReady('carryingOver')],
          },
          on: {
            'ratings.progress': {
              actions: { type: 'noteCarryOver', params: ({ event }) => event.carryOver },
            },
            'login.cancel': backToReadyBecause('cancelled', 'carryingOver'),
          },
          after: { carryOverTimeout: backToReadyBecause('timeout', 'carryingOver') },
        },
      },
    },

    loggingOut: {
      tags: 'pending',
      entry: 'dropEverything',
      on: { 'record.changed': {} },
      invoke: {
        id: 'deleteSession',
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
            id: 'createGuest',
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
