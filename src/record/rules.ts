import type { SessionRecord } from './session-record.ts';

/* What clients that share a record owe each other. `found` is the record as it is, `known` as this client last knew it. */

/** A session is news once its account is known, so that not every tab asks TMDB for it. */
export const isHalf = ({ facts }: SessionRecord) => facts.session !== null && facts.account === null;

const quietly = ({ facts, secrets }: SessionRecord) =>
  JSON.stringify([{ ...facts, exchanging: null }, secrets]);

/**
 * Somebody else began or gave up to make a session of an access token, and that is all. Whoever has failed at it is not
 * called back by this: else clients would take turns without end where TMDB refuses.
 */
export const isOnlyTurn = (found: SessionRecord, known: SessionRecord) =>
  found.facts.access !== null && found.facts.session === null && quietly(found) === quietly(known);

/** What waited here for approval, or for its session, was in the record, and nothing of it is any more. */
export function isEnded({ secrets }: SessionRecord, known: SessionRecord): boolean {
  const wasThere = known.secrets.requestToken !== null || known.secrets.accessToken !== null;
  return wasThere && secrets.requestToken === null && secrets.accessToken === null;
}

/**
 * Of two sessions the one that was written first counts; one that was ended stays so, unless `ours` is a new one. A
 * sign-in that somebody else has ended, or got further with, is not written again by who says something else.
 */
export function mayWrite({ secrets }: SessionRecord, known: SessionRecord, ours: SessionRecord): boolean {
  const [theirs, before, now] = [secrets.sessionId, known.secrets.sessionId, ours.secrets.sessionId];
  if (theirs !== before && theirs !== now && (theirs !== null || now === before)) return false;
  if (now !== before) return true;
  const isGone = (name: 'requestToken' | 'accessToken') =>
    ours.secrets[name] !== null && ours.secrets[name] === known.secrets[name] && secrets[name] === null;
  return !isGone('requestToken') && !isGone('accessToken');
}

/**
 * It waits for what `ours` was made of: whoever wrote it had not read ours yet, as a browser's storage knows no turns.
 * `spent` is the request token that was waited for last here.
 */
export function isBehind(
  { facts, secrets }: SessionRecord,
  ours: SessionRecord,
  spent: string | null,
): boolean {
  if (facts.session || ours.facts.token) return false;
  const { access, session } = ours.facts;
  if (secrets.accessToken) return session !== null && secrets.accessToken === ours.secrets.accessToken;
  return (access ?? session) !== null && secrets.requestToken !== null && secrets.requestToken === spent;
}

/** Whoever changed the guest writes it; everybody else leaves the one that is there. */
export const withGuestOf = (found: SessionRecord, ours: SessionRecord): SessionRecord => ({
  ...ours,
  facts: { ...ours.facts, guest: found.facts.guest },
  secrets: { ...ours.secrets, guestId: found.secrets.guestId },
});
