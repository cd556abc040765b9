import { afterAll, describe, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { allCells, cellsOf, endOf, namesIn } from './cells.ts';
import { differences } from './compare.ts';
import { FAULT_NAMES } from './faults.ts';
import { MATRIX } from './matrix.ts';
import { play } from './play.ts';
import { STEP_NAMES, STEPS } from './steps.ts';

const counted = { cells: 0, requests: 0 };

test('the table has one end for every cell, and no cell that does not exist', () => {
  for (const cell of allCells()) endOf(cell);
  const named = Object.values(MATRIX).flatMap(({ once, lasting }) =>
    [once, lasting].flatMap((cells) => Object.keys(cells).flatMap(namesIn)),
  );
  expect(named.filter((name) => !FAULT_NAMES.includes(name))).toEqual([]);
  expect(named).toHaveLength(allCells().length);
});

describe.each(STEP_NAMES)('%s', (step) => {
  describe(STEPS[step].words, () => {
    test.concurrent.each(cellsOf(step))('ends as the table says: $words', async (cell) => {
      const end = endOf(cell);
      const played = await play(cell, end.helps);
      counted.cells += 1;
      counted.requests += played.total;
      expect(differences(cell, end, played)).toEqual([]);
    });
  });
});

afterAll(() =>
  figures('faults', {
    steps: STEP_NAMES.length,
    'kinds of fault': FAULT_NAMES.length,
    cells: counted.cells,
    requests: counted.requests,
  }),
);
