import { defineConfig } from 'vitest/config';

/** What would make `npm test` longer than two minutes and a half: `npm run proof rest` plays it. */
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
    expect: { poll: { timeout: 30_000 } },
    // Tests leave nothing behind, so that a worker need not read the same files for each of them anew.
    isolate: false,
    // One more than the two cores of a small machine: these tests wait for processes and pages half of the time.
    maxWorkers: 3,
    reporters: ['default', './test/support/figures.reporter.ts'],
  },
});
