import { LINE, type Line, PAD, type Tone } from './cards.ts';
import type { Chart, Group, Kind } from './graph.ts';
import { widthOf } from './measure.ts';

export interface Legend {
  width: number;
  height: number;
  lines: Line[];
  swatches: { x: number; y: number; group: Group }[];
}

const CAUSES: [kind: Kind, text: string][] = [
  ['event', 'an event is sent'],
  ['done', 'the actor is done'],
  ['error', 'the actor failed'],
  ['after', 'the time is up'],
  ['always', 'at once'],
];

/** The four statuses. */
const GROUPS: [group: Group, text: string][] = [
  ['signedOut', 'signed out'],
  ['pending', 'pending'],
  ['guest', 'guest'],
  ['user', 'user'],
];

/** Space between columns. */
const GAP = 16;

const unique = <T>(values: T[]) => [...new Set(values)];

type Note = Pick<Line, 'icon' | 'spans'>;
const note = (...spans: [text: string, tone: Tone][]): Note => ({
  icon: null,
  spans: spans.map(([text, tone]) => ({ text, tone })),
});

function notesOf({ everywhere }: Chart): Note[] {
  const handled = unique(everywhere.map(({ on }) => on));
  const notes: Note[] = [
    { ...note(['the actor at work', 'muted']), icon: 'actor' },
    note(['or guest', 'guest'], [' back to the guest instead, if there is one', 'muted']),
  ];
  if (handled.length === 0) return notes;
  const names = pairs(handled).map((pair) => note([pair.join(', '), 'event']));
  return [...notes, note(['handled in every state, not drawn:', 'muted']), ...names];
}

const pairs = (names: string[]) =>
  Array.from({ length: Math.ceil(names.length / 2) }, (_, index) => names.slice(2 * index, 2 * index + 2));

const textOf = (spans: { text: string }[]) => spans.map(({ text }) => text).join('');

/** The legend of the picture. */
export function legendOf(chart: Chart): Legend {
  const top = PAD + 2;
  const at = (row: number) => top + row * LINE + 9;
  const left = CAUSES.map(
    ([kind, text], row): Line => ({ icon: kind, x: PAD + 13, y: at(row), spans: [{ text, tone: kind }] }),
  );
  const leftWidth = Math.max(...CAUSES.map(([, text]) => widthOf(text))) + 13;
  const middle = PAD + leftWidth + GAP;
  const groups = GROUPS.map(
    ([, text], row): Line => ({ icon: null, x: middle + 22, y: at(row), spans: [{ text, tone: 'muted' }] }),
  );
  const groupsWidth = Math.max(...GROUPS.map(([, text]) => widthOf(text))) + 22;
  const right = middle + groupsWidth + GAP;
  const notes = notesOf(chart).map(
    ({ icon, spans }, row): Line => ({ icon, x: right + (icon ? 13 : 0), y: at(row), spans }),
  );
  return {
    width: right + Math.max(...notes.map(({ spans }) => widthOf(textOf(spans)))) + PAD,
    height: top + Math.max(left.length, notes.length) * LINE + PAD - 4,
    lines: [...left, ...groups, ...notes],
    swatches: GROUPS.map(([group], row) => ({ group, x: middle, y: at(row) - 9 })),
  };
}
