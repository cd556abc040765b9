import { expect, test } from 'vitest';
import { exitCodeOf, linesOf, missedOf, type Section, summaryOf, withBlock } from './section.ts';

const section = (is: number): Section => ({
  head: ['What', 'how much'],
  rows: [['a sign-in', '1']],
  goals: [{ what: 'The ratio', is, most: 2, unit: 'ratio' }],
  notes: ['As it was made.'],
});
const met = section(2);
const missed = section(3);

test('a part shows its table, its goals and its notes', () => {
  expect(linesOf(met)).toEqual([
    '| What | how much |',
    '| --- | --- |',
    '| a sign-in | 1 |',
    '',
    '- The ratio: at most 2.00. Met: 2.00.',
    '',
    'As it was made.',
  ]);
  expect(linesOf(missed)[4]).toBe('- The ratio: at most 2.00. **Missed** by 50 %: 3.00.');
});

test('a missed goal of 0 names no percentage', () => {
  const goals: Section['goals'] = [{ what: 'Timers', is: 1, most: 0, unit: 'count' }];
  expect(linesOf({ ...met, goals })[4]).toBe('- Timers: at most 0. **Missed**: 1.');
});

test('the summary has a row for each goal of every part', () => {
  expect(summaryOf([met, { ...met, goals: [] }, missed])).toEqual([
    '| Goal | at most | measured |  |',
    '| --- | --- | --- | --- |',
    '| The ratio | 2.00 | 2.00 | Met |',
    '| The ratio | 2.00 | 3.00 | **Missed** by 50 % |',
  ]);
});

test('a missed goal ends a run with --check with 1, and no other run', () => {
  expect(missedOf([met, missed, missed])).toBe(2);
  expect(exitCodeOf([met, missed], true)).toBe(1);
  expect(exitCodeOf([met, missed], false)).toBe(0);
  expect(exitCodeOf([met, met], true)).toBe(0);
});

test('a goal that was not measured counts as missed', () => {
  expect(exitCodeOf([section(Number.NaN)], true)).toBe(1);
});

test('lines replace the block of their name, and other blocks stay', () => {
  const page = '<!-- bench: size -->\nold\n<!-- end -->\n<!-- bench: hop -->\nkept\n<!-- end -->\n';
  expect(withBlock(page, 'size', ['a $1', 'b'])).toBe(
    '<!-- bench: size -->\na $1\nb\n<!-- end -->\n<!-- bench: hop -->\nkept\n<!-- end -->\n',
  );
  expect(() => withBlock(page, 'cold', [])).toThrow('no block for cold');
});
