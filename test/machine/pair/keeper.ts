import type { Id } from './machine.ts';

/**
 * The rules by which clients share a record, written by hand and apart from `src/record/keeper.ts`: what each of its
 * jobs does with what it finds. A job runs alone: the storage is one that has `exclusively`.
 */
export interface Rec {
  token: Id;
  /** Whose claim on the token stands here; `X`: of a client that is no more. */
  claim: '' | 'A' | 'B' | 'X';
  /** It is only asked about: nobody said that it was approved. */
  asking: boolean;
  session: Id;
  account: boolean;
  guest: Id;
  used: boolean;
}
const EMPTY: Rec = {
  token: 0,
  claim: '',
  asking: false,
  session: 0,
  account: false,
  guest: 0,
  used: false,
};

const recs: Rec[] = [];
const numbers = new Map<string, number>();
/** Records are numbered, so that two of them are compared as their texts are. */
export function numberOfRec(rec: Rec): number {
  const whole = rec.token || rec.session || rec.guest ? rec : EMPTY;
  const { token, claim, asking, session, account, guest, used } = whole;
  const known = token ? { claim, asking: claim !== '' && asking } : { claim: '' as const, asking: false };
  const clean = {
    token,
    ...known,
    session,
    account: session > 0 && account,
    guest,
    used: guest > 0 && used,
  };
  const key = JSON.stringify(clean);
  const found = numbers.get(key) ?? recs.length;
  if (found === recs.length) {
    recs.push(clean);
    numbers.set(key, found);
  }
  return found;
}
export const recOf = (number: number): Rec => recs[number] as Rec;

/** A session is news once its account is known. */
export const isHalf = ({ session, account }: Rec) => session > 0 && !account;

/** What waited here was in the record, and nothing of it is any more. */
const isEnded = (found: Rec, known: Rec) => known.token > 0 && found.token === 0;

/** Who wrote a session first wins; what was ended is not begun again. A session that is gone stays gone, unless the writer has just made another. */
export function mayWrite(found: Rec, known: Rec, ours: Rec): boolean {
  if (isEnded(found, known) && ours.token === known.token) return false;
  if (found.session === known.session || found.session === ours.session) return true;
  return found.session === 0 && ours.session > 0 && ours.session !== known.session;
}

/** What a look at the record is for: everything, the request that waits here, or only the session. */
export type What = 'all' | 'token' | 'session';
export function isNews(what: What, found: number, known: number, hasOtherGuest: boolean): boolean {
  const [theirs, ours] = [recOf(found), recOf(known)];
  if (theirs.session !== ours.session) return true;
  if (what === 'token') return isEnded(theirs, ours) || hasOtherGuest;
  return what === 'all' && found !== known;
}

/** What a claim comes to: their session, an end of what it was for, a wait for who is at it, or the claim. */
export function outcomeOfClaim(found: Rec, known: Rec, me: Claimant): 'theirs' | 'over' | 'busy' | 'ours' {
  if (found.session) return 'theirs';
  const isTheirs = found.claim !== '' && found.claim !== me.name;
  if ((me.isFollowing && !isTheirs) || isEnded(found, known)) return 'over';
  return isTheirs && !me.isOld ? 'busy' : 'ours';
}
interface Claimant {
  name: 'A' | 'B';
  /** It only waits for what somebody else began to exchange. */
  isFollowing: boolean;
  /** The claim that stands is older than anybody waits for. */
  isOld: boolean;
}

/** Whoever changed the guest writes it; everybody else leaves the one that is there. */
export const withGuestOf = (found: Rec, ours: Rec) =>
  numberOfRec({ ...ours, guest: found.guest, used: found.used });

/** The empty record is number 0. */
numberOfRec(EMPTY);
