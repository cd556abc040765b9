import {
  type Chart,
  type ChartGuard,
  type ChartState,
  type ChartTransition,
  groupBy,
  type Kind,
  moveOf,
} from './graph.ts';
import { NORMAL_ERRORS } from './texts.ts';

/** The cause of a transition: `error [mayRepeat]`, `after 60 min`. */
export interface Trigger {
  kind: Kind;
  text: string;
}

/** A transition written in the state's card, as its arrow would cross most of the picture. */
export interface Row {
  triggers: Trigger[];
  targets: string[];
  /** It leads to `guestActive` instead if there is a guest. */
  orGuest: boolean;
  /** The transitions that it represents. */
  moves: string[];
}

export interface Arrow {
  from: string;
  to: string;
  kind: Kind;
  triggers: Trigger[];
  /** The transitions that it represents. */
  moves: string[];
}

export interface Compact {
  rows: Record<string, Row[]>;
  arrows: Arrow[];
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('.') + 1);
const unique = <T>(values: T[]) => [...new Set(values)];

const kindOf = (one: ChartTransition): Kind => (NORMAL_ERRORS[moveOf(one)] ? 'always' : one.kind);

/** The trigger's words in the picture. A timer that is off by default is shown by its name. */
function wordsOf(one: ChartTransition, delays: Chart['delays']): string {
  const { kind, on } = one;
  if (kind !== 'after') return NORMAL_ERRORS[moveOf(one)] ?? on;
  const length = delays[on];
  return `after ${length && /\d/.test(length) ? length : on}`;
}

const withGuard = (words: string, guard: string | null | undefined) =>
  guard ? `${words} [${guard}]` : words;

/** The guard shown for branches of one event: its detail, unless the target already says it, or its name. */
function guardWords(branches: ChartTransition[]): string | null {
  const guards = branches.map(({ guard }) => guard).filter((guard): guard is ChartGuard => guard !== null);
  const [first] = guards;
  if (!first || guards.length < branches.length) return null;
  if (branches.length === 1)
    return first.detail && first.detail !== branches[0]?.target ? first.detail : first.name;
  return guards.every(({ name }) => name === first.name) ? first.name : null;
}

const movesOf = (transitions: ChartTransition[]) => unique(transitions.map(moveOf));

/** It has transitions from two states and to a third: drawn as arrows they would make the picture a third wider. */
const WITHOUT_ARROWS = 'adoptionRequested';
const placeOf = (path: string | null) => path?.split('.')[0];
const isSaid = ({ source, target }: ChartTransition) =>
  (placeOf(source) === WITHOUT_ARROWS) !== (placeOf(target) === WITHOUT_ARROWS);

/** There is no room for an arrow between a state and its own children. */
const isAtHome = ({ source, target }: ChartTransition) =>
  target === source || target?.startsWith(`${source}.`) || source.startsWith(`${target}.`);

/** Divides the transitions of one state into rows and arrows. */
function sort(state: ChartState, chart: Chart) {
  const groupOf = (path: string | null) => chart.states.find((one) => one.path === path)?.group;
  const endsSignedOut = ({ target }: ChartTransition) => groupOf(target) === 'signedOut';
  const isStart = state.isInitial && state.parent === null;

  const rows: Row[] = [];
  const arrows: ChartTransition[] = [];
  for (const branches of groupBy(state.transitions, ({ kind, on }) => `${kind} ${on}`)) {
    const [first] = branches;
    if (!first) continue;
    const words = wordsOf(first, chart.delays);
    const moving = branches.filter(({ target }) => target !== null);
    const rowOfOne = (branch: ChartTransition, toGuest: ChartTransition[] = []) =>
      rowOf(withGuard(words, branch.guard?.detail ?? branch.guard?.name), [branch], toGuest);
    const lead = (branch: ChartTransition) =>
      isAtHome(branch) || isSaid(branch) ? rows.push(rowOfOne(branch)) : arrows.push(branch);
    if (isStart || state.group === 'signedOut' || !moving.some(endsSignedOut)) {
      if (first.on !== 'retry') moving.forEach(lead);
      else rows.push(rowOf(words, moving));
      continue;
    }
    let toGuest: ChartTransition[] = [];
    for (const branch of moving) {
      if (endsSignedOut(branch)) {
        rows.push(rowOfOne(branch, toGuest));
        toGuest = [];
      } else if (groupOf(branch.target) === 'guest') toGuest.push(branch);
      else lead(branch);
    }
    toGuest.forEach(lead);
  }
  return { rows: join(rows), arrows };
}

