import { type AnyActorScope, type AnyMachineSnapshot, createActor, initialTransition } from 'xstate';
import {
  type AuthEvent,
  type AuthSnapshot,
  authMachine,
  type CarryOver,
  type Failure,
  failure,
} from '../../machines/index.ts';
import { answers, carriedInPart, errors, records, SENTINEL } from './facts.ts';

/** The pure machine’s world: a snapshot, and every event that can reach it. */
export type State = AuthSnapshot;
export type WorldEvent = {
  type: string;
  output?: unknown;
  error?: unknown;
  failure?: Failure;
  overwrite?: boolean;
  carryOver?: CarryOver;
};

/** Computes once for each snapshot, as snapshots never change. */
function remembered<Thing extends object, Result>(workOut: (thing: Thing) => Result) {
  const results = new WeakMap<Thing, Result>();
  return (thing: Thing): Result => {
    const result = results.has(thing) ? (results.get(thing) as Result) : workOut(thing);
    results.set(thing, result);
    return result;
  };
}

/** For each event that a caller or an adapter may send, all its payloads. Events of callers come first. */
const payloads: Record<AuthEvent['type'], object[]> = {
  'login.start': [{}],
  'login.password': [{}],
  'login.cancel': [{}],
  'approval.granted': [{}],
  'approval.denied': [{}],
  'approval.check': [{}],
  'approval.shown': [{}],
  'guest.start': [{}],
  'session.adopt': [{}],
  'guest.used': [{}],
  'guest.rejected': [{}],
  'session.rejected': [{}],
  'session.check': [{}],
  retry: [{}],
  logout: [{}],
  'record.changed': records.map((output) => ({ output })),
  'record.failed': [{ failure: failure('storage_unavailable') }],
  'login.lost': [{ failure: failure('callback_mismatch') }],
  'approval.blocked': [{ failure: failure('popup_blocked') }],
  'ratings.carry': [{ overwrite: false }, { overwrite: true }],
  'ratings.progress': [{ carryOver: carriedInPart }],
};

/** Every event that a caller or an adapter may send in any state. */
export const sent: WorldEvent[] = Object.entries(payloads).flatMap(([type, each]) =>
  each.map((payload) => ({ type, ...payload })),
);

/** The actors that run in this state. */
export const invokesOf = (state: State) => state._nodes.flatMap((node) => node.invoke);
/** The timers that run in this state: the event each one fires, and its name in `authDelays`. */
export const timersOf = (state: State) =>
  state._nodes.flatMap((node) =>
    Object.keys(node.config.after ?? {}).map((delay) => ({
      delay,
      event: { type: `xstate.after.${delay}.${node.id}` },
    })),
  );

/** The events of this state’s own actors and timers. */
export const own = (state: State): WorldEvent[] => [
  ...invokesOf(state).flatMap(({ id, src }) => [
    ...answers[src as keyof typeof answers].map((output) => ({ type: `xstate.done.actor.${id}`, output })),
    ...Object.values(errors).map((error) => ({ type: `xstate.error.actor.${id}`, error })),
  ]),
  ...timersOf(state).map(({ event }) => event),
];

/** Events without a meaning in any state. (An error of a stopped actor is missing, as XState drops it.) */
const strays: WorldEvent[] = [
  { type: 'no.such.event' },
  { type: 'xstate.done.actor.stopped', output: SENTINEL },
  { type: 'xstate.after.stopped.auth.idle', output: SENTINEL },
];

/** Every event that can reach this state. */
export const eventsAt = (state: State): WorldEvent[] => [...sent, ...own(state), ...strays];

/** The answers of the guards and the delays that were used since this module was loaded. */
export const seen = { guards: new Map<string, Set<boolean>>(), delays: new Set<string>() };

type Named = Record<string, (args: unknown, params: unknown) => unknown>;
const authored = authMachine.implementations as unknown as { guards: Named; delays: Named };
export const guardNames = Object.keys(authored.guards);
export const delayNames = Object.keys(authored.delays);

