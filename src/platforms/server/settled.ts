import { createActor } from 'xstate';
import {
  type AuthSnapshot,
  authMachine,
  pathOf,
  placeOf,
  snapshotAt,
  stepsBy,
  toView,
} from '../../../machines/index.ts';
import { createPublicFetch } from '../../client/public-fetch.ts';
import { createDirectFetch } from '../../direct/direct-fetch.ts';
import { EMPTY_RECORD, factsIn, parseRecord, type SessionRecord } from '../../record/session-record.ts';
import type { ServerSettings } from './options.ts';
import type { ServerView } from './request-client.ts';

/** A record for which no machine has to run. */
export interface Settled {
  view: ServerView;
  snapshot: AuthSnapshot;
  secrets: SessionRecord['secrets'];
}

/**
 * Resolves the record to its state without starting a machine, for the two cases that most requests bring: a user in
 * `sessionActive.ready`, or no record. Null for every other record.
 */
export function settledIn({ client }: ServerSettings, text: string | null): Settled | null {
  const record = text === null ? EMPTY_RECORD : parseRecord(text);
  if (!record) return null;
  const at = client.clock.now();
  const facts = factsIn(record, false);
  const { token, session } = facts;
  const isExpired = session?.expiresAt != null && session.expiresAt <= at;
  const isReady = placeOf({ at, facts }) === 'ready' && !isExpired && !token;
  if (text !== null && !isReady) return null;
  const { apiVersion } = client;
  const snapshot = snapshotAt(isReady ? { sessionActive: 'ready' } : { idle: 'fresh' }, {
    apiVersion,
    facts,
  });
  return { view: { ...toView(snapshot), at, facts, approvalUrl: null }, snapshot, secrets: record.secrets };
}

/** The states that a cancelled sign-in went through, and the view afterwards. */
export interface Cancelled {
  states: string[];
  view: ServerView;
}

/** Never started: XState only needs the actor's system. */
const step = stepsBy(createActor(authMachine, { input: { apiVersion: 3 } }));

/**
 * Cancels a sign-in that waits for approval, by one pure transition. Null if the record holds anything else, which
 * needs a client.
 */
export function cancelPending({ client }: ServerSettings, text: string | null): Cancelled | null {
  const record = text === null ? null : parseRecord(text);
  if (!record) return null;
  const at = client.clock.now();
  const { apiVersion } = client;
  const facts = factsIn(record, record.facts.exchanging !== null);
  if (placeOf({ at, facts }) !== 'awaitingApproval' || facts.guest) return null;
  const before = snapshotAt({ awaitingApproval: 'waiting' }, { apiVersion, facts });
  const after = step(before, { type: 'login.cancel' });
  return {
    states: [before, after].map(({ value }) => pathOf(value)),
    view: { ...toView(after), failure: null, at, facts: after.context.facts, approvalUrl: null },
  };
}

/** `fetch` to TMDB as the user of that record. `onRejected` is called when TMDB no longer knows the session. */
export function fetchAs(
  { client }: ServerSettings,
  { snapshot, secrets }: Settled,
  onRejected: () => void,
  fetch = client.fetch,
): typeof globalThis.fetch {
  const settings = { ...client, fetch };
  const ask = createDirectFetch(settings, {
    present: () => ({ isUser: snapshot.matches('sessionActive'), facts: snapshot.context.facts }),
    read: (name) => secrets[name],
    send: onRejected,
    // Never called: `settledIn` gives null for a guest.
    isGuestGone: () => Promise.resolve(false),
  });
  return createPublicFetch({ ...settings, asking: () => ask, who: () => '' });
}