/** Joins errors and timers with the same target into one row: `error · after 10 s → failed`. */
function join(rows: Row[]): Row[] {
  const endOf = ({ triggers: [first], targets, orGuest }: Row) =>
    first?.kind === 'event' ? first.text : `${targets} ${orGuest}`;
  return groupBy(rows, endOf).map((same) => ({
    triggers: same.flatMap(({ triggers }) => triggers),
    targets: same[0]?.targets ?? [],
    orGuest: same[0]?.orGuest ?? false,
    moves: unique(same.flatMap(({ moves }) => moves)),
  }));
}

const rowOf = (text: string, branches: ChartTransition[], toGuest: ChartTransition[] = []): Row => ({
  triggers: branches.slice(0, 1).map(({ kind }) => ({ kind, text })),
  targets: unique(branches.map(({ target }) => nameOf(target ?? ''))),
  orGuest: toGuest.length > 0,
  moves: movesOf([...toGuest, ...branches]),
});

/**
 * Merges transitions with the same source and target into one arrow. Arrows of the first state end at top-level
 * states.
 */
function merge(transitions: ChartTransition[], chart: Chart): Arrow[] {
  const start = chart.states[0]?.path;
  const endOf = ({ source, target }: ChartTransition) => {
    const path = target ?? source;
    return source === start ? (placeOf(path) ?? path) : path;
  };
  return groupBy(transitions, (one) => `${one.source} ${endOf(one)}`).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const triggers = groupBy(group, ({ kind, on }) => `${kind} ${on}`).flatMap((branches) =>
      branches.slice(0, 1).map((one) => ({
        kind: kindOf(one),
        text: withGuard(wordsOf(one, chart.delays), guardWords(branches)),
      })),
    );
    return [{ from: first.source, to: endOf(first), kind: kindOf(first), triggers, moves: movesOf(group) }];
  });
}

/** The first state has many arrows with the same trigger: write it once, in its card. */
function sayOnce({ rows, arrows }: Compact, start: string | undefined): Compact {
  const reasonOf = ({ triggers }: Arrow) => triggers.map(({ kind, text }) => `${kind} ${text}`).join();
  const [most = []] = groupBy(
    arrows.filter(({ from }) => from === start),
    reasonOf,
  ).sort((a, b) => b.length - a.length);
  const [first] = most;
  if (!start || !first || most.length < 2) return { rows, arrows };
  const row: Row = {
    triggers: first.triggers,
    targets: ['where the record leads'],
    orGuest: false,
    moves: unique(most.flatMap(({ moves }) => moves)),
  };
  return {
    rows: { ...rows, [start]: [row, ...(rows[start] ?? [])] },
    arrows: arrows.map((arrow) => (most.includes(arrow) ? { ...arrow, triggers: [] } : arrow)),
  };
}

/** Divides all transitions into arrows and rows of cards. */
export function compact(chart: Chart): Compact {
  const sorted = chart.states.map((state) => ({ path: state.path, ...sort(state, chart) }));
  const arrows = merge(
    sorted.flatMap((one) => one.arrows),
    chart,
  );
  const rows = Object.fromEntries(sorted.map((one) => [one.path, one.rows]));
  return sayOnce({ rows, arrows }, chart.states[0]?.path);
}
