import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Copy, copySources } from '../../support/weaken.ts';
import { WEAKENINGS } from './weakenings.ts';

let copy: Copy;
beforeAll(() => {
  copy = copySources();
});
afterAll(() => copy.remove());

const attacks = (name: string) => [`test/server/attacks/${name}.test.ts`];
const FILES = [...new Set(WEAKENINGS.map(({ noticedBy }) => noticedBy))];

describe('without a weakening', () => {
  test.each(FILES)('no attack of %s succeeds', async (file) => {
    const { failed, passed, output } = await copy.run(attacks(file), { bail: false });
    expect(failed, output).toEqual([]);
    expect(passed, output).toBeGreaterThan(3);
  });
});

describe('a weakening', () => {
  test.each(WEAKENINGS)(
    'is noticed by the attacks of $noticedBy: $name',
    async ({ name, edits, noticedBy }) => {
      const undo = copy.weaken(edits);
      try {
        const { failed, output } = await copy.run(attacks(noticedBy));
        expect(failed.length, output).toBeGreaterThan(0);
        console.info(`${name} → ${noticedBy}: ${failed[0]}`);
      } finally {
        undo();
      }
    },
  );
});
