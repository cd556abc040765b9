import { type AnyActorRef, fromPromise, type OutputFrom } from 'xstate';
import {
  type AuthContext,
  type authActors,
  authDelays,
  authMachine,
  guestEnd,
} from '../../machines/index.ts';
import { instanceOf, type Steps } from './backend.ts';
import { pollWait } from './polling.ts';

type Args = { context: AuthContext; system: AnyActorRef['system'] };

/** What is left, in ms, until a fact of this client ends. */
const until = (end: (facts: AuthContext['facts']) => number | null | undefined) => (args: Args) =>
  Math.max(0, (end(args.context.facts) ?? Number.POSITIVE_INFINITY) - instanceOf(args.system).clock.now());

const untilGuestEnds = until(({ guest }) => guest && guestEnd(guest));

const step = <Name extends keyof Steps>(name: Name) =>
  fromPromise<OutputFrom<(typeof authActors)[Name]>>(({ system, signal }) =>
    instanceOf(system).backend.steps[name](signal),
  );

/** The one machine of this process, with its actors; its waits are counted from the facts at the present time. */
export const liveMachine = authMachine.provide({
  actors: {
    restore: step('restore'),
    requestToken: step('requestToken'),
    submitLogin: step('submitLogin'),
    createSession: step('createSession'),
    convertSession: step('convertSession'),
    checkApproval: step('checkApproval'),
    fetchAccount: step('fetchAccount'),
    verifySession: step('verifySession'),
    carryOver: step('carryOver'),
    deleteSession: step('deleteSession'),
    createGuest: step('createGuest'),
  },
  delays: {
    requestTokenLifetime: until(({ token }) => token?.expiresAt),
    guestUnusedLifetime: untilGuestEnds,
    guestLifetime: untilGuestEnds,
    sessionMaxAge: until(({ session }) => session?.expiresAt),
    pollInterval: ({ context, system }) =>
      Math.max(pollWait(instanceOf(system).pollInterval(), context.tries), context.retryAfter ?? 0),
    requestTimeout: ({ system }) => instanceOf(system).settings.requestTimeout,
    storageTimeout: authDelays.storageTimeout,
    backoff: authDelays.backoff,
  },
});
