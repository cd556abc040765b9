import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // Vitest leaves a core free; these tests mostly wait for processes and pages.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
