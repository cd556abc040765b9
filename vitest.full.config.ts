import { defineConfig } from 'vitest/config';

/** What takes minutes: run by hand, and by CI at night. */
export default defineConfig({
  test: {
    include: ['test/**/*.full.ts'],
    testTimeout: 600_000,
    maxWorkers: 2,
  },
});
