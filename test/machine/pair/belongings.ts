import type { Restored } from '../../../machines/index.ts';
import { AFTER, BEFORE, type Id } from './machine.ts';
import {
  type Decided,
  decideOn,
  isUnsavedIn,
  type Rec,
  recOf,
  recordWith,
  restoredFrom,
  storedNumber,
} from './records.ts';
import { type Client, isWaiting, type Name, other, stage, type World } from './world.ts';

const without = <Item>(list: Item[], item: Item) => list.filter((each) => each !== item);

/** The parts of a client beside its machine: its vault, its knowledge of the record, the sessions it has made. */
export function belongingsOf(world: World, name: Name, me: Client) {
  const token = (id: Id) => id - 1;

  const restored = (number: number): Restored => {
    const id = recOf(number).token;
    return restoredFrom(number, id && world.isExpired[token(id)] ? AFTER : BEFORE);
  };

  const decide = (occasion: Parameters<typeof decideOn>[0]): Decided =>
    decideOn(occasion, {
      found: world.rec,
      base: me.base,
      ours: me.ours,
      me: name,
      spent: me.token,
      isOld: world.isOld,
    });

  const post = () => {
    const they = other(name);
    if (!world[they].hears) world[they] = { ...world[they], hears: true };
  };

  /** The record changed: read it now for the changes that matter in this state, and later for the rest. */
  const hear = () => {
    me.hasMissed = !stage(me).isSettled;
    me.queue.push(me.hasMissed ? (isWaiting(me) ? 'look:token' : 'look:session') : 'look:all');
  };

  const write = (rec: number, mine: number) => {
    const found = recOf(world.rec);
    if (rec !== world.rec) {
      const { claim, token: ofToken } = recOf(rec);
      if (claim) world.isOld = false;
      if (found.token && !ofToken) world.isRemoved[token(found.token)] = true;
      // A record that already holds another token does not show that this one was ended.
      if (ofToken && !found.token && world.isRemoved[token(ofToken)])
        world.broken ||= 'a token that was removed from the record does not come back';
      world.rec = rec;
      me.isUntold = recOf(rec).session > 0 && !recOf(rec).account;
      if (!me.isUntold) post();
    }
    me.base = mine;
    if (rec !== storedNumber(mine)) hear();
  };

  const save = () => {
    const { facts, token: ofToken, session: ofSession, guest: ofGuest } = stage(me);
    const isMixed =
      (ofToken > 0 && ofToken !== me.token) ||
      (ofSession > 0 && ofSession !== me.session) ||
      (ofGuest > 0 && ofGuest !== me.guest);
    if (isMixed) world.broken ||= 'a written record has the secrets of its facts';
    me.ours = recordWith(facts, { base: me.base, me: name, ...heldBy(me) });
    if (isUnsavedIn(me.ours, me.base) && !me.queue.includes('save')) me.queue.push('save');
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

  const hold = ({ token: ofToken, session, guest }: Rec) => {
    if (ofToken) me.token = ofToken;
    if (session) me.session = session;
    if (guest) me.guest = guest;
  };

  return { restored, decide, post, hear, write, save, sweep, undo, hold };
}

const heldBy = ({ token, session, guest }: Client) => ({ token, session, guest });
