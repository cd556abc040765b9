import { visible } from '../../lib/visible.ts';
import type { Terminal } from '../../platforms/node/terminal.ts';
import { dim, type Line } from './line.ts';
import { cutTo, padTo, widthOf } from './width.ts';

export interface Table {
  head: string[];
  rows: string[][];
  /** The column that is cut if the window is too narrow. */
  flexible: number;
}

const COLUMNS = 80;
const GAP = 2;
/** The least width of the flexible column. */
const NARROWEST = 8;

/** The table's lines, fitted to the terminal's width. */
export function tableLines({ head, rows, flexible }: Table, { columns }: Terminal): Line[] {
  const cells = rows.map((row) => row.map(visible));
  const available = columns || COLUMNS;
  const widths = head.map((_, at) => Math.max(...[head, ...cells].map((row) => widthOf(row[at] ?? ''))));
  const others = widths.reduce((sum, width, at) => sum + (at === flexible ? 0 : width + GAP), 0);
  widths[flexible] = Math.min(widths[flexible] ?? 0, Math.max(NARROWEST, available - others));
  const lineOf = (row: string[]) =>
    cutTo(
      available,
      row
        .map((cell, at) => padTo(widths[at] ?? 0, cutTo(widths[at] ?? 0, cell)))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  return [[dim(lineOf(head))], ...cells.map(lineOf)];
}
