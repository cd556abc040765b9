import {
  type AuthFacts,
  authMachine,
  type FailureCode,
  failure,
  pathOf,
  type SessionFacts,
  type TokenFacts,
} from '../../../machines/index.ts';
import {
  done,
  fails,
  invokesOf,
  keyOf,
  nowhere,
  type State,
  start,
  timersOf,
  type WorldEvent,
} from '../world.ts';

/** Tokens, sessions and guests are numbers in this walk; 0 means none. The session made of token 1 is session 1. */
export type Id = 0 | 1 | 2;

const LATER = 1_000_000;
export const BEFORE = 1_000;
export const AFTER = 2 * LATER;
export const tokenFacts = (id: Id): TokenFacts => ({ apiVersion: 3, requestedAt: id, expiresAt: LATER });
export const sessionFacts = (id: Id): SessionFacts => ({ createdAt: id, expiresAt: null });
export const guestFacts = (id: Id, used: boolean) => ({
  createdAt: id,
  used,
  unusedUntil: 9 * LATER,
  expiresAt: 9 * LATER,
});

/** The machine itself, but with two tries for a step instead of four, for fewer states. */
const TRIES = 2;
const machine = authMachine.provide({
  guards: { mayRepeat: ({ context }, why) => why.retryable && context.tries < TRIES },
});

/** The reason of a failure and the number of polls make no difference to two clients. */
const normal = (state: State): State => {
  const { context, value } = state;
  const counts = /^(token|session|guest|adoption)Requested/.test(pathOf(value));
  return machine.resolveState({
    value,
    context: { ...context, failure: null, retryAfter: null, tries: counts ? context.tries : 0 },
  } as never) as State;
};

export interface Stage {
  state: State;
  path: string;
  facts: AuthFacts;
  token: Id;
  session: Id;
  guest: Id;
  isSettled: boolean;
  /** The actor that runs in this state. */
  src: string | null;
  timers: Map<string, WorldEvent>;
}

export interface Effect {
  to: number;
  /** The facts are a new object, so the record is updated. */
  touched: boolean;
  /** An actor was started or restarted. */
  started: boolean;
}

const stages: Stage[] = [];
const numbers = new Map<string, number>();
const effects: Map<string, Effect>[] = [];

function numberOf(state: State): number {
  const key = keyOf(state);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const { facts } = state.context;
  stages.push({
    state,
    path: pathOf(state.value),
    facts,
    token: (facts.token?.requestedAt ?? 0) as Id,
    session: (facts.session?.createdAt ?? 0) as Id,
    guest: (facts.guest?.createdAt ?? 0) as Id,
    isSettled: state.hasTag('settled'),
    src: (invokesOf(state)[0]?.src as string | undefined) ?? null,
    timers: new Map(timersOf(state).map(({ delay, event }) => [delay, event])),
  });
  effects.push(new Map());
  numbers.set(key, stages.length - 1);
  return stages.length - 1;
}

export const FIRST = numberOf(normal(start));
export const stageOf = (at: number): Stage => stages[at] as Stage;

/** The effect of an event, computed once for each state. `named` distinguishes events of the same type. */
export function effectOf(at: number, event: WorldEvent, named: string = event.type): Effect {
  const known = effects[at]?.get(named);
  if (known) return known;
  const { state } = stageOf(at);
  const next = machine.transition(state as never, event as never, nowhere as never) as State;
  const effect = {
    to: numberOf(normal(next)),
    touched: next.context.facts !== state.context.facts,
    // `resolveState` gives no children, so every child was started now.
    started: Object.keys(next.children).length > 0,
  };
  effects[at]?.set(named, effect);
  return effect;
}

export const answer = (at: number, output: unknown): WorldEvent => done(output)(stageOf(at).state);
export const error = (at: number, code: FailureCode, isFinal = false): WorldEvent =>
  fails({ failure: { ...failure(code), ...(isFinal && { retryable: false }) } })(stageOf(at).state);
