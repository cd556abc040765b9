import type { AuthView } from '../../machines/index.ts';
import type { SessionRecord } from '../../src/record/session-record.ts';

/** What was seen of a run, from the first step to the end. */
export interface Evidence {
  /** From one state that a client showed to the next that the statechart has no way to. */
  strayMoves: string[];
  /** States in which a session was known without being in `sessionActive`, or the other way round. */
  strayFacts: string[];
  strayCarryOvers: string[];
  /** What promises rejected with that is no `TmdbAuthError`. */
  strayErrors: unknown[];
  /** Where secrets were seen: in a view, an event, an error, a warning. */
  leaks: string[];
  /** What each client shows in the end, when nothing is under way and each has looked at the record. */
  views: AuthView[];
  /** What is stored in the end. */
  record: SessionRecord | null | 'unreadable';
  /** The state after a cancel, and after everything that was still under way then has ended. */
  cancelled: { before: string; after: string } | null;
  /**
   * What TMDB holds in the end, and how many of it may be there unknown to everybody: their answer, or the answer to
   * their deletion, got lost on the way.
   */
  sessions: { alive: number; lost: number };
  accessTokens: { alive: number; lost: number };
  /** How many request tokens TMDB gave out. */
  requests: number;
}

const facts = ({ record }: Evidence) => (record === 'unreadable' ? null : (record?.facts ?? null));

/** Nobody is there, who is not there in the record; nobody is missing. */
const agrees = (evidence: Evidence, inView: (view: AuthView) => boolean, isStored: boolean) =>
  evidence.views.every((view) => inView(view) === isStored);

/** What must hold of every run, whatever people, networks and clocks do. */
export const RULES: Record<string, (evidence: Evidence) => boolean> = {
  'the view moves along the statechart': ({ strayMoves }) => strayMoves.length === 0,
  'a session is known exactly in sessionActive': ({ strayFacts }) => strayFacts.length === 0,
  'a carry-over goes forward, and counts nothing that is not there': ({ strayCarryOvers }) =>
    strayCarryOvers.length === 0,
  'a promise rejects with a TmdbAuthError and with nothing else': ({ strayErrors }) =>
    strayErrors.length === 0,
  'no secret is seen in a view, an event, an error, or a warning': ({ leaks }) => leaks.length === 0,
  'a cancelled sign-in stays cancelled, whatever answers still come': ({ cancelled }) =>
    cancelled?.before === cancelled?.after,
  'what is stored is a record, or nothing': ({ record }) => record !== 'unreadable',
  'who is a user is one in the record, and in every tab': (evidence) =>
    agrees(evidence, ({ status }) => status === 'user', Boolean(facts(evidence)?.session)),
  // While each tab waits for an approval of its own, it may hear later of a guest, and that the guest was used.
  'a guest is one in the record, and in every tab': (evidence) => {
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
  'a request that waits for approval is in the record, and waits in every tab': (evidence) =>
    agrees(
      evidence,
      ({ state, can }) => state.startsWith('awaitingApproval') || can.retry,
      Boolean(facts(evidence)?.token),
    ) || evidence.views.some(({ can }) => can.retry),
  'TMDB holds no session that nobody has': (evidence) =>
    evidence.sessions.alive <= Number(Boolean(facts(evidence)?.session)) + evidence.sessions.lost,
  'TMDB holds no user access token that nobody has': (evidence) =>
    evidence.accessTokens.alive <= Number(Boolean(facts(evidence)?.access)) + evidence.accessTokens.lost,
};

/** Throws with the names of the rules that were broken, and what was seen. */
export function judge(evidence: Evidence): void {
  const broken = Object.entries(RULES).flatMap(([rule, holds]) => (holds(evidence) ? [] : rule));
  if (broken.length === 0) return;
  const { record, ...seen } = evidence;
  const stored = record === 'unreadable' || record === null ? record : record.facts;
  throw new Error(
    `Broken: ${broken.join('; ')}\n${JSON.stringify({ ...seen, stored }, null, 1).slice(0, 3_000)}`,
  );
}
