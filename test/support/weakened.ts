import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copySources, type Weakening } from './weaken.ts';

/** Takes each defence away in a copy of the sources, and expects the attacks in `folder` to notice it. */
export function playWeakenings(folder: string, weakenings: readonly Weakening[]): void {
  let copy: Copy;
  beforeAll(() => {
    copy = copySources();
  });
  afterAll(() => copy.remove());

  const attacks = (name: string) => [`${folder}/${name}.test.ts`];
  const files = [...new Set(weakenings.map(({ noticedBy }) => noticedBy))];

  test.each(files)('no attack of %s succeeds without a weakening', async (file) => {
    const { failed, passed, output } = await copy.run(attacks(file), { bail: false });
    expect(failed, output).toEqual([]);
    expect(passed, output).toBeGreaterThan(3);
  });

  test.each(weakenings)(
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
}
