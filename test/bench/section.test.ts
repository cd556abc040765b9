import { expect, test } from 'vitest';
import { isMet, linesOf, type Section } from './section.ts';

const section = (is: number): Section => ({
  head: ['What', 'how much'],
  rows: [['a sign-in', '1']],
  goals: [{ what: 'The ratio', is, most: 2, unit: 'ratio' }],
  notes: ['As it was made.'],
});

test('a table with its goal, met or missed by how much', () => {
  expect(linesOf(section(2))).toEqual([
    '| What | how much |',
    '| --- | --- |',
    '| a sign-in | 1 |',
    '',
    '- The ratio: at most 2.00. Met: 2.00.',
    '',
    'As it was made.',
  ]);
  expect(linesOf(section(3))[4]).toBe('- The ratio: at most 2.00. **Missed** by 50 %: 3.00.');
  expect([2, 2.01].map((is) => section(is).goals.every(isMet))).toEqual([true, false]);
});
