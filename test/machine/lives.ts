import { brokenByChange, brokenInState, type Step } from './invariants.ts';
import { Life, type Marks, marksOf } from './life-rules.ts';
import { eventsAt, keyOf, own, type State, say, sent, start, step, type WorldEvent } from './world.ts';

export const LENGTH = 50;
/** In `sent`, events of callers come before the records of other clients. */
const CALLERS = sent.findIndex(({ type }) => type === 'record.changed');

interface Edge {
  event: WorldEvent;
  to: Node;
  marks: Marks;
  /** The rule this transition breaks, or null. */
  broken: string | null;
}

/** A state that some life has reached. The effect of an event is computed when it first happens there. */
interface Node {
  state: State;
  events: WorldEvent[];
  /** How many events its own actors and timers have, and how many of them are answers. */
  ownCount: number;
  answerCount: number;
  edges: (Edge | undefined)[];
  broken: string | null;
}

export interface Breach {
  rule: string;
  seed: number;
  life: number;
  /** The shortest sequence found that still breaks the rule, in words. */
  events: string[];
}

/** Remembers each computed step, so that a life mostly follows known steps and adds a few. */
function createLives() {
  const nodes = new Map<string, Node>();
  let edges = 0;

  const nodeOf = (state: State): Node => {
    const key = keyOf(state);
    const known = nodes.get(key);
    if (known) return known;
    const node = {
      state,
      events: eventsAt(state),
      ownCount: own(state).length,
      answerCount: own(state).filter(({ type }) => type.startsWith('xstate.done.')).length,
      edges: [],
      broken: brokenInState(state)[0] ?? null,
    };
    nodes.set(key, node);
    return node;
  };

  const edgeOf = (before: Node, event: WorldEvent): Edge => {
    const to = nodeOf(step(before.state, event));
    const taken: Step = { before: before.state, event, after: to.state };
    const broken = to === before ? null : brokenByChange(taken)[0];
    return { event, to, marks: marksOf(taken), broken: broken ?? to.broken };
  };

  const first = nodeOf(start);
  const life = new Life();

  /** The first rule that these events break, or null. */
  const broken = (events: WorldEvent[]): string | null => {
    life.begin();
    let here = first;
    for (const event of events) {
      const edge = edgeOf(here, event);
      const rule = edge.broken ?? life.hear(edge.marks);
      if (rule) return rule;
      here = edge.to;
    }
    return null;
  };

  /** Removes every event without which the rule is still broken. */
  const shortest = (events: WorldEvent[], rule: string): WorldEvent[] => {
    for (let at = events.length - 1; at >= 0; at -= 1) {
      const without = events.toSpliced(at, 1);
      if (broken(without) === rule) return shortest(without, rule);
    }
    return events;
  };

  /** The range of a state’s events from which a life picks the next one, so that it both advances and is disturbed. */
  const poolOf = (kind: number, { events, ownCount, answerCount }: Node): [from: number, count: number] => {
    if (kind < 2) return [0, sent.length];
    if (kind < 4) return [0, CALLERS];
    if (kind < 6) return [sent.length, answerCount];
    if (kind < 9) return [sent.length, ownCount];
    return [0, events.length];
  };

  const play = (seed: number, index: number, events?: WorldEvent[]): string | null => {
    const random = randomFrom(seed, index);
    life.begin();
    let here = first;
    for (let at = 0; at < LENGTH; at += 1) {
      const [from, count] = poolOf(random(10), here);
      // A state that only callers can leave has no events of its own.
      const choice = count === 0 ? random(CALLERS) : from + random(count);
      let edge = here.edges[choice];
      if (!edge) {
        edge = edgeOf(here, here.events[choice] as WorldEvent);
        here.edges[choice] = edge;
        edges += 1;
      }
      events?.push(edge.event);
      const rule = edge.broken ?? life.hear(edge.marks);
      if (rule) return rule;
      here = edge.to;
    }
    return null;
  };

  return {
    /** Plays the lives from number `from` up to `to` of a seed. Stops at the first that breaks a rule. */
    play(seed: number, from: number, to: number): Breach | null {
      for (let index = from; index < to; index += 1) {
        if (play(seed, index) === null) continue;
        const events: WorldEvent[] = [];
        const rule = String(play(seed, index, events));
        return { rule, seed, life: index, events: shortest(events, rule).map(say) };
      }
      return null;
    },
    counted: () => ({ states: nodes.size, transitions: edges }),
  };
}

/** A generator of whole numbers below a bound, the same for the same seed and life. */
export function randomFrom(seed: number, life: number) {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(life + 1, 0xc2b2ae35)) >>> 0;
  return (bound: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** One line to copy after a rule was broken. */
export const tell = ({ rule, seed, life, events }: Breach) =>
  `${rule}: ${events.join(', ')} (npm run proof random 1 ${seed} ${life})`;

/** Plays lives, records the figures and returns the first breach. */
export function playLives(count: number, seed: number, from = 0) {
  const began = performance.now();
  const lives = createLives();
  const breach = lives.play(seed, from, from + count);
  const seconds = (performance.now() - began) / 1_000;
  return { breach, rows: { sequences: count, events: count * LENGTH, ...lives.counted(), seconds, seed } };
}
