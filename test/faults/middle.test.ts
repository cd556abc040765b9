import { describe, expect, test } from 'vitest';
import { cellsOf } from './cells.ts';
import { troubleOf } from './faults.ts';
import { playMiddle } from './middle.ts';
import { STEP_NAMES, stepOf } from './steps.ts';

/** To read what is stored nothing is asked of TMDB. A request that is left is not repeated: once or lasting is the same. */
const canShow = ({ step, fault, lasts }: Parameters<typeof playMiddle>[0]) =>
  troubleOf(fault).at === 'storage' || (stepOf(step).request !== null && !lasts);

describe.each(['cancel', 'logout'] as const)('%s in the middle of it', (way) => {
  describe.each(STEP_NAMES)('%s', (step) => {
    test.concurrent.each(cellsOf(step, canShow))('$words', async (cell) => {
      expect(await playMiddle(cell, way)).toEqual([]);
    });
  });
});
