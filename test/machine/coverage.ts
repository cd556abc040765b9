import type { AnyStateNode } from 'xstate';
import { authMachine, pathOf } from '../../machines/index.ts';
import type { State, WorldEvent } from './world.ts';

type Guard = string | { type: string; params?: unknown } | undefined;
type Predicate = (args: unknown, params: unknown) => boolean;
interface Choice {
  /** For example `awaitingApproval on approval.denied [hasGuest] > guestActive`. */
  name: string;
  guard: Guard;
  target: string | null;
}

const nodesBelow = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesBelow),
];
export const nodes = nodesBelow(authMachine.root);
export const leaves = nodes.filter((node) => node.type === 'atomic').map((node) => node.path.join('.'));
const tags = [...new Set(nodes.flatMap((node) => node.tags))];
const pathIn = (node: AnyStateNode) => node.path.join('.') || 'auth';

/** The atomic state in which a transition to this state ends: a compound state is entered at its initial child. */
const whole = (node: AnyStateNode): string => {
  const child = node.type === 'compound' ? node.initial.target[0] : undefined;
  return child ? whole(child) : node.path.join('.');
};

/** Turns `xstate.after.backoff.auth.guestRequested.backoff` into `after backoff`. */
const word = (type: string) => {
  const [, kind] = /^xstate\.(done|error)\.actor\./.exec(type) ?? [];
  if (kind) return kind;
  const [, delay] = /^xstate\.after\.([^.]+)\./.exec(type) ?? [];
  return delay ? `after ${delay}` : `on ${type}`;
};

/** A guard that occurs several times in one list of choices is identified by its parameter or target. */
const asked = (guard: Guard, target: string | null) => {
  if (!guard) return '';
  const name = typeof guard === 'string' ? guard : guard.type;
  const { params } = (typeof guard === 'string' ? {} : guard) as { params?: unknown };
  return ` [${name}${typeof params === 'string' ? ` ${params}` : name === 'leadsTo' ? ` ${target}` : ''}]`;
};

const written = (node: AnyStateNode, type: string, list: readonly unknown[]): Choice[] =>
  (list as { guard: Guard; target?: AnyStateNode[] }[]).map(({ guard, target }, index) => {
    const to = target?.[0] ? whole(target[0]) : null;
    const place = list.length > 1 ? ` ${index + 1}` : '';
    const what = type === 'always' ? 'always' : word(type);
    return {
      name: `${pathIn(node)} ${what}${place}${asked(guard, to)}${to ? ` > ${to}` : ''}`,
      guard,
      target: to,
    };
  });

/** Every state of the statechart with the events it names and their choices, in order. */
const chart = new Map(
  nodes.map((node) => [
    node.id,
    new Map([
      ...[...node.transitions].map(([type, list]) => [type as string, written(node, type, list)] as const),
      ...(node.always ? [['always', written(node, 'always', node.always)] as const] : []),
    ]),
  ]),
);
export const choices = [...chart.values()].flatMap((byType) => [...byType.values()].flat());

const guards = authMachine.implementations.guards as unknown as Record<string, Predicate>;
const holds = (guard: Guard, state: State, event: WorldEvent): boolean => {
  if (!guard) return true;
  const args = { context: state.context, event };
  const { type, params } = typeof guard === 'string' ? { type: guard, params: undefined } : guard;
  return guards[type]?.(args, typeof params === 'function' ? params(args) : params) ?? false;
};

/** Records what was seen of the statechart. The caller reports every step. */
export function createCoverage() {
  const places = new Set<string>();
  const taken = new Set<string>();
  const refused = new Set<string>();
  const timers = new Set<string>();
  const tagged = new Set<string>();
  /** Steps that ended elsewhere than the first choice whose guard holds. */
  const disagreements = new Set<string>();

  const choose = (list: Choice[] | undefined, state: State, event: WorldEvent): Choice | undefined =>
    list?.find((choice) => {
      const isChosen = holds(choice.guard, state, event);
      (isChosen ? taken : refused).add(choice.name);
      return isChosen;
    });

  const seeState = (state: State) => {
    places.add(pathOf(state.value));
    for (const tag of state.tags) tagged.add(tag);
  };

  return {
    seeState,
    /** As XState does it: the innermost state that handles the event decides. */
    see(before: State, event: WorldEvent, after: State): void {
      seeState(after);
      const inner = [...before._nodes].sort((one, other) => other.path.length - one.path.length);
      let chosen: Choice | undefined;
      for (const node of inner) chosen ??= choose(chart.get(node.id)?.get(event.type), before, event);
      if (!chosen) return;
      const [, delay] = /^xstate\.after\.([^.]+)\./.exec(event.type) ?? [];
      if (delay) timers.add(delay);
      const end = pathOf(after.value);
      if (!chosen.target) return;
      const onward = chart.get(`auth.${chosen.target}`)?.get('always');
      const further = choose(onward, after, event);
      if ((further?.target ?? chosen.target) !== end) {
        disagreements.add(`${pathOf(before.value)}: ${chosen.name}, but ${end}`);
      }
    },
    disagreements: () => [...disagreements],
    taken: () => [...taken],
    report(delays: readonly string[]) {
      const guarded = choices.filter(({ guard }) => guard);
      const part = (what: readonly string[], seen: ReadonlySet<string>) => ({
        all: what.length,
        seen: what.filter((name) => seen.has(name)).length,
        missed: what.filter((name) => !seen.has(name)),
      });
      const names = (list: Choice[]) => list.map(({ name }) => name);
      return {
        states: part(leaves, places),
        transitions: part(names(choices), taken),
        'guarded transitions, taken': part(names(guarded), taken),
        'guarded transitions, refused': part(names(guarded), refused),
        timers: part(delays, timers),
        tags: part(tags, tagged),
      };
    },
  };
}

export type Report = ReturnType<ReturnType<typeof createCoverage>['report']>;

/** The counts for the figures: `{ states: '24 of 24', … }`. */
export const counts = (report: Report): Record<string, string> =>
  Object.fromEntries(Object.entries(report).map(([what, { all, seen }]) => [what, `${seen} of ${all}`]));
