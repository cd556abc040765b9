import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { authMachine, pathOf } from '../../machines/index.ts';
import { choices, createCoverage, leaves } from '../machine/coverage.ts';
import { type State, start, step, type WorldEvent } from '../machine/world.ts';
import { eventsAt, nameOf } from './events.ts';

export interface Path {
  /** Its purpose: a state, a transition, or a path through the whole chart. */
  goal: string;
  steps: { event: WorldEvent; before: State; after: State }[];
}

/** The reason of a failure and the number of tries do not distinguish paths. */
const serializeState = (state: State) => {
  const { facts, failedStep, method } = state.context;
  return JSON.stringify([state.value, facts, failedStep, method, state.context.failure !== null]);
};

const traversal = {
  input: { apiVersion: 3 } as never,
  serializeState: serializeState as never,
  serializeEvent: nameOf as never,
} as const;

type Found = { steps: { event: WorldEvent; state: State }[] };
/** The first step of XState's paths is the start of the machine. */
const pathOfFound = (goal: string, { steps }: Found): Path => ({
  goal,
  steps: steps.slice(1).map(({ event, state }, index) => ({
    event,
    before: steps[index]?.state ?? start,
    after: state,
  })),
});

const takenIn = ({ steps }: Path): string[] => {
  const coverage = createCoverage();
  for (const { before, event, after } of steps) coverage.see(before, event, after);
  return coverage.taken();
};

/** A shortest path to every leaf of the statechart, and one through every transition. */
export function shortestPaths(): Path[] {
  const found = getShortestPaths(authMachine as never, {
    ...traversal,
    events: eventsAt as never,
  }) as unknown as Found[];
  const all = found.map((each) => pathOfFound('', each)).filter(({ steps }) => steps.length > 0);
  const paths: Path[] = [];
  for (const leaf of leaves) {
    const path = all.find(({ steps }) => pathOf((steps.at(-1)?.after ?? start).value) === leaf);
    if (path) paths.push({ ...path, goal: leaf });
  }
  const wanted = new Set(choices.map(({ name }) => name));
  for (const path of paths) for (const name of takenIn(path)) wanted.delete(name);
  // Shortest paths end before some transitions, so each is extended by one step of every possible event.
  const longer = [{ goal: '', steps: [] } as Path, ...all].flatMap((path) => {
    const before = path.steps.at(-1)?.after ?? start;
    return eventsAt(before).map((event) => ({ path, before, event }));
  });
  for (const { path, before, event } of longer) {
    if (wanted.size === 0) break;
    const after = step(before, event);
    const last = { goal: '', steps: [{ before, event, after }] };
    const name = takenIn(last).find((taken) => wanted.has(taken));
    if (!name) continue;
    const whole = { goal: name, steps: [...path.steps, ...last.steps] };
    paths.push(whole);
    for (const taken of takenIn(whole)) wanted.delete(taken);
  }
  return paths;
}

/** Paths that never reach the same state twice, with common events only. */
const USUAL = /login\.start|guest\.start|approval\.granted|login\.cancel|guest\.used|logout|done\.actor/;
export function simplePaths(longest: number): Path[] {
  const found = getSimplePaths(authMachine as never, {
    ...traversal,
    events: ((state: State) => eventsAt(state).filter((event) => isUsual(event))) as never,
    // Without a limit there would be no end.
    limit: 5_000,
    toState: ((state: State) => state.matches('sessionActive') || state.matches('idle')) as never,
  }) as unknown as Found[];
  return found
    .map((each) => pathOfFound('a path through', each))
    .filter(({ steps }) => steps.length > 3 && steps.length <= longest);
}
const isUsual = (event: WorldEvent) =>
  USUAL.test(event.type) &&
  !/(access|in part|Over|exchanging|token|session|account)/.test(nameOf(event).split(' ').slice(1).join(' '));
