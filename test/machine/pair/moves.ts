import { clientIn } from './client.ts';
import { numberOfRec, recOf } from './keeper.ts';
import { account, effectOf, guestFacts, type Id, tokenFacts } from './machine.ts';
import { type Client, fork, type Name, newClient, other, stage, type World } from './world.ts';

export interface Move {
  name: string;
  /** Nobody has to decide anything for it: it happens by itself. */
  isOwn: boolean;
  next: World;
}

const IDS = [1, 2] as const;
const ATTEMPTS = ['login', 'guest', 'stopped'];
const LOOKS = ['look', 'accountLook', ...ATTEMPTS];
const isWaiting = (client: Client) => stage(client).path.startsWith('awaitingApproval');
const isAsking = (client: Client) =>
  client.doing?.src === 'createSession' || client.doing?.src === 'checkApproval';

/** Everything that can happen next. */
export function movesOf(world: World): Move[] {
  const moves: Move[] = [];
  const move = (name: string, isOwn: boolean, act: (next: World) => void) => {
    const next = fork(world);
    act(next);
    for (const who of ['A', 'B'] as const) {
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

type Add = (name: string, isOwn: boolean, act: (next: World) => void) => void;

/** What was written while the machine was at work is told once it rests and nothing waits to be written. */
function announce(world: World, who: Name) {
  const client = world[who];
  if (!client.isNews || !stage(client).isSettled || client.queue.length > 0) return;
  const { me, post } = clientIn(world, who);
  me.isNews = false;
  post();
}

/** What nobody will ask for again is forgotten, so that worlds which differ in nothing else are one. */
function tidy(world: World, who: Name) {
  const client = world[who];
  const { token, session, guest, src } = stage(client);
  const isIdle = (fact: Id, secret: Id) => fact === 0 && secret > 0;
  const dead = client.made.filter((id) => !world.alive[id - 1]);
  const isTidy =
    !(isIdle(token, client.token) || isIdle(session, client.session) || isIdle(guest, client.guest)) &&
    dead.length === 0;
  if (isTidy || src === 'requestToken' || src === 'createGuest') return;
  const { me } = clientIn(world, who);
  if (token === 0) me.token = 0;
  if (session === 0) me.session = 0;
  if (guest === 0) me.guest = 0;
  me.made = me.made.filter((id) => world.alive[id - 1]);
}

function keeperMoves(world: World, who: Name, move: Add) {
  const { queue, hears, doing } = world[who];
  const [job = ''] = queue;
  const kind = job.split(':')[0] ?? '';
  const isPassed = LOOKS.includes(kind) && queue.some((each) => each.startsWith('save:'));
  if (job)
    move(`${who} ${isPassed ? 'need not' : 'does'} ${kind}`, true, (next) => clientIn(next, who).runJob());
  if (hears && !queue.some((job) => job.startsWith('look:'))) {
    move(`${who} hears`, true, (next) => {
      const { me } = clientIn(next, who);
      me.hears = false;
      me.hasMissed = !stage(me).isSettled;
      me.queue.push(stage(me).isSettled ? 'look:all' : isWaiting(me) ? 'look:token' : 'look:session');
    });
  }
  const { claim, session } = recOf(world.rec);
  const isFree = claim === '' || claim === who || world.isOld || session > 0;
  if (doing?.phase === 'pause' && isFree) {
    move(`${who} looks again`, true, (next) => {
      const { me } = clientIn(next, who);
      if (me.doing) me.doing.phase = 'claim';
      me.queue.push('claim');
    });
  }
  if (doing?.phase === 'pause' && !isFree) {
    const owner = claim === 'X' ? null : world[claim as Name];
    const isAtIt =
      owner !== null &&
      (isAsking(owner) || stage(owner).path === 'sessionRequested.backoff' || owner.queue.length > 0);
    if (!isAtIt) {
      move('a claim that nobody is at grows old', true, (next) => {
        next.isOld = true;
      });
    } else if (world.left.troubles > 0) {
      move('a claim grows old while somebody is still at it', false, (next) => {
        next.left.troubles -= 1;
        next.isOld = true;
        next.isSlow = true;
      });
    }
  }
}

function tmdbMoves(world: World, who: Name, move: Add) {
  const { doing, flights, undoing, queue } = world[who];
  const act = (name: string, work: (client: ReturnType<typeof clientIn>, next: World) => void) =>
    move(`${who}: ${name}`, true, (next) => work(clientIn(next, who), next));

  if (doing?.src === 'requestToken') {
    const id = IDS.find((each) => world.tokens[each - 1] === 'none' && each <= world.left.signIns);
    if (id) {
      act(`TMDB gives token ${id}`, ({ me, finish }, next) => {
        next.tokens[id - 1] = 'open';
        me.token = id;
        finish(tokenFacts(id), `token ${id}`);
      });
    } else act('TMDB gives no token', ({ fail }) => fail('invalid_api_key', true));
  }
  for (const { token, at: how, left } of flights) {
    const isGood = world.tokens[token - 1] === 'approved' && !world.isExpired[token - 1];
    if (how === 'sent' && isGood) {
      act(`TMDB makes a session of ${token}`, ({ me }, next) => {
        const flight = me.flights.find((each) => each.token === token);
        if (flight) flight.at = 'made';
        next.tokens[token - 1] = 'used';
        next.alive[token - 1] = true;
      });
    }
    if (how === 'sent' && !isGood) {
      act(`TMDB refuses ${token}`, ({ me }) => {
        const waits = me.doing?.phase === 'fly' && me.token === token;
        me.flights = me.flights.filter((each) => each.token !== token);
        for (const who of left) me.queue.push(who === 'a' ? 'leftAdoptAsked' : 'leftAdopt');
        if (!waits || !me.doing) return;
        me.doing.phase = 'look';
        me.queue.push('adopt');
      });
    }
    if (how === 'made') act(`the session of ${token} arrives`, ({ arrive }) => arrive(token));
  }
  if (doing?.src === 'fetchAccount' && doing.phase === 'start') {
    const { session } = world[who];
    const isAlive = session > 0 && world.alive[session - 1];
    if (isAlive) act('TMDB tells the account', ({ finish }) => finish(account, 'account'));
    else
      act('TMDB knows no such session', ({ me }) => {
        if (me.doing) me.doing.phase = 'look';
        me.queue.push('accountLook');
      });
  }
  if (doing?.src === 'deleteSession' && queue.length === 0) {
    act('TMDB deletes the session', ({ finish }, next) => {
      if (doing.session) next.alive[doing.session - 1] = false;
      finish(undefined, 'deleted');
    });
  }
  for (const id of undoing) {
    act(`TMDB deletes session ${id}, which nobody wants`, ({ me }, next) => {
      next.alive[id - 1] = false;
      me.undoing = me.undoing.filter((each) => each !== id);
    });
  }
  if (doing?.src === 'createGuest') {
    act('TMDB gives a guest session', ({ me, finish }, next) => {
      next.guests += 1;
      me.guest = next.guests as Id;
      finish(guestFacts(me.guest, false), `guest ${me.guest}`);
    });
  }
  const backoff = stage(world[who]).timers.get('backoff');
  if (backoff) act('tries again', ({ tell }) => tell(backoff));
}

function userMoves(world: World, who: Name, move: Add) {
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
  if (path === 'awaitingApproval.waiting' && world.left.checks > 0) {
    act('check', ({ tell }, next) => {
      next.left.checks -= 1;
      tell({ type: 'approval.check' });
    });
  }
  const token = isWaiting(client) && client.token ? world.tokens[client.token - 1] : 'none';
  if (token === 'approved' || token === 'used')
    act('return', ({ tell }) => tell({ type: 'approval.granted' }));
  if (token === 'denied') act('denied return', ({ tell }) => tell({ type: 'approval.denied' }));
  for (const type of ['login.cancel', 'logout', 'retry'] as const) {
    const budget = type === 'retry' ? 'retries' : 'ends';
    if (world.left[budget] === 0 || !can(type)) continue;
    act(type, ({ me, tell }, next) => {
      next.left[budget] -= 1;
      // What has not begun must not begin any more.
      if (type !== 'retry') {
        me.queue = me.queue.map((job) => (ATTEMPTS.includes(job) ? 'stopped' : job));
      }
      tell({ type });
    });
  }
}

function troubleMoves(world: World, who: Name, move: Add) {
  const client = world[who];
  const { left } = world;
  const { timers } = stage(client);
  const trouble = (name: string, work: (client: ReturnType<typeof clientIn>, next: World) => void) => {
    if (left.troubles === 0) return;
    move(`${who}: ${name}`, false, (next) => {
      next.left.troubles -= 1;
      work(clientIn(next, who), next);
    });
  };
  const excuse = (next: World, id: Id) => {
    if (id) next.excused[id - 1] = true;
  };
  for (const { token, at, left: others } of client.flights) {
    if (at === 'back') continue;
    trouble(`the answer about ${token} gets lost`, ({ me, fail, save }, next) => {
      const waits = me.doing?.phase === 'fly' && me.token === token;
      me.flights = me.flights.filter((each) => each.token !== token);
      me.uncertain = token;
      excuse(next, token);
      if (others.includes('a')) save();
      if (waits) fail('network');
    });
  }
  if (
    client.doing?.src === 'requestToken' ||
    client.doing?.src === 'createGuest' ||
    client.doing?.src === 'fetchAccount'
  ) {
    if (client.doing.phase === 'start') {
      trouble('TMDB cannot be reached', ({ fail }) => fail('network'));
      trouble('TMDB refuses for good', ({ fail }) => fail('suspended_api_key', true));
    }
  }
  const timeout = timers.get('requestTimeout');
  // Who waits for somebody else's claim takes over before that.
  if (timeout && client.doing?.phase !== 'pause') {
    trouble('waits too long', ({ me, tell }, next) => {
      if (me.doing?.src === 'deleteSession') excuse(next, me.doing.session);
      // All of that time, no claim lasts.
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
    move(`${who} dies and begins anew`, false, (next) => restart(next, who, false));
    if (client.flights.some(({ at }) => at === 'sent')) {
      move(`${who} dies and begins anew, but TMDB hears of its request`, false, (next) =>
        restart(next, who, true),
      );
    }
  }
}

/** What was on its way has nobody left to receive it. */
function restart(world: World, who: Name, isHeard: boolean) {
  const old = world[who];
  const { session } = recOf(world.rec);
  world.left.restarts -= 1;
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
  const disowned = (number: number) => {
    const rec = recOf(number);
    return rec.claim === who ? numberOfRec({ ...rec, claim: 'X' }) : number;
  };
  world.rec = disowned(world.rec);
  world[other(who)] = { ...world[other(who)], seen: disowned(world[other(who)].seen) };
  world[who] = newClient();
}
