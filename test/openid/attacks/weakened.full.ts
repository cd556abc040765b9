import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copySources } from '../../support/weaken.ts';
import { WEAKENINGS } from './weakenings.ts';

let copy: Copy;
beforeAll(() => {
  copy = copySources();
});
afterAll(() => copy.remove());

const attacks = (name: string) => [`test/openid/attacks/${name}.test.ts`];
const FILES = [...new Set(WEAKENINGS.map(({ noticedBy }) => noticedBy))];

test.each(FILES)('no attack of %s succeeds without a weakening', async (file) => {
  const { failed, passed, output } = await copy.run(attacks(file), { bail: false });
  expect(failed, output).toEqual([]);
  expect(passed, output).toBeGreaterThan(3);
});

test.each(WEAKENINGS)(
  'the attacks of $noticedBy notice a weakening: $name',
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
