import { describe, expect, test } from 'vitest';
import { cellsOf } from './cells.ts';
import { troubleOf } from './faults.ts';
import { playMiddle } from './middle.ts';
import { STEP_NAMES, stepOf } from './steps.ts';

/** To read what is stored nothing is asked of TMDB. */
const canShow = ({ step, fault }: Parameters<typeof playMiddle>[0]) =>
  stepOf(step).request !== null || troubleOf(fault).at === 'storage';

describe.each(['cancel', 'logout'] as const)('%s in the middle of it', (way) => {
  describe.each(STEP_NAMES)('%s', (step) => {
    test.concurrent.each(cellsOf(step, canShow))('$words', async (cell) => {
      expect(await playMiddle(cell, way)).toEqual([]);
    });
  });
});
