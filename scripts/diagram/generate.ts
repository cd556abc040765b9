import { readFile } from 'node:fs/promises';
import type { AnyStateMachine } from 'xstate';
import { STATE_TEXTS, type StateText } from '../../src/tools/devtools/texts.ts';
import { compact } from './compact.ts';
import { embed } from './embed.ts';
import { readChart } from './graph.ts';
import { layOut } from './layout.ts';
import { DARK, LIGHT, LIGHT_DARK } from './palette.ts';
import { small } from './small.ts';
import { statesPage } from './states.ts';
import { draw } from './svg.ts';

export const ROOT = new URL('../../', import.meta.url);

/** A README's text has 16 px; a phone shrinks the picture to its own width. */
const SMALL_SCALE = 1.25;

/** The generated files of a machine, by path in the repository. Deterministic. */
export async function generate(
  machine: AnyStateMachine,
  texts: Record<string, StateText> = STATE_TEXTS,
): Promise<Record<string, string>> {
  const chart = readChart(machine);
  const states = statesPage(chart, texts);
  const picture = await layOut(chart, compact(chart));
  const five = small(chart);
  const smallPicture = await layOut(five.chart, { rows: {}, arrows: five.arrows }, false);
  return {
    'docs/statechart.svg': draw(picture, LIGHT),
    'docs/statechart-dark.svg': draw(picture, DARK),
    'docs/statechart-small.svg': draw(smallPicture, LIGHT, SMALL_SCALE),
    'docs/statechart-small-dark.svg': draw(smallPicture, DARK, SMALL_SCALE),
    'docs/states.md': states,
    'src/tools/devtools/statechart.ts': embed(draw(picture, LIGHT_DARK, null)),
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
