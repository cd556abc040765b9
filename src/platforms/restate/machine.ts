import type { ObjectContext } from '@restatedev/restate-sdk';
import type { AnyActorLogic, AnyActorRef, AnyStateMachine, StateNode } from 'xstate';
import { type AuthContext, authDelays, authMachine } from '../../../machines/index.ts';
import { pollWait } from '../../client/polling.ts';
import { createActors } from './actors.ts';
import type { ActorDependencies } from './dependencies.ts';
import { isImmediate } from './immediately.ts';

type Args = { context: AuthContext; system: AnyActorRef['system'] };

/** The time of the current event of each context, epoch ms. */
const times = new WeakMap<object, number>();

/**
 * Call before sending an event to the machine. When Restate replays a handler after a crash, it compares the timers
 * it schedules, so delays must depend only on a time and random numbers that Restate remembers.
 */
export async function rememberTime(ctx: ObjectContext): Promise<void> {
  times.set(ctx, await ctx.date.now());
}

const contextOf = (system: Args['system']) => (system as unknown as { ctx: ObjectContext }).ctx;

/**
 * The actors limit their own requests, and Restate runs them to their end, restarting as often as needed. So the
 * machine's timeout is only a safeguard, long enough to survive an outage.
 */
const REQUEST_TIMEOUT = 3_600_000;
const MINUTE = 60_000;

const tokenTimeLeft = ({ context, system }: Args) =>
  Math.max(0, (context.facts.token?.expiresAt ?? 0) - (times.get(contextOf(system)) ?? 0));

/**
 * The machine with actors and delays for Restate. Delays that are infinite elsewhere end here with the sign-in:
 * Restate holds every timer until it is due, even one that is no longer needed.
 */
export function restateMachine(dependencies: ActorDependencies) {
  const { pollInterval, keepFor } = dependencies.settings;
  const { guestUnusedLifetime, guestLifetime, carryOverTimeout, storageTimeout, backoff } = authDelays;
  const machine = authMachine.provide({
    // Restate's promises are actor logic, but have another type than the placeholders.
    actors: createActors(dependencies) as never,
    delays: {
      requestTokenLifetime: tokenTimeLeft,
      guestUnusedLifetime,
      guestLifetime,
      pollInterval(args: Args) {
        if (!Number.isFinite(pollInterval)) return tokenTimeLeft(args) + MINUTE;
        const { context, system } = args;
        const wait = pollWait(pollInterval, context.tries, () => contextOf(system).rand.random());
        return Math.max(wait, context.retryAfter ?? 0);
      },
      requestTimeout: REQUEST_TIMEOUT,
      sessionMaxAge: keepFor,
      carryOverTimeout,
      storageTimeout,
      backoff,
    } satisfies Record<keyof typeof authDelays, number | ((args: Args) => number)>,
  });
  refuseHangingActors(machine);
  return machine;
}

/** Whether `@restatedev/xstate/promise` made this logic. */
const isRestatePromise = (logic: object) => 'sentinel' in logic && logic.sentinel === 'restate.promise.actor';

/**
 * Throws a `TypeError` that names every invoked actor that would wait for ever on Restate: XState's own
 * `fromPromise`, `fromCallback` and `fromObservable` run in a process, which Restate leaves after every event. Also
 * refuses an actor without a name, as its logic cannot be looked up.
 */
export function refuseHangingActors(machine: AnyStateMachine): void {
  const hanging = hangingIn(machine);
  if (hanging.length === 0) return;
  throw new TypeError(
    `tmdb-auth: these actors would wait for ever on Restate: ${hanging.join(', ')}. Make them with fromPromise of @restatedev/xstate/promise.`,
  );
}

/** The names of such actors, also in nested machines. An actor without a name appears under XState's generated id. */
const hangingIn = (machine: AnyStateMachine): string[] => {
  const hangs = (src: string) => {
    const logic = machine.implementations.actors[src] as AnyActorLogic | AnyStateMachine | undefined;
    if (!logic) return true;
    if ('root' in logic) return hangingIn(logic).length > 0;
    return !(isRestatePromise(logic) || isImmediate(logic));
  };
  return [...new Set(invokedIn(machine.root))].filter(hangs);
};

/** The names of all actors invoked at or below that state. */
// biome-ignore lint/suspicious/noExplicitAny: XState's own word for any state.
const invokedIn = (node: StateNode<any, any>): string[] => [
  ...node.invoke.map(({ src }) => String(src)),
  ...Object.values(node.states).flatMap(invokedIn),
];
