import { brokenByChange, brokenInState } from './invariants.ts';
import { eventsAt, keyOf, type State, say, start, step, type WorldEvent } from './world.ts';

export interface Place {
  state: State;
  /** The place before this one on the shortest path, as the walk is breadth-first. */
  from: Place | null;
  by: WorldEvent | null;
  exits: { event: WorldEvent; to: Place }[];
}

/** The shortest sequence of events that leads here. */
export const pathTo = ({ from, by }: Place): string[] => (from && by ? [...pathTo(from), say(by)] : []);

/**
 * Visits every reachable pair of state and context, and records the first breach of each invariant with the path to
 * it.
 */
export function walk() {
  const began = performance.now();
  const first: Place = { state: start, from: null, by: null, exits: [] };
  const places = new Map([[keyOf(start), first]]);
  const breaches = new Map<string, string>();
  let transitions = 0;
  const breach = (name: string, where: Place, last?: WorldEvent) => {
    if (!breaches.has(name)) breaches.set(name, [...pathTo(where), ...(last ? [say(last)] : [])].join(', '));
  };

  for (const [from, place] of places) {
    for (const name of brokenInState(place.state)) breach(name, place);
    for (const event of eventsAt(place.state)) {
      const after = step(place.state, event);
      const key = keyOf(after);
      const to = places.get(key) ?? { state: after, from: place, by: event, exits: [] };
      places.set(key, to);
      place.exits.push({ event, to });
      transitions += 1;
      if (key === from) continue;
      for (const name of brokenByChange({ before: place.state, event, after })) breach(name, place, event);
    }
  }
  return { places: [...places.values()], transitions, breaches, ms: performance.now() - began };
}

/** The places from which no sequence of allowed exits leads to a goal. */
export function stranded(
  places: Place[],
  isGoal: (state: State) => boolean,
  isAllowed: (event: WorldEvent, state: State) => boolean,
): Place[] {
  const entries = new Map<Place, Place[]>(places.map((place) => [place, []]));
  for (const place of places) {
    for (const { event, to } of place.exits) {
      if (to !== place && isAllowed(event, place.state)) entries.get(to)?.push(place);
    }
  }
  const saved = new Set(places.filter(({ state }) => isGoal(state)));
  for (const place of saved) for (const before of entries.get(place) ?? []) saved.add(before);
  return places.filter((place) => !saved.has(place));
}
