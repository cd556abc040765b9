import type { Restored } from '../../../machines/index.ts';
import { isHalf, numberOfRec, type Rec, recOf } from './keeper.ts';
import { AFTER, account, BEFORE, guestFacts, type Id, sessionFacts, tokenFacts } from './machine.ts';
import { type Client, type Name, other, stage, type World } from './world.ts';

const without = <Item>(list: Item[], item: Item) => list.filter((each) => each !== item);

/** What a client has beside its machine: a vault, what it knows of the record, and sessions it has made. */
export function belongingsOf(world: World, name: Name, me: Client) {
  const token = (id: Id) => id - 1;

  const restored = (rec: Rec): Restored => ({
    at: rec.token && world.isExpired[token(rec.token)] ? AFTER : BEFORE,
    facts: {
      token: rec.token ? tokenFacts(rec.token) : null,
      exchanging: rec.claim !== '' && !rec.asking,
      access: null,
      session: rec.session ? sessionFacts(rec.session) : null,
      account: rec.account ? account : null,
      guest: rec.guest ? guestFacts(rec.guest, rec.used) : null,
    },
  });

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

  const write = (rec: number) => {
    if (rec === me.seen) return;
    if (recOf(rec).claim) world.isOld = false;
    world.rec = rec;
    me.seen = rec;
    me.isNews = isHalf(recOf(rec));
    if (!me.isNews) post();
  };

  const save = () => {
    const { factsNumber, facts } = stage(me);
    const isKnown = factsNumber === me.latest && !me.isClaimed;
    me.latest = factsNumber;
    if (isKnown || facts.exchanging) return;
    me.isClaimed = false;
    me.queue.push(`save:${recordOf(false)}`);
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

  const hold = (rec: Rec) => {
    if (rec.token) me.token = rec.token;
    if (rec.session) me.session = rec.session;
    if (rec.guest) me.guest = rec.guest;
  };

  return { restored, recordOf, post, write, save, sweep, undo, hold };
}
