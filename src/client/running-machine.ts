import { type AnyActorRef, fromPromise } from 'xstate';
import { type AuthContext, authActors, authDelays, authMachine, guestEnd } from '../../machines/index.ts';
import { instanceOf, type StepName } from './backend.ts';
import { pollWait } from './polling.ts';

type Args = { context: AuthContext; system: AnyActorRef['system'] };

/** Time left, in ms, until a fact of this client ends. */
const until = (end: (facts: AuthContext['facts']) => number | null | undefined) => (args: Args) =>
  Math.max(0, (end(args.context.facts) ?? Number.POSITIVE_INFINITY) - instanceOf(args.system).clock.now());

const untilGuestEnds = until(({ guest }) => guest && guestEnd(guest));

// TypeScript types the keys of any object as `string`.
const STEPS = Object.keys(authActors) as StepName[];
const actorOf = (name: StepName) =>
  fromPromise(({ system, signal }) => instanceOf(system).backend.run(name, signal));

/** The one machine of this process. Each actor runs the step of its name, for its client. */
export const runningMachine = authMachine.provide({
  actors: Object.fromEntries(STEPS.map((name) => [name, actorOf(name)])),
  // Waits are counted from the facts at the current time, so that a restored client waits for the rest only.
  delays: {
    requestTokenLifetime: until(({ token }) => token?.expiresAt),
    guestUnusedLifetime: untilGuestEnds,
    guestLifetime: untilGuestEnds,
    sessionMaxAge: until(({ session }) => session?.expiresAt),
    pollInterval: ({ context, system }) =>
      Math.max(pollWait(instanceOf(system).pollInterval(), context.tries), context.retryAfter ?? 0),
    requestTimeout: ({ system }) => instanceOf(system).settings.requestTimeout,
    carryOverTimeout: authDelays.carryOverTimeout,
    storageTimeout: authDelays.storageTimeout,
    backoff: authDelays.backoff,
  } satisfies Record<keyof typeof authDelays, number | ((args: Args) => number)>,
});
