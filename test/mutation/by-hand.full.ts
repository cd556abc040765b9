import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figures } from '../support/figures.ts';
import { table } from '../support/table.ts';
import { type Copy, copySources } from '../support/weaken.ts';
import { BUGS } from './by-hand.ts';

/*
 * Each bug that Stryker does not make is put into a copy of the sources, and the quick tests have to find it.
 */

const MUST_HANDLE = 'test/must-handle/';
const needsNoBrowser = (name: string) =>
  !/browser\/stage|chromium/.test(readFileSync(MUST_HANDLE + name, 'utf8'));
const SUITE = [
  ...['walk', 'transitions', 'everywhere', 'keeping', 'guest-and-record'].map(
    (name) => `test/machine/${name}.test.ts`,
  ),
  'test/core/',
  ...readdirSync(MUST_HANDLE)
    .filter((name) => name.endsWith('.test.ts') && needsNoBrowser(name))
    .map((name) => MUST_HANDLE + name),
];

let copy: Copy;
const found: string[][] = [];
beforeAll(() => {
  copy = copySources();
});
afterAll(() => {
  copy.remove();
  figures('bugs', table(['The bug', 'Found by', 'For instance'], found, ['---', '---:', '---']));
});

test('the tests pass without a bug', async () => {
  const { failed, passed, output } = await copy.run(SUITE, { bail: false });
  expect(failed, output).toEqual([]);
  expect(passed, output).toBeGreaterThan(800);
});

test.each(BUGS)('the tests find $name', async ({ name, edits }) => {
  const undo = copy.weaken(edits);
  try {
    const { failed, output } = await copy.run(SUITE, { bail: false });
    expect(failed.length, output).toBeGreaterThan(0);
    const [one = '', ...others] = failed;
    found.push([name, `${failed.length} tests`, [one, others.at(-1)].filter(Boolean).join('; ')]);
    console.info(`${name}: ${failed.length} tests, ${one}`);
  } finally {
    undo();
  }
});
