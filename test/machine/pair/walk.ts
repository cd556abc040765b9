import { movesOf } from './moves.ts';
import { always, atRest } from './rules.ts';
import { type Bounds, keyOfWorld, newWorld, type World } from './world.ts';

const alwaysRules = Object.entries(always);
const atRestRules = Object.entries(atRest);

export interface Walked {
  states: number;
  transitions: number;
  atRest: number;
  /** The shortest path to each broken rule. */
  breaches: Map<string, string[]>;
  /** How many states cannot come to rest by themselves. */
  restless: number;
  seconds: number;
  path(number: number): string[];
  rests: number[];
}

/** Visits every state that two clients, their record and TMDB can be in, breadth-first. */
export function walkPair(bounds: Bounds, limit = Number.POSITIVE_INFINITY): Walked {
  const began = performance.now();
  const first = restored(newWorld(bounds));
  const numbers = new Map<string, number>([[keyOfWorld(first), 0]]);
  /** Worlds whose moves were not followed yet. */
  let frontier: World[] = [first];
  const from: number[] = [-1];
  const by: number[] = [-1];
  const names: string[] = [];
  const nameNumbers = new Map<string, number>();
  /** Moves that happen by themselves, as pairs of numbers: to, from. */
  const own: number[] = [];
  const rests: number[] = [];
  const breaches = new Map<string, string[]>();
  let transitions = 0;
  let at = 0;

  const nameNumber = (name: string): number => {
    const known = nameNumbers.get(name);
    if (known !== undefined) return known;
    nameNumbers.set(name, names.length);
    names.push(name);
    return names.length - 1;
  };
  const path = (number: number): string[] => {
    const moves: string[] = [];
    for (let here = number; (by[here] ?? -1) >= 0; here = from[here] as number)
      moves.push(names[by[here] as number] as string);
    return moves.reverse();
  };
  const breach = (rule: string, number: number) => {
    if (!breaches.has(rule)) breaches.set(rule, path(number));
  };

  while (frontier.length > 0) {
    const found: World[] = [];
    for (const world of frontier) {
      const moves = movesOf(world);
      const isQuiet = moves.every(({ isOwn }) => !isOwn);
      for (const [rule, holds] of alwaysRules) if (!holds(world)) breach(rule, at);
      if (isQuiet) {
        rests.push(at);
        for (const [rule, holds] of atRestRules) if (!holds(world)) breach(rule, at);
      }
      for (const { name, isOwn, next } of moves) {
        transitions += 1;
        const key = keyOfWorld(next);
        let to = numbers.get(key);
        if (to === undefined) {
          to = numbers.size;
          numbers.set(key, to);
          from.push(at);
          by.push(nameNumber(name));
          found.push(next);
        }
        if (isOwn) own.push(to, at);
      }
      at += 1;
    }
    frontier = found;
    if (numbers.size > limit) break;
  }
  const restless = countRestless(numbers.size, own, rests);
  return {
    states: numbers.size,
    transitions,
    atRest: rests.length,
    breaches,
    restless,
    seconds: (performance.now() - began) / 1_000,
    path,
    rests,
  };
}

/** Counts the states from which no move that happens by itself leads to rest. */
function countRestless(count: number, own: number[], rests: number[]): number {
  const heads = new Int32Array(count).fill(-1);
  const nexts = new Int32Array(own.length / 2);
  for (let edge = 0; edge < nexts.length; edge += 1) {
    nexts[edge] = heads[own[edge * 2] as number] as number;
    heads[own[edge * 2] as number] = edge;
  }
  const saved = new Uint8Array(count);
  const queue = [...rests];
  for (const number of rests) saved[number] = 1;
  for (const number of queue) {
    for (let edge = heads[number] as number; edge >= 0; edge = nexts[edge] as number) {
      const before = own[edge * 2 + 1] as number;
      if (saved[before]) continue;
      saved[before] = 1;
      queue.push(before);
    }
  }
  return count - queue.length;
}

/** Both clients have read the empty record. A client that starts later counts as a restarted one. */
function restored(world: World): World {
  let both = world;
  for (const name of ['A does restore', 'B does restore']) {
    both = movesOf(both).find((move) => move.name === name)?.next ?? both;
  }
  return both;
}
