import { FAULT_NAMES, FAULTS, type FaultName, mayLast, troubleOf } from './faults.ts';
import type { Cell } from './play.ts';
import { STEP_NAMES, type StepName } from './steps.ts';

const WHERE = { tmdb: '', slow: '', clock: 'the clock is set ', storage: 'storage ' };

/** A fault in words, as test names have it. */
export const inWords = (fault: FaultName) => WHERE[troubleOf(fault).at] + FAULTS[fault].words;

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
