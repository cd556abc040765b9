import { defineConfig } from 'vitest/config';

/** What would make `npm test` longer than some five minutes: `npm run proof rest` plays it. */
export const REST = [
  'test/browser/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/devtools/**/*.test.ts',
  'test/inspect/**/*.test.ts',
  'test/restate/**/*.test.ts',
  'test/server/many-instances.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...REST],
    setupFiles: ['./test/support/loaded.ts'],
    // For what hangs: a machine that is busy with other work is ten times as slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests leave nothing behind, so that a worker need not read the same files for each of them anew.
    isolate: false,
    // Vitest leaves a core free; these tests mostly wait for processes and pages.
    maxWorkers: 2,
    reporters: ['default', './test/support/figures.reporter.ts'],
  },
});
