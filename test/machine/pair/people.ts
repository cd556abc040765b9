import { clientIn } from './client.ts';
import { effectOf, type Id } from './machine.ts';
import { recOf, withOwner } from './records.ts';
import {
  type Add,
  ATTEMPTS,
  IDS,
  isWaiting,
  type Name,
  newClient,
  other,
  stage,
  type World,
} from './world.ts';

/** The moves of a user at this client. */
export function userMoves(world: World, who: Name, move: Add) {
  const client = world[who];
  const { isSettled, session, guest, path } = stage(client);
  const act = (name: string, work: (client: ReturnType<typeof clientIn>, next: World) => void) =>
    move(`${name} at ${who}`, false, (next) => work(clientIn(next, who), next));
  const can = (type: string) => effectOf(client.at, { type }).to !== client.at;
  const waits = client.queue.some((job) => ATTEMPTS.includes(job));
  const isLeft = IDS.some((id) => world.tokens[id - 1] === 'none' && id <= world.left.signIns);

  if (isSettled && !session && !waits && (isLeft || recOf(world.rec).token > 0)) {
    act('login', ({ me }) => void me.queue.push('login'));
  }
  if (isSettled && !session && !guest && !waits && world.guests < world.left.guests) {
    act('guest', ({ me }) => void me.queue.push('guest'));
  }
  if (isSettled && !session && !waits && world.left.adoptions > 0) {
    act('adopt', ({ me }, next) => {
      next.left.adoptions -= 1;
      me.queue.push('handover');
    });
  }
  if (guest && world.left.ratings > 0 && can('guest.used')) {
    act('rate', ({ tell }, next) => {
      next.left.ratings -= 1;
      next.rated = guest;
      tell({ type: 'guest.used' });
    });
  }
  if (path === 'awaitingApproval.waiting' && world.left.checks > 0) {
    act('check', ({ tell }, next) => {
      next.left.checks -= 1;
      tell({ type: 'approval.check' });
    });
  }
  const token = isWaiting(client) && client.token ? world.tokens[client.token - 1] : 'none';
  if (token === 'approved' || token === 'used')
    act('return', ({ me, tell }, next) => {
      next.cameBack[me.token - 1] = true;
      next.sent[me.token - 1] = 0;
      tell({ type: 'approval.granted' });
    });
  const end = (next: World) => {
    const id = stage(client).token;
    if (id) next.ended[id - 1] = true;
  };
  if (token === 'denied') {
    act('denied return', ({ tell }, next) => {
      end(next);
      tell({ type: 'approval.denied' });
    });
  }
  for (const type of ['login.cancel', 'logout', 'retry'] as const) {
    const budget = type === 'retry' ? 'retries' : 'ends';
    if (world.left[budget] === 0 || !can(type)) continue;
    act(type, ({ me, tell }, next) => {
      next.left[budget] -= 1;
      if (type === 'retry') next.sent = [0, 0];
      else next.cameBack = [false, false];
      if (type === 'logout' && guest) next.isGuestDropped = true;
      // An attempt that has not begun is cancelled.
      if (type !== 'retry') {
        end(next);
        me.queue = me.queue.map((job) => (ATTEMPTS.includes(job) ? 'stopped' : job));
      }
      tell({ type });
    });
  }
}

/** The faults that may hit this client, within the bounds. */
export function troubleMoves(world: World, who: Name, move: Add) {
  const client = world[who];
  const { left } = world;
  const { timers } = stage(client);
  const trouble = (name: string, work: (client: ReturnType<typeof clientIn>, next: World) => void) => {
    if (left.troubles === 0) return;
    move(`${who}: ${name}`, false, (next) => {
      next.left.troubles -= 1;
      // The client shows the failure, and the next step is up to the user.
      next.cameBack = [false, false];
      work(clientIn(next, who), next);
    });
  };
  const excuse = (next: World, id: Id) => {
    if (id) next.excused[id - 1] = true;
  };
  for (const { token, at, left: leftActors } of client.flights) {
    if (at === 'back') continue;
    trouble(`the answer about ${token} gets lost`, ({ me, fail, save }, next) => {
      const waits = me.doing?.phase === 'fly' && me.token === token;
      me.flights = me.flights.filter((each) => each.token !== token);
      me.uncertain = token;
      excuse(next, token);
      if (leftActors.includes('a')) save();
      if (waits) fail('network');
    });
  }
  if (
    client.doing?.src === 'requestToken' ||
    client.doing?.src === 'createGuest' ||
    client.doing?.src === 'fetchAccount' ||
    client.doing?.src === 'adoptSession'
  ) {
    if (client.doing.phase === 'start') {
      trouble('TMDB cannot be reached', ({ fail }) => fail('network'));
      trouble('TMDB refuses for good', ({ fail }) => fail('suspended_api_key', true));
    }
  }
  const timeout = timers.get('requestTimeout');
  // A client that waits for another’s claim takes over earlier than this timeout.
  if (timeout && client.doing?.phase !== 'pause') {
    trouble('waits too long', ({ me, tell }, next) => {
      if (me.doing?.src === 'deleteSession') excuse(next, me.doing.session);
      // A claim is shorter than this timeout.
      next.isOld = true;
      next.isSlow = true;
      tell(timeout);
    });
  }
  for (const id of client.undoing) {
    trouble(`session ${id} cannot be deleted`, ({ me }, next) => {
      excuse(next, id);
      me.undoing = me.undoing.filter((each) => each !== id);
    });
  }
  const expiry = timers.get('requestTokenLifetime');
  if (expiry && left.expiries > 0 && client.token) {
    move(`${who}: the token is too old`, false, (next) => {
      next.left.expiries -= 1;
      next.isExpired[client.token - 1] = true;
      clientIn(next, who).tell(expiry);
    });
  } else if (expiry && client.token && world.isExpired[client.token - 1]) {
    move(`${who}: the token is too old, too`, true, (next) => clientIn(next, who).tell(expiry));
  }
  if (client.hears && left.losses > 0) {
    move(`a message to ${who} gets lost`, false, (next) => {
      next.left.losses -= 1;
      const { me } = clientIn(next, who);
      me.hears = false;
      me.isUnaware = true;
    });
  }
  if (left.restarts > 0 && client.doing?.src !== 'restore') {
    move(`${who} dies and restarts`, false, (next) => restart(next, who, false));
    if (client.flights.some(({ at }) => at === 'sent')) {
      move(`${who} dies and restarts, but TMDB gets its request`, false, (next) => restart(next, who, true));
    }
  }
}

/** The requests of the old client have no receiver any more. */
function restart(world: World, who: Name, isHeard: boolean) {
  const old = world[who];
  const { session } = recOf(world.rec);
  world.left.restarts -= 1;
  // The old client may not have written its last decisions.
  world.ended = [false, false];
  world.cameBack = [false, false];
  for (const { token, at } of old.flights) {
    world.excused[token - 1] = true;
    if (at === 'sent' && isHeard && world.tokens[token - 1] === 'approved') {
      world.tokens[token - 1] = 'used';
      world.alive[token - 1] = true;
    }
  }
  for (const id of [old.session, old.doing?.session ?? 0, ...old.late, ...old.undoing]) {
    if (id && id !== session) world.excused[id - 1] = true;
  }
  const disowned = (number: number) => (recOf(number).claim === who ? withOwner(number, 'X') : number);
  const they = world[other(who)];
  world.rec = disowned(world.rec);
  world[other(who)] = { ...they, base: disowned(they.base), ours: disowned(they.ours) };
  world[who] = newClient();
}
