import type { AuthFacts, Granted } from '../../machines/index.ts';
import { isSame } from '../lib/is-same.ts';
import { asBothKnow } from './rated.ts';
import type { Claim, SessionRecord } from './session-record.ts';

/* Rules for clients that share one record. The keeper does what is decided here, and nothing else. */

/** Everything a decision depends on. */
export interface Situation {
  /** The record in storage. */
  found: SessionRecord;
  /** The record this client last agreed with. */
  base: SessionRecord;
  /** The record as this client would have it. Its claim is the one this client holds, follows or is about to make. */
  ours: SessionRecord;
  /** This client, as its claims name it. */
  me: string;
  /** Epoch ms. */
  now: number;
  /** How long another client's claim is respected, in ms. */
  patience: number;
  /** The request token this client last waited for: the record no longer holds it once a session was made of it. */
  spent: string | null;
}

/**
 * The occasion of a decision: write the facts (`save`), read what another client may have written (`look`), spend the
 * token (`claim`), or find out why TMDB refused it (`recover`).
 */
export type Occasion =
  | { to: 'save' | 'claim' | 'recover' }
  | {
      to: 'look';
      /** How much may be adopted: everything, the end of the pending request, or only another session. */
      scope: Scope;
      /** The writer has not announced its record, so an incomplete session may be completed in a moment. */
      isUnannounced: boolean;
    };
export type Scope = 'all' | 'token' | 'session';

export type Decision =
  | { do: 'nothing' }
  /** The record in storage is right, and this client follows it. */
  | { do: 'adopt' }
  | { do: 'write'; record: SessionRecord }
  /** Another client is exchanging the token: look again later. */
  | { do: 'wait' }
  /** Another client already has what this one wanted. */
  | { do: 'take'; granted: Granted }
  /** Write this record, with this client's claim. */
  | { do: 'claim'; record: SessionRecord };

const NOTHING = { do: 'nothing' } as const;
const ADOPT = { do: 'adopt' } as const;
const WAIT = { do: 'wait' } as const;

/** Decides what this client does with the record it finds. */
export function decide(occasion: Occasion, situation: Situation): Decision {
  switch (occasion.to) {
    case 'save':
      return onSave(situation);
    case 'look':
      return onLook(situation, occasion.scope, occasion.isUnannounced);
    case 'claim':
      return onClaim(situation);
    case 'recover':
      return granted(situation.found) ?? NOTHING;
  }
}

function onSave(situation: Situation): Decision {
  return isStale(situation) || mayWrite(situation) ? { do: 'write', record: merged(situation) } : ADOPT;
}

function onLook(situation: Situation, scope: Scope, isUnannounced: boolean): Decision {
  const { found, base, ours, spent } = situation;
  if (isUnannounced && isIncomplete(found)) return NOTHING;
  if (isStale(situation)) return onSave(situation);
  if (found.secrets.sessionId !== base.secrets.sessionId) return ADOPT;
  // A claim reads the record itself, and an approved token needs no more waiting.
  if (isExchanging(ours) || scope === 'session') return NOTHING;
  if (scope === 'all') return isSame(found, base) || isOnlyClaim(found, base) ? NOTHING : ADOPT;
  const hasTokenEnded = base.secrets.requestToken !== null && found.secrets.requestToken === null;
  const isOnlyAnotherGuest =
    found.secrets.requestToken === spent &&
    !found.facts.exchanging &&
    !hasChangedGuest(situation) &&
    !isSame(found.facts.guest, ours.facts.guest);
  return hasTokenEnded || isOnlyAnotherGuest ? ADOPT : NOTHING;
}

function onClaim(situation: Situation): Decision {
  const { found, base, ours, me, now, patience, spent } = situation;
  const taken = granted(found);
  if (taken?.granted.session) return taken;
  const claim = isStale(situation) || found.facts.exchanging?.by === me ? null : found.facts.exchanging;
  const other = claim?.by ? claim : null;
  const isFollowing = isExchanging(ours) && ours.facts.exchanging?.by !== me;
  if ((isFollowing && !other && !isStale(situation)) || hasEnded(found, base)) return ADOPT;
  // Do not wait for a claim from a clock that was set back since.
  const age = other ? now - other.at : -1;
  if (age >= 0 && age < patience) return WAIT;
  // Another client got the access token, and no session yet.
  if (taken && !ours.facts.access) return taken;
  const isStolen = other !== null && found.secrets.requestToken === spent;
  const isInterrupted = isStolen || wasInterrupted(found, spent) || wasInterrupted(base, spent);
  const exchanging: Claim = { by: me, at: now, asking: !isExchanging(ours), isInterrupted };
  const record = merged(situation);
  return { do: 'claim', record: { ...record, facts: { ...record.facts, exchanging } } };
}

function granted({ facts: { session, access } }: SessionRecord) {
  if (session) return { do: 'take', granted: { session, access } } as const;
  return access && ({ do: 'take', granted: { session: null, access } } as const);
}

/** A session without its account is announced later, so that not every tab asks TMDB for the account. */
export const isIncomplete = ({ facts }: SessionRecord) => facts.session !== null && facts.account === null;

