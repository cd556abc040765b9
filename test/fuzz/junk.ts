import fc from 'fast-check';
import { SENTINEL } from './parser.ts';

/** Marks a number as it may appear in JSON text but never results from a JavaScript number. */
export const RAW = '\u0001RAW:';

/** Text, because no value that deep can be serialized again. */
const deep = (depth: number) => RAW + '['.repeat(depth) + ']'.repeat(depth);

/** Values that have broken parsers before. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown[]>(null, true, false, '', [], {}, [null], [[]], [{}], 0, 1, -1),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown[]>(
      2 ** 31,
      2 ** 53,
      -(2 ** 53),
      1e21,
      Number.MAX_VALUE,
      Number.MIN_VALUE,
      `${RAW}-0`,
      `${RAW}1e999`,
      `${RAW}-1e999`,
      `${RAW}NaN`,
      `${RAW}0x10`,
      `${RAW}9007199254740993`,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown[]>(
      SENTINEL,
      '\u0000',
      `${SENTINEL}\u0000`,
      '\ud800',
      `\udc00${SENTINEL}`,
      '__proto__',
      '..',
      '../../3/authentication',
      '%2e%2e',
      '\u202e\ufeff',
      'javascript:alert(1)',
      '//evil.example/',
      { toString: 1 },
      { length: 3 },
      JSON.parse('{"__proto__":{"code":"network"}}'),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(4_095, 4_097, 70_000).map((length) => 'a'.repeat(length)) },
  { weight: 1, arbitrary: fc.constantFrom(100, 20_000).map(deep) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.double() },
);
