import { randomFrom } from '../lives.ts';
import { movesOf } from './moves.ts';
import { recOf } from './records.ts';
import type { Walked } from './walk.ts';
import { type Bounds, type Client, newWorld, stage, type World } from './world.ts';

/** Moves that need time to pass or a failure: the real clients do not play them. */
const NOT_PLAYED =
  /tries again|looks again|old|too long|gets lost|be reached|for good|dies|no token|cannot be/;

const known = (client: Client) => {
  const { path, token, session, facts, guest } = stage(client);
  return { state: path, token: token > 0, session: session > 0, account: !!facts.account, guest: guest > 0 };
};

/** The observable part of a world. */
const visible = (world: World) => {
  const { token, claim, asking, session, account, guest } = recOf(world.rec);
  return {
    A: known(world.A),
    B: known(world.B),
    record: {
      token: token > 0,
      claimed: claim !== '',
      asking,
      session: session > 0,
      account,
      guest: guest > 0,
    },
    hears: [world.A.hears, world.B.hears],
    sessions: world.alive.filter(Boolean).length,
  };
};

const RESTORES = ['A does restore', 'B does restore'];

/** A path of the walk from the very start, with the expected world after each move. */
export function wordsOf(bounds: Bounds, path: string[]) {
  let world = newWorld(bounds);
  return [...RESTORES, ...path].map((move) => {
    const next = movesOf(world).find(({ name }) => name === move);
    if (!next) throw new Error(`${move} cannot happen here`);
    world = next.next;
    return { move, world: visible(world) };
  });
}

/** This many paths to states of the walk, half of them to states at rest. */
export function sampleOf({ states, rests, path }: Walked, count: number, seed = 1): string[][] {
  const random = randomFrom(seed, states);
  const paths: string[][] = [];
  for (let tries = 0; paths.length < count && tries < 100 * count; tries += 1) {
    const number = tries % 2 ? rests[random(rests.length)] : random(states);
    const found = path(number ?? 0);
    if (!found.some((move) => NOT_PLAYED.test(move))) paths.push(found);
  }
  return paths;
}