/** A client is exchanging or converting the token, after a return (in v3: an approval) or a password. */
export const isExchanging = ({ facts }: SessionRecord) =>
  facts.exchanging !== null && !facts.exchanging.asking;

/** A client began to exchange this request token and did not finish. */
export const wasInterrupted = ({ facts, secrets }: SessionRecord, token: string | null) =>
  facts.exchanging?.isInterrupted === true && secrets.requestToken === token;

/**
 * The record differs from the one last agreed with. A token that is being exchanged is left to the claim; an access
 * token made from it is not, as the client may be disposed before it claims that.
 */
export const isUnsaved = (ours: SessionRecord, base: SessionRecord) =>
  (!isExchanging(ours) || ours.secrets.accessToken !== base.secrets.accessToken) && !isSame(ours, base);

/**
 * The claim that belongs to a client's facts. Its own claim ends with its exchange, and leaves a note if an earlier one
 * was interrupted; a claim with which another client only asks is not touched.
 */
export function claimFor(
  { token, access, session, exchanging }: AuthFacts,
  { base, me, now }: Pick<Situation, 'base' | 'me' | 'now'>,
): Claim | null {
  const claim = base.facts.exchanging;
  if ((!token && !access) || session) return null;
  if (exchanging && claim?.asking === false) return claim;
  if (exchanging) return { by: me, at: now, asking: false, isInterrupted: false };
  if (claim?.asking && claim.by !== me) return claim;
  return claim?.isInterrupted ? { ...claim, by: null, asking: true } : null;
}

/** The record with another record's guest. */
export const withGuestOf = (from: SessionRecord, record: SessionRecord): SessionRecord => ({
  ...record,
  facts: { ...record.facts, guest: from.facts.guest },
  secrets: { ...record.secrets, guestId: from.secrets.guestId },
});

/**
 * A three-way merge. The guest comes from the client that changed it, with the ratings that both know; a claim comes
 * from the client that holds it. The account of an unchanged session is never forgotten. Everything else is all or
 * nothing.
 */
function merged(situation: Situation): SessionRecord {
  const { found, ours, me } = situation;
  const { facts, secrets } = hasChangedGuest(situation) ? ours : withGuestOf(found, ours);
  const haveSame = (...names: (keyof SessionRecord['secrets'])[]) =>
    names.every((name) => secrets[name] === found.secrets[name]);
  const isTheirClaim =
    !facts.session &&
    ours.facts.exchanging?.by !== me &&
    found.facts.exchanging?.by !== me &&
    haveSame('requestToken', 'accessToken');
  const [guest, other] = [ours.facts.guest, found.facts.guest];
  const isSameGuest = ours.secrets.guestId === found.secrets.guestId;
  return {
    v: 1,
    facts: {
      ...facts,
      guest: isSameGuest && guest && other ? asBothKnow(guest, other) : facts.guest,
      exchanging: isTheirClaim ? found.facts.exchanging : facts.exchanging,
      account: facts.account ?? (haveSame('sessionId') ? found.facts.account : null),
    },
    secrets,
  };
}

const hasChangedGuest = ({ base, ours }: Situation) => !isSame(base.facts.guest, ours.facts.guest);

/**
 * Only a claim on an access token was made or given up. A client that failed to convert the token ignores this: where
 * TMDB refuses, clients would wake each other without end.
 */
function isOnlyClaim(found: SessionRecord, base: SessionRecord): boolean {
  const unclaimed = (record: SessionRecord) => ({ ...record, facts: { ...record.facts, exchanging: null } });
  return found.facts.access !== null && !found.facts.session && isSame(unclaimed(found), unclaimed(base));
}

/** Another client has ended the approval or the exchange for which the record held a token. */
function hasEnded({ secrets }: SessionRecord, base: SessionRecord): boolean {
  const waited = base.secrets.requestToken !== null || base.secrets.accessToken !== null;
  return waited && secrets.requestToken === null && secrets.accessToken === null;
}

/**
 * The session that was written first counts. An ended session stays ended, unless ours is a new one. A sign-in that
 * another client has ended, or got further with, is not written again.
 */
function mayWrite({ found, base, ours }: Situation): boolean {
  const [theirs, before, now] = [found.secrets.sessionId, base.secrets.sessionId, ours.secrets.sessionId];
  if (theirs !== before && theirs !== now && (theirs !== null || now === before)) return false;
  if (now !== before) return true;
  const isGone = (name: 'requestToken' | 'accessToken') =>
    ours.secrets[name] !== null && ours.secrets[name] === base.secrets[name] && found.secrets[name] === null;
  return !isGone('requestToken') && !isGone('accessToken');
}

/**
 * The record holds a token that this client has already used: its writer had not read our record, as `localStorage`
 * has no locks.
 */
function isStale({ found: { facts, secrets }, ours, spent }: Situation): boolean {
  if (facts.session || ours.facts.token) return false;
  const { access, session } = ours.facts;
  if (secrets.accessToken) return session !== null && secrets.accessToken === ours.secrets.accessToken;
  return (access ?? session) !== null && secrets.requestToken !== null && secrets.requestToken === spent;
}
