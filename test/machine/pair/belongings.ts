import type { AuthFacts, Restored } from '../../../machines/index.ts';
import { account } from '../facts.ts';
import { isHalf, numberOfRec, type Rec, recOf, withGuestOf } from './keeper.ts';
import {
  AFTER,
  BEFORE,
  guestFacts,
  guestIn,
  type Id,
  numberOfFacts,
  sessionFacts,
  tokenFacts,
} from './machine.ts';
import { type Client, isWaiting, type Name, other, stage, type World } from './world.ts';

const without = <Item>(list: Item[], item: Item) => list.filter((each) => each !== item);

/** What a client has beside its machine: a vault, what it knows of the record, and sessions it has made. */
export function belongingsOf(world: World, name: Name, me: Client) {
  const token = (id: Id) => id - 1;

  const factsOf = (rec: Rec): AuthFacts => ({
    token: rec.token ? tokenFacts(rec.token) : null,
    exchanging: rec.claim !== '' && !rec.asking,
    access: null,
    session: rec.session ? sessionFacts(rec.session) : null,
    account: rec.account ? account : null,
    guest: rec.guest ? guestFacts(rec.guest, rec.used) : null,
  });
  const restored = (rec: Rec): Restored => {
    const facts = factsOf(rec);
    me.isFollowing = facts.exchanging;
    return { at: rec.token && world.isExpired[token(rec.token)] ? AFTER : BEFORE, facts };
  };
  /** Whoever waits for an approval adopts another guest, where nothing else is other and nobody is at it. */
  const hasOtherGuest = (rec: Rec): boolean =>
    rec.token === me.token &&
    !(rec.claim || stage(me).facts.exchanging || me.guestChange) &&
    guestIn(numberOfFacts(factsOf(rec))) !== guestIn(me.latest);

  const recordOf = (claimed: boolean): number => {
    const { facts } = stage(me);
    const { token: ofToken, session: ofSession, guest: ofGuest } = stage(me);
    const isMixed =
      (ofToken > 0 && ofToken !== me.token) ||
      (ofSession > 0 && ofSession !== me.session) ||
      (ofGuest > 0 && ofGuest !== me.guest);
    if (isMixed) world.broken ||= 'what is written belongs together';
    return numberOfRec({
      token: ofToken,
      claim: claimed ? name : '',
      asking: !facts.exchanging,
      session: ofSession,
      account: facts.account !== null,
      guest: ofGuest,
      used: facts.guest?.used ?? false,
    });
  };

  const post = () => {
    const they = other(name);
    if (!world[they].hears) world[they] = { ...world[they], hears: true };
  };

  /** There is news in the record: it is looked at for what matters now, and for the rest later. */
  const hear = () => {
    me.hasMissed = !stage(me).isSettled;
    me.queue.push(me.hasMissed ? (isWaiting(me) ? 'look:token' : 'look:session') : 'look:all');
  };

  const write = (ours: number, change: number) => {
    const found = recOf(world.rec);
    const rec = change ? ours : withGuestOf(found, recOf(ours));
    if (rec !== world.rec) {
      const { claim, token: ofToken } = recOf(rec);
      if (claim) world.isOld = false;
      if (found.token && !ofToken) world.isOver[token(found.token)] = true;
      // Where another request stands by now, nobody can tell that this one was ended.
      if (ofToken && !found.token && world.isOver[token(ofToken)]) world.broken ||= 'what is over stays over';
      world.rec = rec;
      me.isNews = isHalf(recOf(rec));
      if (!me.isNews) post();
    }
    if (me.guestChange === change) me.guestChange = 0;
    me.seen = ours;
    if (rec !== ours) hear();
  };

  /** Another than those which are not written yet. */
  const nextChange = () =>
    1 + Math.max(me.guestChange, ...me.queue.map((job) => Number(job.split(':')[2] ?? 0)));

  const save = () => {
    const { factsNumber, facts } = stage(me);
    const isKnown = factsNumber === me.latest && !me.isClaimed;
    if (guestIn(factsNumber) !== guestIn(me.latest)) me.guestChange = nextChange();
    me.latest = factsNumber;
    if (!facts.exchanging) me.isFollowing = false;
    if (isKnown || facts.exchanging) return;
    me.isClaimed = false;
    me.queue.push(`save:${recordOf(false)}:${me.guestChange}`);
  };

  const isTaken = (id: Id) => stage(me).session > 0 && me.session === id;
  const isWanted = (id: Id) => stage(me).token > 0 && me.token === id;
  const undo = (id: Id) => {
    if (!me.made.includes(id)) return;
    me.made = without(me.made, id);
    me.undoing.push(id);
  };
  const forget = (id: Id) => {
    me.late = without(me.late, id);
    me.flights = me.flights.filter((flight) => flight.token !== id);
  };
  const sweep = () => {
    for (const id of [...me.late]) {
      if (!isTaken(id) && isWanted(id)) continue;
      forget(id);
      if (!isTaken(id)) undo(id);
    }
  };

  const holdSession = ({ session }: Rec) => {
    if (session) me.session = session;
  };
  const hold = (rec: Rec) => {
    if (rec.token) me.token = rec.token;
    if (rec.session) me.session = rec.session;
    if (rec.guest) me.guest = rec.guest;
  };

  return { restored, hasOtherGuest, recordOf, post, hear, write, save, sweep, undo, hold, holdSession };
}
