import { randomFrom } from '../lives.ts';
import { movesOf } from './moves.ts';
import { recOf } from './records.ts';
import type { Walked } from './walk.ts';
import { type Bounds, type Client, newWorld, stage, type World } from './world.ts';

/** Moves that need time to pass, or somebody to fail: two real clients are not led there. */
const NOT_PLAYED =
  /tries again|looks again|old|too long|gets lost|be reached|for good|dies|no token|cannot be/;

const known = (client: Client) => {
  const { path, token, session, facts, guest } = stage(client);
  return { state: path, token: token > 0, session: session > 0, account: !!facts.account, guest: guest > 0 };
};

/** What can be seen of a world from outside. */
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

/** A way of the walk, from the first moment of both clients, with what must be seen after each of its moves. */
export function wordsOf(bounds: Bounds, way: string[]) {
  let world = newWorld(bounds);
  return [...RESTORES, ...way].map((move) => {
    const next = movesOf(world).find(({ name }) => name === move);
    if (!next) throw new Error(`${move} cannot happen here`);
    world = next.next;
    return { move, world: visible(world) };
  });
}

/** That many ways, to any state of the walk; half of them to one in which all is at rest. */
export function sampleOf({ states, rests, way }: Walked, count: number, seed = 1): string[][] {
  const random = randomFrom(seed, states);
  const ways: string[][] = [];
  for (let tries = 0; ways.length < count && tries < 100 * count; tries += 1) {
    const number = tries % 2 ? rests[random(rests.length)] : random(states);
    const found = way(number ?? 0);
    if (!found.some((move) => NOT_PLAYED.test(move))) ways.push(found);
  }
  return ways;
}
