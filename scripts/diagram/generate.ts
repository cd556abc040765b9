import { readFile } from 'node:fs/promises';
import type { AnyStateMachine } from 'xstate';
import { compact } from './compact.ts';
import { readChart } from './graph.ts';
import { layOut } from './layout.ts';
import { DARK, LIGHT } from './palette.ts';
import { draw } from './svg.ts';
import { tableOf } from './table.ts';
import { type StateText, TEXTS } from './texts.ts';

export const DOCS = new URL('../../docs/', import.meta.url);

/** The generated files of a machine, by name. The same machine makes the same bytes. */
export async function generate(
  machine: AnyStateMachine,
  texts: Record<string, StateText> = TEXTS,
): Promise<Record<string, string>> {
  const chart = readChart(machine);
  const table = tableOf(chart, texts);
  const picture = await layOut(chart, compact(chart));
  return {
    'statechart.svg': draw(picture, LIGHT),
    'statechart-dark.svg': draw(picture, DARK),
    'states.md': table,
  };
}

/** Which files are not what they would be now, each with its first line that differs. */
export async function driftOf(files: Record<string, string>, folder = DOCS): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(files).map(async ([name, wanted]) => {
      const present = await readFile(new URL(name, folder), 'utf8').catch(() => null);
      if (present === null) return `docs/${name} is missing`;
      if (present === wanted) return null;
      const lines = wanted.split('\n');
      const at = lines.findIndex((line, index) => line !== present.split('\n')[index]);
      return `docs/${name} differs in line ${at + 1}, now: ${(lines[at] ?? '').slice(0, 120)}`;
    }),
  );
  return found.filter((one) => one !== null);
}
