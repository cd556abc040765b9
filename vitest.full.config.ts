import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run proof long`, or a part of it: `npm run proof long test/server`. */
export default defineConfig({
  test: {
    include: ['test/**/*.full.ts'],
    setupFiles: ['./test/support/loaded.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
  },
});
