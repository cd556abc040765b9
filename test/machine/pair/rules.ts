import { hasOtherGuest, recOf } from './records.ts';
import { type Broken, type Client, isWaiting, MOST_SENT, stage, type World } from './world.ts';

const IDS = [1, 2] as const;
const both = ({ A, B }: World) => [A, B];
/** Those whom all news has reached. */
const aware = (world: World) => both(world).filter(({ isUnaware }) => !isUnaware);
const waitsFor = (client: Client, id: number) =>
  client.doing?.phase === 'fly' && client.token === id && client.flights.some(({ token }) => token === id);
const has = (client: Client, id: number) =>
  stage(client).session === id ||
  client.late.includes(id as 1) ||
  client.undoing.includes(id as 1) ||
  client.doing?.session === id ||
  client.flights.some(({ token, at }) => token === id && at === 'made');

/** What a move itself sees, as it is about what was before. */
const SEEN_BY_MOVES: Broken[] = [
  'what is written belongs together',
  'what is over stays over',
  'nobody exchanges for somebody who let go',
];

/** What must hold in every state of two clients, their record and TMDB, by name. */
export const always: Record<string, (world: World) => boolean> = {
  ...Object.fromEntries(SEEN_BY_MOVES.map((rule) => [rule, ({ broken }: World) => broken !== rule])),
  'nobody tries an approval without end': ({ sent }) => sent.every((times) => times <= MOST_SENT),
  'the guest that somebody made is in the record, or with whoever writes it yet, unless it was logged out': (
    world,
  ) =>
    world.guests === 0 ||
    world.isGuestDropped ||
    recOf(world.rec).guest > 0 ||
    both(world).some((client) => stage(client).guest > 0 && hasOtherGuest(client.ours, client.base)),
  'no token is exchanged by both at once, unless one was left in the middle or took longer than a claim lasts':
    (world) => world.isSlow || !IDS.some((id) => both(world).every((client) => waitsFor(client, id))),
  'no session is at TMDB without anybody who has it or is about to delete it, unless an answer was lost': (
    world,
  ) =>
    IDS.every(
      (id) =>
        !world.alive[id - 1] ||
        world.excused[id - 1] ||
        recOf(world.rec).session === id ||
        both(world).some((client) => has(client, id)),
    ),
};

/** What must hold when all news has arrived, every answer too, and nobody acts. */
export const atRest: Record<string, (world: World) => boolean> = {
  'nobody is stuck: each rests, or waits for its user': (world) =>
    both(world).every(
      (client) => stage(client).isSettled || stage(client).path === 'awaitingApproval.waiting',
    ),
  'both show the session that the record has, and no other': (world) =>
    aware(world).every((client) => stage(client).session === recOf(world.rec).session),
  'both know the guest that the record has, and no other': (world) =>
    aware(world).every((client) => stage(client).guest === recOf(world.rec).guest),
  'a guest who has rated is known to have rated, by both and in the record': (world) =>
    aware(world).every((client) => {
      const { guest, facts } = stage(client);
      return guest === 0 || guest !== world.rated || (facts.guest?.used === true && recOf(world.rec).used);
    }),
  'nobody waits for an approval that was denied, cancelled or used elsewhere': (world) =>
    aware(world).every((client) => stage(client).token === 0 || recOf(world.rec).token > 0),
  'a sign-in that was cancelled or denied in one is over in both, unless another has begun meanwhile': (
    world,
  ) =>
    aware(world).every(
      (client) => !world.ended[stage(client).token - 1] || recOf(world.rec).token !== stage(client).token,
    ),
  'nobody waits for an approval that somebody came back with': (world) =>
    aware(world).every(
      (client) =>
        !isWaiting(client) ||
        world.tokens[client.token - 1] !== 'approved' ||
        !world.cameBack[client.token - 1],
    ),
  'nobody is signed in by a session that was deleted': (world) =>
    aware(world).every((client) => !stage(client).session || world.alive[stage(client).session - 1]),
  'what is at TMDB is the session of the record, or kept by whoever waits for it, unless an answer was lost':
    (world) =>
      IDS.every(
        (id) =>
          !world.alive[id - 1] ||
          world.excused[id - 1] ||
          recOf(world.rec).session === id ||
          both(world).some(({ late }) => late.includes(id)),
      ),
};
