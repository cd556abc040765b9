import type {
  AccessFacts,
  Account,
  AuthFacts,
  GuestFacts,
  SessionFacts,
  TokenFacts,
} from '../../machines/index.ts';

/** Who is exchanging the token, and since when (epoch ms): so that no other tab or process spends it too. */
export interface Claim {
  by: string;
  at: number;
  /** Nobody said that the token was approved: it is only asked about. */
  asking: boolean;
}

/** What is stored, under one key: the facts, and the secrets that belong to them. */
export interface SessionRecord {
  v: 1;
  facts: Omit<AuthFacts, 'exchanging'> & { exchanging: Claim | null };
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

/** Reads a stored record. Null for anything that is not one; a fact without its secret is no fact. */
export function parseRecord(text: string): SessionRecord | null {
  const stored = objectOf(tryJson(text));
  if (stored?.v !== 1) return null;
  const [told, secrets] = [objectOf(stored.facts), objectOf(stored.secrets)];
  if (!told || !secrets) return null;
  const facts = factsOf(told);
  const requestToken = textOf(secrets.requestToken);
  const accessToken = textOf(secrets.accessToken);
  const sessionId = textOf(secrets.sessionId);
  const guestId = textOf(secrets.guestId);
  const token = requestToken && facts.token;
  const access = accessToken && facts.access;
  const session = sessionId && facts.session;
  const guest = guestId && facts.guest;
  return {
    v: 1,
    facts: {
      token: token || null,
      exchanging: token || access ? claimOf(told.exchanging) : null,
      access: access || null,
      session: session || null,
      account: session ? facts.account : null,
      guest: guest || null,
    },
    secrets: {
      requestToken: token ? requestToken : null,
      redirectTo: token ? textOf(secrets.redirectTo) : null,
      accessToken: access ? accessToken : null,
      sessionId: session ? sessionId : null,
      guestId: guest ? guestId : null,
    },
  };
}

/** Facts as they came from outside. What cannot be read is no fact; null for what holds none at all. */
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

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON, no record.
  }
}

const objectOf = (value: unknown) =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
/** The last moment a `Date` can show, epoch ms: nothing can be counted to, or shown of, a later one. */
const LAST_DATE = 8.64e15;
export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LAST_DATE;

function tokenOf(value: unknown): TokenFacts | null {
  const { apiVersion, requestedAt, expiresAt } = objectOf(value) ?? {};
  return isTime(requestedAt) && isTime(expiresAt)
    ? { apiVersion: apiVersion === 4 ? 4 : 3, requestedAt, expiresAt }
    : null;
}

function accessOf(value: unknown): AccessFacts | null {
  const { createdAt, accountObjectId } = objectOf(value) ?? {};
  return isTime(createdAt) ? { createdAt, accountObjectId: textOf(accountObjectId) ?? '' } : null;
}

function claimOf(value: unknown): Claim | null {
  const { by, at, asking } = objectOf(value) ?? {};
  return typeof by === 'string' && isTime(at) ? { by, at, asking: asking === true } : null;
}

function sessionOf(value: unknown): SessionFacts | null {
  const { createdAt, expiresAt } = objectOf(value) ?? {};
  return isTime(createdAt) && (expiresAt === null || isTime(expiresAt)) ? { createdAt, expiresAt } : null;
}

function guestOf(value: unknown): GuestFacts | null {
  const { createdAt, used, unusedUntil, expiresAt } = objectOf(value) ?? {};
  return isTime(createdAt) && isTime(unusedUntil) && isTime(expiresAt) && typeof used === 'boolean'
    ? { createdAt, used, unusedUntil, expiresAt }
    : null;
}

function accountOf(value: unknown): Account | null {
  const { id, username, name, avatarPath, gravatarHash, language, country, includeAdult } =
    objectOf(value) ?? {};
  if (!Number.isSafeInteger(id) || typeof username !== 'string') return null;
  return {
    id: id as number,
    username,
    name: textOf(name) ?? '',
    avatarPath: textOf(avatarPath),
    gravatarHash: textOf(gravatarHash),
    language: textOf(language) ?? '',
    country: textOf(country) ?? '',
    includeAdult: includeAdult === true,
  };
}
