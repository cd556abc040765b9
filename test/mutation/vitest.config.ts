import { defineConfig } from 'vitest/config';

/** The tests of one pass of `npm run mutate`, which names them. */
const include = (process.env.MUTATE_TESTS ?? '').split(' ').filter(Boolean);

export default defineConfig({
  test: {
    include,
    // What a mutant makes wait for ever ends soon.
    testTimeout: 5_000,
    hookTimeout: 20_000,
  },
});
