import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dist/src');

const entries = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(^|[\\/])react[\\/]index\.js$/.test(name),
);

test('every built entry for React begins with the directive that server components need', () => {
  expect(entries.length).toBeGreaterThanOrEqual(2);
  const without = entries.filter(
    (name) =>
      !/^(\/\*.*?\*\/\s*)?(?:'use client'|"use client");/s.test(readFileSync(join(dist, name), 'utf8')),
  );
  expect(without).toEqual([]);
});
