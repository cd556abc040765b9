import {
  type AuthContext,
  type AuthFacts,
  authDelays,
  type CarryOver,
  contextAtFirst,
  type Failure,
  type FailureCode,
  failure,
  NOTHING,
  type Step,
} from '../../../machines/index.ts';
import { EMPTY_RECORD, textOf } from '../../record/session-record.ts';
import type { Secrets } from '../../record/vault.ts';
import { parseAccount } from '../../tmdb/parse.ts';
import { type Account, accountDetails } from '../sandbox/records.ts';
import type { Store } from '../sandbox/store.ts';
import type { Needs, StatePath } from './states.ts';

/** A client's facts, and the secrets that belong to them. */
export interface Standing {
  facts: AuthFacts;
  secrets: Partial<Secrets>;
}

/** Creates the needed tokens and sessions at that TMDB. `isUsed`: the guest has rated something. */
export function standAt(
  store: Store,
  needs: Needs,
  { user, apiVersion, isUsed }: { user: Account; apiVersion: 3 | 4; isUsed: boolean },
): Standing {
  const now = store.clock.now();
  const secrets: Partial<Secrets> = {};
  const facts: AuthFacts = { ...NOTHING, exchanging: needs.exchanging };
  if (needs.token) {
    const { id, createdAt, expiresAt } = apiVersion === 4 ? store.newV4Token(null) : store.newToken();
    secrets.requestToken = id;
    facts.token = { apiVersion, requestedAt: createdAt, expiresAt };
  }
  if (needs.access) {
    secrets.accessToken = store.newUserToken(user, 1);
    facts.access = { createdAt: now, accountObjectId: user.object_id };
  }
  if (needs.session) {
    secrets.sessionId = store.newSession(user, secrets.accessToken);
    facts.session = { createdAt: now, expiresAt: null };
  }
  if (needs.account) {
    const text = JSON.stringify(accountDetails(user));
    facts.account = parseAccount({ status: 200, date: null, retryAfter: null, text });
  }
  if (needs.guest) {
    const guest = store.newGuest();
    guest.used = isUsed;
    secrets.guestId = guest.id;
    const { createdAt, expiresAt } = guest;
    const unusedUntil = createdAt + authDelays.guestUnusedLifetime;
    facts.guest = { createdAt, used: isUsed, unusedUntil, expiresAt };
  }
  return { facts, secrets };
}

/** The record that a client would have stored, or null for none. */
export function recordOf({ facts, secrets }: Standing): string | null {
  const { login: _, ...kept } = secrets;
  return textOf({
    ...EMPTY_RECORD,
    facts: { ...facts, exchanging: null },
    secrets: { ...EMPTY_RECORD.secrets, ...kept },
  });
}

/** The failure of states that have only one possible failure. */
const REASONS: Partial<Record<StatePath, FailureCode>> = {
  'idle.approvalDenied': 'approval_denied',
  'idle.tokenExpired': 'token_expired',
  'idle.guestExpired': 'guest_gone',
  'idle.sessionRevoked': 'session_invalid',
  'idle.failed': 'network',
};

/** The step that `retry` repeats. */
const FAILED_STEPS: Partial<Record<StatePath, Step>> = {
  'idle.failed': 'tokenRequested',
  'sessionActive.ready': 'accountRequested',
};

const isTry = (path: StatePath) => /\.(trying|exchanging|converting|checking|backoff)$/.test(path);

/** The machine's context in a state. */
export function contextIn(
  path: StatePath,
  {
    facts,
    apiVersion,
    reason = REASONS[path],
    carryOver = path === 'sessionActive.carryingOver' ? {} : undefined,
  }: {
    facts: AuthFacts;
    apiVersion: 3 | 4;
    reason: FailureCode | Failure | undefined;
    carryOver: Partial<CarryOver> | undefined;
  },
): AuthContext {
  const why = typeof reason === 'string' ? failure(reason) : (reason ?? null);
  return {
    ...contextAtFirst({ apiVersion }),
    facts,
    failure: why,
    failedStep: (why?.retryable && FAILED_STEPS[path]) || null,
    carryOver: carryOver ? { total: null, carried: 0, kept: 0, failed: [], ...carryOver } : null,
    tries: isTry(path) ? 1 : 0,
  };
}
