import { hasOtherGuest, recOf } from './records.ts';
import { type Broken, type Client, isWaiting, MOST_SENT, stage, type World } from './world.ts';

const IDS = [1, 2] as const;
const both = ({ A, B }: World) => [A, B];
/** The clients that no message was lost to. */
const aware = (world: World) => both(world).filter(({ isUnaware }) => !isUnaware);
const waitsFor = (client: Client, id: number) =>
  client.doing?.phase === 'fly' && client.token === id && client.flights.some(({ token }) => token === id);
const has = (client: Client, id: number) =>
  stage(client).session === id ||
  client.late.includes(id as 1) ||
  client.undoing.includes(id as 1) ||
  client.doing?.session === id ||
  client.flights.some(({ token, at }) => token === id && at === 'made');

/** Rules that a move checks itself, as they compare with the world before it. */
const SEEN_BY_MOVES: Broken[] = [
  'a written record has the secrets of its facts',
  'a token that was removed from the record does not come back',
  'no client exchanges a token whose owner gave up the claim',
  'with locks no client overwrites a record it has not read',
];

/** The rules for every state of two clients, their record and TMDB, by name. */
export const always: Record<string, (world: World) => boolean> = {
  ...Object.fromEntries(SEEN_BY_MOVES.map((rule) => [rule, ({ broken }: World) => broken !== rule])),
  'no token is exchanged without end': ({ sent }) => sent.every((times) => times <= MOST_SENT),
  'a guest that was made is in the record or about to be written, unless it was logged out': (world) =>
    world.guests === 0 ||
    world.isGuestDropped ||
    recOf(world.rec).guest > 0 ||
    both(world).some((client) => stage(client).guest > 0 && hasOtherGuest(client.ours, client.base)),
  'no token is exchanged by both at once, unless a claim has expired': (world) =>
    world.isSlow || !IDS.some((id) => both(world).every((client) => waitsFor(client, id))),
  'every session at TMDB is held or about to be deleted by a client, unless an answer was lost': (world) =>
    IDS.every(
      (id) =>
        !world.alive[id - 1] ||
        world.excused[id - 1] ||
        recOf(world.rec).session === id ||
        both(world).some((client) => has(client, id)),
    ),
};

/** The rules for states in which all messages and answers have arrived and no user acts. */
export const atRest: Record<string, (world: World) => boolean> = {
  'each client is settled or waits for its user': (world) =>
    both(world).every(
      (client) => stage(client).isSettled || stage(client).path === 'awaitingApproval.waiting',
    ),
  'both have the session of the record, and no other': (world) =>
    aware(world).every((client) => stage(client).session === recOf(world.rec).session),
  'both have the guest of the record, and no other': (world) =>
    aware(world).every((client) => stage(client).guest === recOf(world.rec).guest),
  'a guest who has rated is used for both and in the record': (world) =>
    aware(world).every((client) => {
      const { guest, facts } = stage(client);
      return guest === 0 || guest !== world.rated || (facts.guest?.used === true && recOf(world.rec).used);
    }),
  'no client waits for an approval that was denied, cancelled or used elsewhere': (world) =>
    aware(world).every((client) => stage(client).token === 0 || recOf(world.rec).token > 0),
  'a sign-in that was cancelled or denied in one client has ended in both, unless another has begun': (
    world,
  ) =>
    aware(world).every(
      (client) => !world.ended[stage(client).token - 1] || recOf(world.rec).token !== stage(client).token,
    ),
  'no client waits for an approval that another returned with': (world) =>
    aware(world).every(
      (client) =>
        !isWaiting(client) ||
        world.tokens[client.token - 1] !== 'approved' ||
        !world.cameBack[client.token - 1],
    ),
  'no client holds a session that was deleted': (world) =>
    aware(world).every((client) => !stage(client).session || world.alive[stage(client).session - 1]),
  'every session at TMDB is in the record or kept for a client that waits for it, unless an answer was lost':
    (world) =>
      IDS.every(
        (id) =>
          !world.alive[id - 1] ||
          world.excused[id - 1] ||
          recOf(world.rec).session === id ||
          both(world).some(({ late }) => late.includes(id)),
      ),
};
