import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { MAX_TRIES, NEVER } from '../../machines/index.ts';
import { keyOf, type Trigger, triggerOf } from '../../src/tools/feed/moves.ts';
import { GUARD_DETAILS } from './texts.ts';

export type { Kind } from '../../src/tools/feed/moves.ts';

/** The view's status in a state. */
export type Group = 'signedOut' | 'pending' | 'guest' | 'user';

export interface ChartGuard {
  name: string;
  /** The guard's parameter, such as the failed step, if several branches use the same guard. */
  detail: string | null;
}

export interface ChartTransition extends Trigger {
  source: string;
  guard: ChartGuard | null;
  /** Null if the machine stays in its state. */
  target: string | null;
}

/** The transition's key in the drawing, by which the panel finds what to highlight. */
export const moveOf = (one: ChartTransition) => keyOf(one.source, one, one.target);

export interface ChartState {
  path: string;
  name: string;
  parent: string | null;
  children: string[];
  isInitial: boolean;
  actors: string[];
  group: Group;
  transitions: ChartTransition[];
  /** A line below its name. */
  note?: string;
}

export interface Chart {
  /** In the machine's order, parents before children. */
  states: ChartState[];
  /** The transitions of the root, which apply in every state. */
  everywhere: ChartTransition[];
  /** The nominal length of each delay as text. */
  delays: Record<string, string>;
}

const GROUPS = ['signedOut', 'guest', 'user'] as const;
const pathOf = (node: AnyStateNode) => node.path.join('.');

function groupOf(node: AnyStateNode): Group {
  const own = GROUPS.find((group) => node.tags.includes(group));
  return own ?? (node.parent ? groupOf(node.parent) : 'pending');
}

/** An empty event, for guard params that are computed from an event. */
const NO_EVENT = { context: {}, event: { type: '', output: {}, error: undefined } };

function guardOf(guard: unknown): ChartGuard | null {
  if (!guard) return null;
  if (typeof guard === 'string') return { name: guard, detail: null };
  if (typeof guard === 'function') return { name: guard.name || 'guard', detail: null };
  const { type, params } = guard as { type: string; params?: unknown };
  const known = typeof params === 'function' ? params(NO_EVENT) : params;
  return { name: type, detail: GUARD_DETAILS[type]?.(known) ?? null };
}

interface Transition {
  guard?: unknown;
  target: readonly AnyStateNode[] | undefined;
}

function read(node: AnyStateNode, trigger: Trigger, transition: Transition) {
  const [target] = transition.target ?? [];
  const guard = guardOf(transition.guard);
  return { source: pathOf(node), ...trigger, guard, target: target ? pathOf(target) : null };
}

function transitionsOf(node: AnyStateNode): ChartTransition[] {
  const always = (node.always ?? []).map((one) => read(node, triggerOf('', node.id), one));
  const others = [...node.transitions].flatMap(([descriptor, all]) =>
    all.map((one) => read(node, triggerOf(descriptor, node.id), one)),
  );
  return [...always, ...others];
}

function stateOf(node: AnyStateNode): ChartState {
  return {
    path: pathOf(node),
    name: node.key,
    parent: node.parent?.parent ? pathOf(node.parent) : null,
    children: Object.values(node.states).map(pathOf),
    isInitial: node.parent?.initial.target?.[0] === node,
    actors: node.invoke.map(({ src }) => (typeof src === 'string' ? src : 'actor')),
    group: groupOf(node),
    transitions: transitionsOf(node),
  };
}

/** In the order of the first of each group. */
export const groupBy = <T>(values: T[], keyOf: (value: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return [...groups.values()];
};

const descendants = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...descendants(child)]);

const UNITS: [unit: string, ms: number][] = [
  ['h', 3_600_000],
  ['min', 60_000],
];

/** `24 h`, but `60 min`: durations up to an hour are in minutes, up to a minute in seconds. */
function lengthOf(ms: number): string {
  if (ms === NEVER) return 'never by default';
  const [unit, size] = UNITS.find(([, size]) => ms > size) ?? ['s', 1_000];
  return `${Math.round((ms / size) * 100) / 100} ${unit}`;
}

/** Lists the lengths of a delay that grows with each try: `0.4, 0.8, 1.6 s`. */
function wordsOf(delay: unknown): string {
  if (typeof delay === 'number') return lengthOf(delay);
  if (typeof delay !== 'function') return 'varies';
  const lengths = Array.from({ length: MAX_TRIES - 1 }, (_, spent) =>
    Number(delay({ context: { tries: spent + 1, retryAfter: null }, event: NO_EVENT.event })),
  );
  if (!lengths.every(Number.isFinite)) return 'varies';
  return `${[...new Set(lengths)].map((ms) => ms / 1_000).join(', ')} s`;
}

/** The machine as plain data, read from its nodes, as only there targets are resolved. */
export function readChart({ root, implementations }: AnyStateMachine): Chart {
  const delays = Object.entries(implementations.delays).map(([name, delay]) => [name, wordsOf(delay)]);
  return {
    states: descendants(root).map(stateOf),
    everywhere: transitionsOf(root),
    delays: Object.fromEntries(delays),
  };
}
