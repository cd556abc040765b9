import {
  type Chart,
  type ChartGuard,
  type ChartState,
  type ChartTransition,
  groupBy,
  type Kind,
  moveOf,
} from './graph.ts';

/** The cause of a transition, e.g. `error [mayRepeat]` or `after 60 min`. */
export interface Trigger {
  kind: Kind;
  text: string;
}

/** A transition that is written into the state's card, because its arrow would cross half the picture. */
export interface Row {
  triggers: Trigger[];
  targets: string[];
  /** It leads back to the guest instead, if one is known. */
  orGuest: boolean;
  /** The transitions it stands for. */
  moves: string[];
}

export interface Arrow {
  from: string;
  to: string;
  kind: Kind;
  triggers: Trigger[];
  /** The transitions it stands for. */
  moves: string[];
}

export interface Compact {
  rows: Record<string, Row[]>;
  arrows: Arrow[];
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('.') + 1);
const unique = <T>(values: T[]) => [...new Set(values)];

/** The picture's words for a trigger. A timer that never fires by default is known by its name. */
function wordsOf({ kind, on }: ChartTransition, delays: Chart['delays']): string {
  if (kind !== 'after') return on;
  const length = delays[on];
  return `after ${length && /\d/.test(length) ? length : on}`;
}

const withGuard = (words: string, guard: string | null | undefined) =>
  guard ? `${words} [${guard}]` : words;

/** The guard of several branches of one event: its detail, unless the target already says it. */
function guardWords(branches: ChartTransition[]): string | null {
  const guards = branches.map(({ guard }) => guard).filter((guard): guard is ChartGuard => guard !== null);
  const [first] = guards;
  if (!first || guards.length < branches.length) return null;
  if (branches.length === 1)
    return first.detail && first.detail !== branches[0]?.target ? first.detail : first.name;
  return guards.every(({ name }) => name === first.name) ? first.name : null;
}

const movesOf = (transitions: ChartTransition[]) => unique(transitions.map(moveOf));

/** Reached from two places and leading to a third: its arrows would make the picture a third wider. */
const WITHOUT_ARROWS = 'adoptionRequested';
const placeOf = (path: string | null) => path?.split('.')[0];
const isSaid = ({ source, target }: ChartTransition) =>
  (placeOf(source) === WITHOUT_ARROWS) !== (placeOf(target) === WITHOUT_ARROWS);

/** Between a state and its own children there is no room for an arrow. */
const isAtHome = ({ source, target }: ChartTransition) =>
  target === source || target?.startsWith(`${source}.`) || source.startsWith(`${target}.`);

/** Sorts the transitions of one state into rows and arrows. */
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

/** Joins causes with the same target into one row: `error · after 10 s → failed`. */
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

/** Joins all transitions between two places into one arrow. The first state leads to top-level states only. */
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
        kind: one.kind,
        text: withGuard(wordsOf(one, chart.delays), guardWords(branches)),
      })),
    );
    return [{ from: first.source, to: endOf(first), kind: first.kind, triggers, moves: movesOf(group) }];
  });
}

/** The first state leads to many places for one reason: its card says it once. */
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

/** Sorts the transitions into arrows and rows of the cards. */
export function compact(chart: Chart): Compact {
  const sorted = chart.states.map((state) => ({ path: state.path, ...sort(state, chart) }));
  const arrows = merge(
    sorted.flatMap((one) => one.arrows),
    chart,
  );
  const rows = Object.fromEntries(sorted.map((one) => [one.path, one.rows]));
  return sayOnce({ rows, arrows }, chart.states[0]?.path);
}
