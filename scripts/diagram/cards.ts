import type { Row, Trigger } from './compact.ts';
import type { ChartState, Kind } from './graph.ts';
import { SIZE, widthOf } from './measure.ts';

export type Tone = Kind | 'muted' | 'target' | 'guest' | 'title';

export interface Span {
  text: string;
  tone: Tone;
}

/** A line of text at its position in the card; the icon is left of it. */
export interface Line {
  x: number;
  y: number;
  icon: Kind | 'actor' | null;
  spans: Span[];
  /** The second line of a row. */
  isIndented?: boolean;
  /** The transitions that its row represents. */
  moves?: string[];
}

export interface Card {
  width: number;
  height: number;
  lines: Line[];
}

export const PAD = 10;
export const LINE = 16;
const ICON = 13;
/** From the top of a line to its baseline. */
const BASELINE = 12;

type Loose = Omit<Line, 'x' | 'y'>;

const textOf = (spans: Span[]) => spans.map(({ text }) => text).join('');
const widthOfLine = ({ icon, spans, isIndented }: Loose) =>
  (icon || isIndented ? ICON : 0) +
  widthOf(textOf(spans), spans[0]?.tone === 'title' ? SIZE.title : SIZE.text, spans[0]?.tone === 'title');

function spansOf(triggers: Trigger[]): Span[] {
  return triggers.flatMap(({ kind, text }, index) => [
    ...(index > 0 ? [{ text: ' · ', tone: 'muted' } as const] : []),
    { text, tone: kind },
  ]);
}

function targetOf({ targets, orGuest }: Row): Span[] {
  return [
    { text: '→ ', tone: 'muted' },
    { text: targets.join(', '), tone: 'target' },
    ...(orGuest ? [{ text: ' or guest', tone: 'guest' } as const] : []),
  ];
}

/** A row on one line, or on two where the card is narrow. */
function linesOf(row: Row, widest: number): Loose[] {
  const { moves } = row;
  const icon = row.triggers[0]?.kind ?? null;
  const cause = spansOf(row.triggers);
  const whole: Loose = { icon, spans: [...cause, { text: ' ', tone: 'muted' }, ...targetOf(row)], moves };
  if (widthOfLine(whole) <= widest) return [whole];
  return [
    { icon, spans: cause, moves },
    { icon: null, isIndented: true, spans: targetOf(row), moves },
  ];
}

const titleOf = (state: ChartState): Loose[] => [
  { icon: null, spans: [{ text: state.name, tone: 'title' }] },
  ...(state.note ? [{ icon: null, spans: [{ text: state.note, tone: 'muted' as const }] }] : []),
  ...state.actors.map((actor): Loose => ({ icon: 'actor', spans: [{ text: actor, tone: 'muted' }] })),
];

const place = (line: Loose, x: number, y: number): Line => ({
  ...line,
  x: x + (line.icon || line.isIndented ? ICON : 0),
  y,
});

/** The card of a state: its name, its actors and, below a gap, its rows. States with children may have wide rows. */
export function cardOf(state: ChartState, rows: Row[]): Card {
  const widest = state.children.length > 0 ? 400 : 190;
  const title = titleOf(state);
  const body = rows.flatMap((row) => linesOf(row, widest));
  const space = body.length > 0 ? 7 : 0;
  const lines = [
    ...title.map((line, index) => place(line, PAD, PAD - 2 + index * LINE + BASELINE)),
    ...body.map((line, index) =>
      place(line, PAD, PAD - 2 + (title.length + index) * LINE + space + BASELINE),
    ),
  ];
  const width = Math.max(...[...title, ...body].map(widthOfLine));
  return {
    width: Math.max(64, width + 2 * PAD),
    height: (title.length + body.length) * LINE + space + 2 * PAD - 4,
    lines,
  };
}

/** The label of an arrow, with one trigger per line. */
export function labelCard(triggers: Trigger[]): Card {
  const lines = triggers.map(({ kind, text }): Loose => ({ icon: kind, spans: [{ text, tone: kind }] }));
  return {
    width: Math.max(0, ...lines.map(widthOfLine)) + 14,
    height: lines.length * (LINE - 2) + 7,
    lines: lines.map((line, index) => place(line, 7, index * (LINE - 2) + 3 + BASELINE - 0.5)),
  };
}
