/** kill -9 at every step, before and after TMDB handled the request. */
import { describe, test } from 'vitest';
import { KILLED } from './killed.matrix.ts';
import { playKilled } from './killed.ts';
import { STEP_NAMES, STEPS } from './steps.ts';

describe.concurrent.each(STEP_NAMES)('%s', (step) => {
  describe(STEPS[step].words, () => {
    test.concurrent.for(['before', 'after'] as const)(
      'ends as the table says when the process is killed %s TMDB did it',
      { timeout: 60_000 },
      async (when, context) => {
        const played = await playKilled(context, step, when);
        context.expect(played).toEqual(KILLED[step][when]);
      },
    );
  });
});
