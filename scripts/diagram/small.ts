import type { StatePath } from '../../src/tools/devtools/texts.ts';
import type { Arrow } from './compact.ts';
import { type Chart, type ChartState, type ChartTransition, moveOf } from './graph.ts';

const NOTES: Partial<Record<StatePath, string>> = {
  idle: 'nobody is signed in',
  tokenRequested: 'asks TMDB for a token',
  awaitingApproval: "on TMDB's page",
  sessionActive: 'a user is signed in',
  guestActive: 'a guest is here',
};

/** An arrow in a reader's words. */
interface Path {
  from: StatePath;
  /** A state that the small picture leaves out. */
  by?: StatePath;
  to: StatePath;
  /** The label of each event, actor's end or timer of the machine that takes this path. */
  labels: Record<string, string>;
}

const PATHS: Path[] = [
  { from: 'idle', to: 'tokenRequested', labels: { 'login.start': 'login' } },
  { from: 'idle', by: 'guestRequested', to: 'guestActive', labels: { 'guest.start': 'guest' } },
  { from: 'guestActive', to: 'tokenRequested', labels: { 'login.start': 'login' } },
  { from: 'tokenRequested', to: 'awaitingApproval', labels: { done: 'token' } },
  {
    from: 'awaitingApproval',
    to: 'idle',
    labels: { 'approval.denied': 'denied', requestTokenLifetime: 'or expired' },
  },
  {
    from: 'awaitingApproval',
    by: 'sessionRequested',
    to: 'sessionActive',
    labels: { 'approval.granted': 'approved' },
  },
  { from: 'sessionActive', by: 'loggingOut', to: 'idle', labels: { logout: 'logout' } },
];

const isIn = (path: string | null, state: string) => path === state || path?.startsWith(`${state}.`) === true;

/** The five states and the paths between them. Throws where the machine has no such path. */
export function small(chart: Chart): { chart: Chart; arrows: Arrow[] } {
  const transitions = chart.states.flatMap((state) => state.transitions);
  const find = (from: string, to: string, on?: string): ChartTransition => {
    const found = transitions.find(
      (one) => isIn(one.source, from) && isIn(one.target, to) && (on === undefined || one.on === on),
    );
    if (!found)
      throw new Error(
        `scripts/diagram/small.ts: nothing leads from ${from} to ${to} by ${on ?? 'anything'}.`,
      );
    return found;
  };

  const arrows = PATHS.map(({ from, by, to, labels }): Arrow => {
    if (by) find(by, to);
    const found = Object.keys(labels).map((on) => find(from, by ?? to, on));
    const texts = Object.values(labels);
    return {
      from,
      to,
      kind: found[0]?.kind ?? 'event',
      triggers: found.map(({ kind }, index) => ({ kind, text: texts[index] ?? '' })),
      moves: found.map(moveOf),
    };
  });
  const states = chart.states.flatMap((state): ChartState[] => {
    const note = NOTES[state.path as StatePath];
    return note ? [{ ...state, children: [], actors: [], note }] : [];
  });
  return { chart: { ...chart, states }, arrows };
}
