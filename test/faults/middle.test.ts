import { describe, expect, test } from 'vitest';
import { cellsOf } from './cells.ts';
import { troubleOf } from './faults.ts';
import { playMiddle } from './middle.ts';
import { STEP_NAMES, stepOf } from './steps.ts';

/**
 * Reading the record sends no request. A request that is abandoned is not repeated, so once and lasting are the same.
 */
const canShow = ({ step, fault, lasts }: Parameters<typeof playMiddle>[0]) =>
  troubleOf(fault).at === 'storage' || (stepOf(step).request !== null && !lasts);

describe.each(['cancel', 'logout'] as const)('a %s during a fault', (way) => {
  describe.each(STEP_NAMES)('%s', (step) => {
    test.concurrent.each(cellsOf(step, canShow))('leaves nothing wrong: $words', async (cell) => {
      expect(await playMiddle(cell, way)).toEqual([]);
    });
  });
});
