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
import type { ServerView } from './turn.ts';

/** Who sent a request, where nothing is left to do. */
export interface Glance {
  view: ServerView;
  snapshot: AuthSnapshot;
  secrets: SessionRecord['secrets'];
}

/**
 * A signed-in user with nothing left to do, or no record at all, as most requests bring it: the machine is resolved to
 * that state, not started. Null for everything else.
 */
export function peek({ client }: ServerSettings, text: string | null): Glance | null {
  const record = text === null ? EMPTY_RECORD : parseRecord(text);
  if (!record) return null;
  const at = client.clock.now();
  const facts = factsIn(record, false);
  const { token, session } = facts;
  const isOver = session?.expiresAt != null && session.expiresAt <= at;
  const isReady = placeOf({ at, facts }) === 'ready' && !isOver && !token;
  if (text !== null && !isReady) return null;
  const { apiVersion } = client;
  const snapshot = snapshotAt(isReady ? { sessionActive: 'ready' } : { idle: 'fresh' }, {
    apiVersion,
    facts,
  });
  return { view: { ...toView(snapshot), at, facts, approvalUrl: null }, snapshot, secrets: record.secrets };
}

/** A sign-in that was given up: its states, and what is left. */
export interface GivenUp {
  states: string[];
  view: ServerView;
}

/** XState asks the actor for its system alone: it is never started. */
const step = stepsBy(createActor(authMachine, { input: { apiVersion: 3 } }));

/**
 * What is left when a sign-in is given up that waits for its approval, and nothing else is in the record: one pure step.
 * Null where a client has more to do.
 */
export function giveUp({ client }: ServerSettings, text: string | null): GivenUp | null {
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

/** `fetch` to TMDB as them. `onRejected` is called where TMDB does not know the session any more. */
export function fetchAs(
  { client }: ServerSettings,
  { snapshot, secrets }: Glance,
  onRejected: () => void,
  fetch = client.fetch,
): typeof globalThis.fetch {
  const settings = { ...client, fetch };
  const ask = createDirectFetch(settings, {
    present: () => ({ isUser: snapshot.matches('sessionActive'), facts: snapshot.context.facts }),
    read: (name) => secrets[name],
    send: onRejected,
    // Only a user is seen at a glance.
    isGuestGone: () => Promise.resolve(false),
  });
  return createPublicFetch({ ...settings, asking: () => ask, who: () => '' });
}
