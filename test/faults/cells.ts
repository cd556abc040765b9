import { type End, ITS_OWN } from './ends.ts';
import { FAULT_NAMES, FAULTS, type FaultName, mayLast, troubleOf } from './faults.ts';
import { MATRIX } from './matrix.ts';
import type { Cell } from './play.ts';
import { STEP_NAMES, type StepName, stepOf } from './steps.ts';

const WHERE = { tmdb: '', slow: '', clock: 'the clock is set ', storage: 'storage ' };

/** The name of a fault in tests. */
const inWords = (fault: FaultName) => WHERE[troubleOf(fault).at] + FAULTS[fault].words;

export interface NamedCell extends Cell {
  words: string;
}

/** The cells of a step, once and lasting. */
export const cellsOf = (step: StepName, fits: (cell: Cell) => boolean = () => true): NamedCell[] =>
  FAULT_NAMES.flatMap((fault) =>
    [false, true]
      .filter((lasts) => !lasts || mayLast(fault))
      .map((lasts) => ({ step, fault, lasts, words: `${inWords(fault)}, ${lasts ? 'lasting' : 'once'}` })),
  ).filter(fits);

export const allCells = () => STEP_NAMES.flatMap((step) => cellsOf(step));

/** The faults in a key of the table. */
export const namesIn = (key: string) => key.split(' ') as FaultName[];

/** The expected end of this cell, with its code and state resolved. Throws unless the table has exactly one. */
export function endOf({ step, fault, lasts }: Cell): End {
  const cells = Object.entries(MATRIX[step][lasts ? 'lasting' : 'once']);
  const [found, ...others] = cells.filter(([key]) => namesIn(key).includes(fault));
  if (!found || others.length > 0) throw new Error(`${others.length + 1} ends of ${step}, ${fault}`);
  const [, end] = found;
  const { goal } = stepOf(step);
  const rests = end.rests === 'goal' ? goal : end.rests;
  return { ...end, rests, failure: end.failure?.replace('its own', ITS_OWN[fault]) ?? null };
}
