import type { AuthFacts, GuestFacts, TokenFacts } from '../../machines/index.ts';
import { isTime } from '../lib/is-time.ts';
import { objectOf, tryJson, wordOf } from '../lib/json.ts';
import { ratedIn, type StoredGuest } from './rated.ts';
import { accessOf, accountOf, sessionOf } from './stored-facts.ts';

/** A client's note that it is exchanging the token now, so that no other client spends it too. */
export interface Claim {
  /** The client that exchanges, or null for an interrupted exchange. */
  by: string | null;
  /** Since when, epoch ms. */
  at: number;
  /** Only a check: no return has arrived, so the client asks TMDB whether the user approved. */
  asking: boolean;
  /** A client died while it exchanged this token: TMDB may have made a session that no record holds. */
  isInterrupted: boolean;
}

/** The value stored under one key: the facts, and the secrets that belong to them. */
export interface SessionRecord {
  v: 1;
  facts: Omit<AuthFacts, 'exchanging' | 'guest'> & { exchanging: Claim | null; guest: StoredGuest | null };
  secrets: {
    requestToken: string | null;
    redirectTo: string | null;
    accessToken: string | null;
    sessionId: string | null;
    guestId: string | null;
  };
}

export const EMPTY_RECORD: SessionRecord = {
  v: 1,
  facts: { token: null, exchanging: null, access: null, session: null, account: null, guest: null },
  secrets: { requestToken: null, redirectTo: null, accessToken: null, sessionId: null, guestId: null },
};

/** The facts as the machine has them: without claims, and without a guest's ratings. */
export function factsIn({ facts }: SessionRecord, exchanging: boolean): AuthFacts {
  const { rated: _, ...guest } = facts.guest ?? {};
  return { ...facts, exchanging, guest: facts.guest && (guest as GuestFacts) };
}

/** A record, or a part of one, from a newer version of this package. It must stay as it is. */
export function isNewer(text: string): boolean {
  const version = objectOf(tryJson(text))?.v;
  return typeof version === 'number' && version > 1;
}

/** The text to store, or null where there is nothing to keep. `stored` is the text that it replaces. */
export function textOf(record: SessionRecord, stored: string | null = null): string | null {
  const { token, access, session, guest } = record.facts;
  return token || access || session || guest ? writtenOver(stored, record) : null;
}

/**
 * Facts and secrets as text. Null parts are left out. Fields that a later version has added to the `stored` text are
 * kept, unless the session they may belong to has ended.
 */
export function writtenOver(
  stored: string | null,
  known: { facts: object; secrets: { sessionId?: string | null } },
): string {
  const before = (stored !== null && objectOf(tryJson(stored))) || {};
  const sessionId = objectOf(before.secrets)?.sessionId;
  const isKept = !sessionId || sessionId === known.secrets.sessionId;
  const textWith = ({ facts, secrets, ...rest }: Record<string, unknown>) =>
    JSON.stringify({
      ...rest,
      ...known,
      facts: over(facts, known.facts),
      secrets: over(secrets, known.secrets),
    });
  try {
    return textWith(isKept ? before : {});
  } catch {
    // `JSON.parse` reads what is nested deeper than `JSON.stringify` can write.
    return textWith({});
  }
}

/** Known fields over stored ones. Unknown fields stay, also within one fact. */
function over(stored: unknown, known: object): object {
  const before = objectOf(stored) ?? {};
  const unknown = Object.entries(before).filter(([name]) => !(name in known));
  const present = Object.entries(known)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const old = before[name];
      if (!isSameFact(old, value)) return [name, value];
      // Known and removed, so it must not be kept as an unknown field.
      const { rated: _, ...rest } = old as { rated?: unknown };
      return [name, { ...rest, ...value }];
    });
  return Object.fromEntries([...unknown, ...present]);
}

/** A fact is identified by its time of creation, an account by its id. */
const isSameFact = (one: unknown, other: unknown): one is object =>
  ['requestedAt', 'createdAt', 'id'].some((name) => {
    const mark = objectOf(other)?.[name];
    return mark !== undefined && objectOf(one)?.[name] === mark;
  });

/** Parses a stored record. Null for anything else; a fact without its secret is dropped. */
export function parseRecord(text: string): SessionRecord | null {
  const stored = objectOf(tryJson(text));
  if (stored?.v !== 1) return null;
  const [storedFacts, secrets] = [objectOf(stored.facts), objectOf(stored.secrets)];
  if (!storedFacts || !secrets) return null;
  const facts = factsOf(storedFacts);
  const requestToken = wordOf(secrets.requestToken);
  const accessToken = wordOf(secrets.accessToken);
  const sessionId = wordOf(secrets.sessionId);
  const guestId = wordOf(secrets.guestId);
  const token = requestToken && facts.token;
  const access = accessToken && facts.access;
  const session = sessionId && facts.session;
  const guest = guestId && facts.guest;
  return {
    v: 1,
    facts: {
      token: token || null,
      // With a session there is nothing left to exchange.
      exchanging: (token || access) && !session ? claimOf(storedFacts.exchanging) : null,
      access: access || null,
      session: session || null,
      account: session ? facts.account : null,
      guest: guest || null,
    },
    secrets: {
      requestToken: token ? requestToken : null,
      redirectTo: token ? wordOf(secrets.redirectTo) : null,
      accessToken: access ? accessToken : null,
      sessionId: session ? sessionId : null,
      guestId: guest ? guestId : null,
    },
  };
}

/** Parses facts from outside, and drops unreadable ones. Null if the value holds no facts. */
export function parseFacts(value: unknown): Omit<AuthFacts, 'exchanging'> | null {
  const facts = objectOf(value);
  return facts && factsOf(facts);
}

const factsOf = (facts: Record<string, unknown>) => ({
  token: tokenOf(facts.token),
  access: accessOf(facts.access),
  session: sessionOf(facts.session),
  account: accountOf(facts.account),
  guest: guestOf(facts.guest),
});

function tokenOf(value: unknown): TokenFacts | null {
  const { apiVersion, requestedAt, expiresAt } = objectOf(value) ?? {};
  return isTime(requestedAt) && isTime(expiresAt)
    ? { apiVersion: apiVersion === 4 ? 4 : 3, requestedAt, expiresAt }
    : null;
}

function claimOf(value: unknown): Claim | null {
  const { by = null, at, asking, isInterrupted } = objectOf(value) ?? {};
  const isNote = by === null && isInterrupted === true;
  if ((typeof by !== 'string' && !isNote) || !isTime(at)) return null;
  return { by: by as string | null, at, asking: asking === true, isInterrupted: isInterrupted === true };
}

function guestOf(value: unknown): StoredGuest | null {
  const { createdAt, used, unusedUntil, expiresAt, rated: stored } = objectOf(value) ?? {};
  if (!isTime(createdAt) || !isTime(unusedUntil) || !isTime(expiresAt) || typeof used !== 'boolean')
    return null;
  const rated = ratedIn(stored);
  return { createdAt, used, unusedUntil, expiresAt, ...(rated && { rated }) };
}
