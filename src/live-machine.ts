import type { AnyActorRef } from 'xstate';
import { type AuthContext, authDelays, authMachine, guestEnd } from '../machines/index.ts';
import { actors } from './actors/index.ts';
import { instanceOf } from './instance.ts';
import { pollWait } from './polling.ts';

type Args = { context: AuthContext; system: AnyActorRef['system'] };

/** What is left, in ms, until a fact of this client ends. */
const until = (end: (facts: AuthContext['facts']) => number | null | undefined) => (args: Args) =>
  Math.max(0, (end(args.context.facts) ?? Number.POSITIVE_INFINITY) - instanceOf(args.system).clock.now());

const untilGuestEnds = until(({ guest }) => guest && guestEnd(guest));

/** The one machine of this process, with its actors; its waits are counted from the facts at the present time. */
export const liveMachine = authMachine.provide({
  actors,
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
