import { readFile } from 'node:fs/promises';
import type { AnyStateMachine } from 'xstate';
import { STATE_TEXTS, type StateText } from '../../src/tools/devtools/texts.ts';
import { compact } from './compact.ts';
import { embed } from './embed.ts';
import { readChart } from './graph.ts';
import { layOut } from './layout.ts';
import { DARK, LIGHT, LIGHT_DARK } from './palette.ts';
import { draw } from './svg.ts';
import { tableOf } from './table.ts';

export const ROOT = new URL('../../', import.meta.url);

/** The generated files of a machine, by path in the repository. Deterministic. */
export async function generate(
  machine: AnyStateMachine,
  texts: Record<string, StateText> = STATE_TEXTS,
): Promise<Record<string, string>> {
  const chart = readChart(machine);
  const table = tableOf(chart, texts);
  const picture = await layOut(chart, compact(chart));
  return {
    'docs/statechart.svg': draw(picture, LIGHT),
    'docs/statechart-dark.svg': draw(picture, DARK),
    'docs/states.md': table,
    'src/tools/devtools/statechart.ts': embed(draw(picture, LIGHT_DARK, true)),
  };
}

/** The outdated files, each with its first differing line. */
export async function driftOf(files: Record<string, string>, folder = ROOT): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(files).map(async ([name, wanted]) => {
      const present = await readFile(new URL(name, folder), 'utf8').catch(() => null);
      if (present === null) return `${name} is missing`;
      if (present === wanted) return null;
      const lines = wanted.split('\n');
      const at = lines.findIndex((line, index) => line !== present.split('\n')[index]);
      return `${name} differs in line ${at + 1}, now: ${(lines[at] ?? '').slice(0, 120)}`;
    }),
  );
  return found.filter((one) => one !== null);
}
