import { clientIn } from './client.ts';
import type { Id } from './machine.ts';
import { troubleMoves, userMoves } from './people.ts';
import { isUnsavedIn, recOf } from './records.ts';
import { tmdbMoves } from './tmdb.ts';
import {
  type Add,
  ATTEMPTS,
  type Client,
  fork,
  IDS,
  isWaiting,
  type Name,
  stage,
  type World,
} from './world.ts';

export interface Move {
  name: string;
  /** The move needs no decision of a user and no fault. */
  isOwn: boolean;
  next: World;
}

const LOOKS = ['look', 'accountLook', ...ATTEMPTS];
const isAsking = (client: Client) =>
  client.doing?.src === 'createSession' || client.doing?.src === 'checkApproval';

/** Every move that can happen next. */
export function movesOf(world: World): Move[] {
  const moves: Move[] = [];
  const move = (name: string, isOwn: boolean, act: (next: World) => void) => {
    const next = fork(world);
    act(next);
    for (const who of ['A', 'B'] as const) {
      begin(next, who);
      announce(next, who);
      tidy(next, who);
    }
    moves.push({ name, isOwn, next });
  };
  for (const who of ['A', 'B'] as const) {
    keeperMoves(world, who, move);
    tmdbMoves(world, who, move);
    if (world.broken === '') {
      userMoves(world, who, move);
      troubleMoves(world, who, move);
    }
  }
  for (const id of IDS) {
    const shown = [world.A, world.B].some((client) => isWaiting(client) && client.token === id);
    if (world.tokens[id - 1] !== 'open' || !shown) continue;
    move(`the user approves ${id}`, false, (next) => {
      next.tokens[id - 1] = 'approved';
    });
    move(`the user denies ${id}`, false, (next) => {
      next.tokens[id - 1] = 'denied';
    });
  }
  return moves;
}

/** A save at the head of the queue waits for the storage, unless nothing is left to write. */
function begin(world: World, who: Name) {
  const { queue, ours, base } = world[who];
  if (queue[0] !== 'save') return;
  const rest = queue.slice(1);
  world[who] = { ...world[who], queue: isUnsavedIn(ours, base) ? ['saving', ...rest] : rest };
  begin(world, who);
}

/** A session written during a step is announced once the machine rests and nothing waits to be written. */
function announce(world: World, who: Name) {
  const client = world[who];
  if (!client.isUntold || !stage(client).isSettled || client.queue.length > 0) return;
  const { me, post } = clientIn(world, who);
  me.isUntold = false;
  post();
}

/** Forgets secrets that no step will use, so that worlds that differ in nothing else become one. */
function tidy(world: World, who: Name) {
  const client = world[who];
  const { token, session, guest, src } = stage(client);
  const isIdle = (fact: Id, secret: Id) => fact === 0 && secret > 0;
  const dead = client.made.filter((id) => !world.alive[id - 1]);
  const isTidy =
    !(isIdle(token, client.token) || isIdle(session, client.session) || isIdle(guest, client.guest)) &&
    dead.length === 0;
  if (isTidy || src === 'requestToken' || src === 'createGuest') return;
  world[who] = {
    ...client,
    token: token && client.token,
    session: session && client.session,
    guest: guest && client.guest,
    made: client.made.filter((id) => world.alive[id - 1]),
  };
}

function keeperMoves(world: World, who: Name, move: Add) {
  const { queue, hears, doing } = world[who];
  const [job = ''] = queue;
  const kind = job.split(':')[0] ?? '';
  const saves = LOOKS.includes(kind) && isUnsavedIn(world[who].ours, world[who].base);
  if (job)
    move(`${who} does ${kind === 'saving' ? 'save' : kind}${saves ? ' and saves' : ''}`, true, (next) =>
      clientIn(next, who).runJob(),
    );
  if (hears && !queue.some((job) => job.startsWith('look:'))) {
    move(`${who} hears`, true, (next) => {
      const { me, hear } = clientIn(next, who);
      me.hears = false;
      hear();
    });
  }
  const { claim, session } = recOf(world.rec);
  const isFree = claim === '' || claim === '-' || claim === who || world.isOld || session > 0;
  if (doing?.phase === 'pause' && isFree) {
    move(`${who} looks again`, true, (next) => {
      const { me } = clientIn(next, who);
      if (me.doing) me.doing.phase = 'claim';
      me.queue.push('claim');
    });
  }
  if (doing?.phase === 'pause' && !isFree) {
    const owner = claim === 'X' ? null : world[claim as Name];
    const isExchanging =
      owner !== null &&
      (isAsking(owner) || stage(owner).path === 'sessionRequested.backoff' || owner.queue.length > 0);
    if (!isExchanging) {
      move('a claim without an exchange grows old', true, (next) => {
        next.isOld = true;
      });
    } else if (world.left.troubles > 0) {
      move('a claim grows old during its exchange', false, (next) => {
        next.left.troubles -= 1;
        next.isOld = true;
        next.isSlow = true;
      });
    }
  }
}
