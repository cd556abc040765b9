import { account } from '../facts.ts';
import { clientIn } from './client.ts';
import { guestFacts, type Id, sessionFacts, tokenFacts } from './machine.ts';
import { type Add, IDS, KEPT, type Name, stage, type World } from './world.ts';

/** TMDB’s answers to this client, and the ends of its waits. */
export function tmdbMoves(world: World, who: Name, move: Add) {
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
  if (doing?.src === 'adoptSession') {
    if (world.alive[KEPT - 1]) {
      act('TMDB knows the kept session', ({ me, finish }) => {
        me.session = KEPT;
        finish({ session: sessionFacts(KEPT), access: null, account }, 'adopted');
      });
    } else act('TMDB knows no such session', ({ fail }) => fail('session_invalid', true));
  }
  if (doing?.src === 'deleteSession' && queue.length === 0) {
    act('TMDB deletes the session', ({ finish }, next) => {
      if (doing.session) next.alive[doing.session - 1] = false;
      finish(undefined, 'deleted');
    });
  }
  for (const id of undoing) {
    act(`TMDB deletes session ${id}, an orphan`, ({ me }, next) => {
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
