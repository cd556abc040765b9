/** kill -9 at every step, before and after TMDB did what it was asked. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, test } from 'vitest';
import { KILLED } from './killed.matrix.ts';
import { playKilled } from './killed.ts';
import { STEP_NAMES, STEPS } from './steps.ts';

const source = fileURLToPath(new URL('./child.ts', import.meta.url));
/** Below the packages it needs. */
const program = fileURLToPath(new URL('../../coverage/faults/child.mjs', import.meta.url));

beforeAll(() =>
  build({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  }),
);

describe.each(STEP_NAMES)('%s', (step) => {
  describe(STEPS[step].words, () => {
    test.concurrent.for(['before', 'after'] as const)(
      'the process is killed %s TMDB did it',
      { timeout: 60_000 },
      async (when, context) => {
        const played = await playKilled(context, program, step, when);
        context.expect(played).toEqual(KILLED[step][when]);
      },
    );
  });
});
