import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { table } from '../support/table.ts';
import { atOnce, inRounds } from './rounds.ts';

/** After one warm-up round. */
export const ROUNDS = 9;

/** The measured code and its minimal counterpart: ms for each. */
export interface Row {
  what: string;
  ours: number;
  bare: number;
}

/** Alternates rounds of both after one warm-up round, with `times` in each and `atATime` of them in parallel. */
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
  const { figures } = await inRounds({ ours: msOf(ours), bare: msOf(bare) }, { rounds: ROUNDS, warmUp: 1 });
  return { what, ...figures };
}

/** Prints the table and how it was made; `--write` puts both into that page. */
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
