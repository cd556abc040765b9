import type { ObjectContext } from '@restatedev/restate-sdk';
import type { AnyActorLogic, AnyActorRef, AnyStateMachine, StateNode } from 'xstate';
import { type AuthContext, authDelays, authMachine } from '../../../machines/index.ts';
import { pollWait } from '../../client/polling.ts';
import { createActors } from './actors.ts';
import type { ActorDependencies } from './dependencies.ts';
import { isImmediate } from './immediately.ts';

type Args = { context: AuthContext; system: AnyActorRef['system'] };

/** When each event came, epoch ms. */
const times = new WeakMap<object, number>();

/**
 * To be called before the machine hears of an event. What it schedules is compared by Restate when a crash has it run
 * again: it has to go by a time that Restate remembers, and by Restate's own dice.
 */
export async function rememberTime(ctx: ObjectContext): Promise<void> {
  times.set(ctx, await ctx.date.now());
}

const contextOf = (system: Args['system']) => (system as unknown as { ctx: ObjectContext }).ctx;

/**
 * Requests are bounded where they are made, and Restate runs them to their end, however often it has to start again.
 * The machine's own end of a request is for what cannot be: while it is armed, an outage of that length costs nothing.
 */
const REQUEST_TIMEOUT = 3_600_000;
const MINUTE = 60_000;

const left = ({ context, system }: Args) =>
  Math.max(0, (context.facts.token?.expiresAt ?? 0) - (times.get(contextOf(system)) ?? 0));

/**
 * The machine, with actors and delays that Restate can keep. What is "never" elsewhere ends here with what it belongs
 * to: Restate holds a timer until it is due, also one that nobody waits for any more.
 */
export function restateMachine(dependencies: ActorDependencies) {
  const { pollInterval, keepFor } = dependencies.settings;
  const { guestUnusedLifetime, guestLifetime, carryOverTimeout, storageTimeout, backoff } = authDelays;
  const machine = authMachine.provide({
    // Restate's promises are actors to XState, but not of the class that the placeholders are.
    actors: createActors(dependencies) as never,
    delays: {
      requestTokenLifetime: left,
      guestUnusedLifetime,
      guestLifetime,
      pollInterval(args: Args) {
        if (!Number.isFinite(pollInterval)) return left(args) + MINUTE;
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

/** The mark of what `@restatedev/xstate/promise` makes. */
const isRestatePromise = (logic: object) => 'sentinel' in logic && logic.sentinel === 'restate.promise.actor';

/**
 * Throws a `TypeError` that names every invoked actor that would wait for ever on Restate: `fromPromise`,
 * `fromCallback` and `fromObservable` of XState itself run in a process, which Restate leaves after every event. An
 * actor without a name is refused as well: nobody can tell what was provided for it.
 */
export function refuseHangingActors(machine: AnyStateMachine): void {
  const hanging = hangingIn(machine);
  if (hanging.length === 0) return;
  throw new TypeError(
    `tmdb-auth: these actors would wait for ever on Restate: ${hanging.join(', ')}. Make them with fromPromise of @restatedev/xstate/promise.`,
  );
}

/** The names of such actors, also of machines within the machine. One without a name is called by a number of XState's. */
const hangingIn = (machine: AnyStateMachine): string[] => {
  const hangs = (src: string) => {
    const logic = machine.implementations.actors[src] as AnyActorLogic | AnyStateMachine | undefined;
    if (!logic) return true;
    if ('root' in logic) return hangingIn(logic).length > 0;
    return !(isRestatePromise(logic) || isImmediate(logic));
  };
  return [...new Set(invokedIn(machine.root))].filter(hangs);
};

/** The names of all actors below that state. */
// biome-ignore lint/suspicious/noExplicitAny: XState's own word for any state.
const invokedIn = (node: StateNode<any, any>): string[] => [
  ...node.invoke.map(({ src }) => String(src)),
  ...Object.values(node.states).flatMap(invokedIn),
];
