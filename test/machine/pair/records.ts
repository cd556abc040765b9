import type { AuthFacts, Restored } from '../../../machines/index.ts';
import {
  claimFor,
  type Decision,
  decide,
  isExchanging,
  isUnsaved,
  type Occasion,
  wasInterrupted,
} from '../../../src/record/decide.ts';
import { EMPTY_RECORD, type SessionRecord } from '../../../src/record/session-record.ts';
import type { Id } from './machine.ts';

/* Records by number: equal records have the same number. The decisions about them are made by `src`. */

/** The fields of a record that the rules of the walk use. */
export interface Rec {
  token: Id;
  /** The owner of the claim on the token; `X`: a client that has died; `-`: none, after an interruption. */
  claim: '' | 'A' | 'B' | 'X' | '-';
  asking: boolean;
  session: Id;
  account: boolean;
  guest: Id;
  used: boolean;
}

/** Computes each pair once. */
const perPair = <One, Other, Value>(ask: (one: One, other: Other) => Value) => {
  const known = new Map<One, Map<Other, Value>>();
  return (one: One, other: Other): Value => {
    const ofOne = known.get(one) ?? new Map<Other, Value>();
    known.set(one, ofOne);
    const value = ofOne.has(other) ? (ofOne.get(other) as Value) : ask(one, other);
    ofOne.set(other, value);
    return value;
  };
};

const records: SessionRecord[] = [];
const recs: Rec[] = [];
const numbers = new Map<string, number>();

/** The age of a claim is kept in the world, so its time does not distinguish records. */
export function numberOfRecord(record: SessionRecord): number {
  const { exchanging } = record.facts;
  const timeless: SessionRecord = {
    v: record.v,
    secrets: record.secrets,
    facts: { ...EMPTY_RECORD.facts, ...record.facts, exchanging: exchanging && { ...exchanging, at: 0 } },
  };
  const key = JSON.stringify(timeless);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const { token, session, account, guest } = record.facts;
  records.push(timeless);
  recs.push({
    token: (token?.requestedAt ?? 0) as Id,
    claim: exchanging ? ((exchanging.by ?? '-') as Rec['claim']) : '',
    asking: exchanging?.asking ?? false,
    session: (session?.createdAt ?? 0) as Id,
    account: account !== null,
    guest: (guest?.createdAt ?? 0) as Id,
    used: guest?.used ?? false,
  });
  numbers.set(key, records.length - 1);
  return records.length - 1;
}
export const recordOf = (number: number) => records[number] as SessionRecord;
export const recOf = (number: number) => recs[number] as Rec;
/** The empty record is number 0. */
numberOfRecord(EMPTY_RECORD);

/** The same record with another owner of its claim. */
export const withOwner = perPair((number: number, owner: Rec['claim']): number => {
  const { exchanging } = recordOf(number).facts;
  if (!exchanging) return number;
  const { facts, ...rest } = recordOf(number);
  return numberOfRecord({ ...rest, facts: { ...facts, exchanging: { ...exchanging, by: owner } } });
});

/** A record without token, session and guest is not stored; a claim without a token is dropped on reading. */
export const storedNumber = (number: number): number => {
  const { token, session, guest } = recOf(number);
  return token || session || guest ? number : 0;
};

const made = new WeakMap<AuthFacts, Map<string, number>>();
/** The record of these facts, with the secrets of a client that holds these tokens, sessions and guests. */
export function recordWith(facts: AuthFacts, held: { base: number; me: string } & Held): number {
  const ofFacts = made.get(facts) ?? new Map<string, number>();
  made.set(facts, ofFacts);
  const key = `${held.base}|${held.me}|${held.token}|${held.session}|${held.guest}`;
  const number = ofFacts.get(key) ?? newRecordWith(facts, held);
  ofFacts.set(key, number);
  return number;
}
function newRecordWith(facts: AuthFacts, held: { base: number; me: string } & Held): number {
  const secret = (name: keyof Held) => (held[name] ? `${name}-${held[name]}` : null);
  return numberOfRecord({
    v: 1,
    facts: {
      ...facts,
      exchanging: claimFor(facts, { base: recordOf(held.base), me: held.me, now: 0 }),
    },
    secrets: {
      requestToken: facts.token && secret('token'),
      redirectTo: null,
      accessToken: null,
      sessionId: facts.session && secret('session'),
      guestId: facts.guest && secret('guest'),
    },
  });
}
interface Held {
  token: Id;
  session: Id;
  guest: Id;
}

/** In ms. In the walk a claim is either respected or too old. */
const PATIENCE = 1;

/** A decision, with its record as a number. */
export type Decided = { do: Decision['do']; rec: number };

const decisions = new Map<string, Decided>();
/** The decision of `src` for this occasion. Each situation is decided once. */
export function decideOn(
  occasion: Occasion,
  situation: { found: number; base: number; ours: number; me: string; spent: Id; isOld: boolean },
): Decided {
  const { found, base, ours, me, spent, isOld } = situation;
  const key = `${occasion.to}${occasion.to === 'look' ? occasion.scope : ''}|${found}|${base}|${ours}|${me}|${spent}|${isOld}`;
  const known = decisions.get(key);
  if (known) return known;
  const decision = decide(occasion, {
    found: recordOf(found),
    base: recordOf(base),
    ours: recordOf(ours),
    me,
    now: isOld ? PATIENCE : 0,
    patience: PATIENCE,
    spent: spent ? `token-${spent}` : null,
  });
  const decided = {
    do: decision.do,
    rec: 'record' in decision ? storedNumber(numberOfRecord(decision.record)) : found,
  };
  decisions.set(key, decided);
  return decided;
}

export const isUnsavedIn = perPair((ours: number, base: number) => isUnsaved(recordOf(ours), recordOf(base)));
export const hasOtherGuest = perPair(
  (ours: number, base: number) =>
    JSON.stringify(recordOf(ours).facts.guest) !== JSON.stringify(recordOf(base).facts.guest),
);
export const isExchangingIn = (number: number) => isExchanging(recordOf(number));
export const wasInterruptedIn = (number: number, token: Id) =>
  wasInterrupted(recordOf(number), `token-${token}`);
export const restoredFrom = (number: number, at: number): Restored => ({
  at,
  facts: { ...recordOf(number).facts, exchanging: isExchangingIn(number) },
});
