import type { AuthView } from '../../machines/index.ts';
import type { SessionRecord } from '../../src/record/session-record.ts';

/** The observations of a run, from the first step to the end. */
export interface Evidence {
  /** Pairs of successive states without a transition between them. */
  strayMoves: string[];
  /** States with a session outside `sessionActive`, or without one inside. */
  strayFacts: string[];
  strayCarryOvers: string[];
  /** Rejections that are no `TmdbAuthError`. */
  strayErrors: unknown[];
  /** Places where a secret was seen: in a view, an event, an error, a warning. */
  leaks: string[];
  /** Each client's view in the end, when no work is left and each has read the record. */
  views: AuthView[];
  /** The stored record in the end. */
  record: SessionRecord | null | 'unreadable';
  /** The state after a cancel, and the state after all remaining work has ended. */
  cancelled: { before: string; after: string } | null;
  /**
   * The sessions at TMDB in the end, and how many of them may be orphans, because the answer to their creation or
   * their deletion got lost.
   */
  sessions: { alive: number; lost: number };
  accessTokens: { alive: number; lost: number };
  /** The number of request tokens that TMDB issued. */
  requests: number;
}

const facts = ({ record }: Evidence) => (record === 'unreadable' ? null : (record?.facts ?? null));

/** True if every view agrees with the record. */
const agrees = (evidence: Evidence, inView: (view: AuthView) => boolean, isStored: boolean) =>
  evidence.views.every((view) => inView(view) === isStored);

/** The rules for every run, whatever users, networks and clocks do. */
export const RULES: Record<string, (evidence: Evidence) => boolean> = {
  'the view moves along the statechart': ({ strayMoves }) => strayMoves.length === 0,
  'a session is known exactly in sessionActive': ({ strayFacts }) => strayFacts.length === 0,
  'a carry-over only goes forward and never exceeds its total': ({ strayCarryOvers }) =>
    strayCarryOvers.length === 0,
  'a promise rejects only with a TmdbAuthError': ({ strayErrors }) => strayErrors.length === 0,
  'no secret appears in a view, an event, an error or a warning': ({ leaks }) => leaks.length === 0,
  'a cancelled sign-in stays cancelled when answers arrive late': ({ cancelled }) =>
    cancelled?.before === cancelled?.after,
  'the storage holds a valid record or nothing': ({ record }) => record !== 'unreadable',
  'the record and every tab agree on the user': (evidence) =>
    agrees(evidence, ({ status }) => status === 'user', Boolean(facts(evidence)?.session)),
  // While each tab waits for its own approval, it may hear later of a guest, and that the guest was used.
  'the record and every tab agree on the guest': (evidence) => {
    const guest = facts(evidence)?.guest ?? null;
    const eachWaits =
      evidence.requests >= evidence.views.length &&
      evidence.views.length > 1 &&
      evidence.views.every(({ state }) => state === 'awaitingApproval.waiting');
    return evidence.views.every((view) =>
      (view.guest !== null) === (guest !== null)
        ? view.status === 'pending' || view.guest?.used === guest?.used
        : eachWaits && view.guest === null,
    );
  },
  'the record and every tab agree on a pending approval': (evidence) =>
    agrees(
      evidence,
      ({ state, can }) => state.startsWith('awaitingApproval') || can.retry,
      Boolean(facts(evidence)?.token),
    ) || evidence.views.some(({ can }) => can.retry),
  'TMDB holds no orphan session': (evidence) =>
    evidence.sessions.alive <= Number(Boolean(facts(evidence)?.session)) + evidence.sessions.lost,
  'TMDB holds no orphan access token': (evidence) =>
    evidence.accessTokens.alive <= Number(Boolean(facts(evidence)?.access)) + evidence.accessTokens.lost,
};

/** Throws with the names of the broken rules and the observations. */
export function judge(evidence: Evidence): void {
  const broken = Object.entries(RULES).flatMap(([rule, holds]) => (holds(evidence) ? [] : rule));
  if (broken.length === 0) return;
  const { record, ...seen } = evidence;
  const stored = record === 'unreadable' || record === null ? record : record.facts;
  throw new Error(
    `Broken: ${broken.join('; ')}\n${JSON.stringify({ ...seen, stored }, null, 1).slice(0, 3_000)}`,
  );
}
