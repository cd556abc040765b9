import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { table } from '../support/table.ts';
import { atOnce, inTurns } from './rounds.ts';

/** After one to get warm. */
export const ROUNDS = 9;

/** What was measured, and as little as the same can be done with beside it: ms for each. */
export interface Row {
  what: string;
  ours: number;
  bare: number;
}

/** Rounds of both in turns, after one to get warm; so many in each, and so many of them at a time. */
export async function beside(
  what: string,
  [times, atATime]: [times: number, atATime: number],
  ours: () => Promise<unknown>,
  bare: () => Promise<unknown>,
): Promise<Row> {
  const msOf = (work: () => Promise<unknown>) => async () => {
    const startedAt = performance.now();
    await atOnce(atATime, times, work);
    return (performance.now() - startedAt) / times;
  };
  const { figures } = await inTurns({ ours: msOf(ours), bare: msOf(bare) }, { rounds: ROUNDS, warmUp: 1 });
  return { what, ...figures };
}

/** Prints the table, and how it was made; with `--write` it goes into that page. */
export function report(rows: readonly Row[], { page, made }: { page: string; made: string }): void {
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const [cpu] = cpus();
  const lines = [
    table(
      ['Measured', 'This package', 'Beside it', 'Ratio', 'More by'],
      rows.map(({ what, ours, bare }) => [
        what,
        ms(ours),
        ms(bare),
        (ours / bare).toFixed(1),
        ms(ours - bare),
      ]),
    ),
    '',
    `Made on ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node} on ${cpus().length} cores (${cpu?.model.trim()}), by ${made}, the median of ${ROUNDS} rounds that take turns.`,
  ];
  console.log(lines.join('\n'));
  if (!process.argv.includes('--write')) return;
  const marked = /(<!-- figures -->\n)[\s\S]*?(<!-- end -->)/;
  writeFileSync(page, readFileSync(page, 'utf8').replace(marked, `$1${lines.join('\n')}\n$2`));
}