/** Guards with parameters are recorded one by one: `failedAt sessionRequested`, `leadsTo ready`. */
const labelOf = (name: string, params: unknown) => {
  if (typeof params === 'string') return `${name} ${params}`;
  const { place, asGuest, code } = (params ?? {}) as { place?: string; asGuest?: boolean; code?: string };
  if (place) return `${name} ${place}`;
  return asGuest === undefined ? name : `${name} ${code}`;
};
const spiedGuard = (name: string) => (args: unknown, params: unknown) => {
  const said = Boolean(authored.guards[name]?.(args, params));
  const label = labelOf(name, params);
  seen.guards.set(label, (seen.guards.get(label) ?? new Set()).add(said));
  return said;
};
const spiedDelay = (name: string) => (args: unknown, params: unknown) => {
  seen.delays.add(name);
  const length: unknown = authored.delays[name];
  return typeof length === 'function' ? length(args, params) : length;
};
const spies = (names: string[], spy: (name: string) => unknown) =>
  Object.fromEntries(names.map((name) => [name, spy(name)])) as never;

/** The machine itself, with its guards and delays recorded. */
export const machine = authMachine.provide({
  guards: spies(guardNames, spiedGuard),
  delays: spies(delayNames, spiedDelay),
});
export const [start] = initialTransition(machine, { apiVersion: 3 });

const self = createActor(machine, { input: { apiVersion: 3 } });
/** Executes nothing. `transition()` makes a new one for every step. */
export const nowhere: AnyActorScope = {
  self,
  id: '',
  sessionId: '',
  system: self.system,
  logger: () => {},
  defer: () => {},
  stopChild: () => {},
  emit: () => {},
  actionExecutor: () => {},
};

/** XState’s pure `transition()`, four times as fast because it reuses one inert scope. A test compares them. */
export const step = (state: State, event: WorldEvent): State =>
  machine.transition(state as never, event as never, nowhere as never) as State;

/** Snapshots with the same key are the same state of the world. */
export const keyOf = remembered(({ status, value, context }: AnyMachineSnapshot) =>
  JSON.stringify([status, value, context]),
);

/** The effect of a caller’s event, computed once, as many invariants ask for it. */
const effectsOf = remembered((_: State) => new Map<string, State>());
export const send = (state: State, type: AuthEvent['type']): State => {
  const effects = effectsOf(state);
  const effect = effects.get(type) ?? step(state, { type });
  effects.set(type, effect);
  return effect;
};

const actorOf = (state: State) => {
  const [invoke] = invokesOf(state);
  if (!invoke) throw new Error(`No actor runs in ${JSON.stringify(state.value)}.`);
  return invoke.id;
};

/** An event, its type, or a function that takes it from the actors and timers of the present state. */
export type Move = string | WorldEvent | ((state: State) => WorldEvent);
export const done = (output?: unknown) => (state: State) => ({
  type: `xstate.done.actor.${actorOf(state)}`,
  output,
});
export const fails = (error: unknown) => (state: State) => ({
  type: `xstate.error.actor.${actorOf(state)}`,
  error,
});
export const timer = (name: string) => (state: State) => {
  const found = timersOf(state).find(({ delay }) => delay === name);
  if (!found) throw new Error(`No timer ${name} runs in ${JSON.stringify(state.value)}.`);
  return found.event;
};

/** The state after these moves from the start of the machine. */
export const play = (...moves: Move[]): State =>
  moves.reduce<State>((state, move) => {
    if (typeof move === 'function') return step(state, move(state));
    return step(state, typeof move === 'string' ? { type: move } : move);
  }, start);

/** An event as one readable line: `login.start, done.requestToken {...}`. */
export const say = ({ type, output, error, failure: why }: WorldEvent) => {
  const code = error
    ? ((error as { failure?: Failure }).failure?.code ?? 'error without failure')
    : why?.code;
  const facts = (output as { facts?: object } | undefined)?.facts;
  const known = facts && Object.entries(facts).flatMap(([name, fact]) => (fact ? [name] : []));
  return [type, code && `(${code})`, known && `[${known.join('+') || 'nothing'}]`].filter(Boolean).join(' ');
};
