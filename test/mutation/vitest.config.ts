import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The tests of one area of `npm run proof mutants`, in the order of stryker.config.js. */
const include = (process.env.MUTATE_TESTS ?? '').split(' ').filter(Boolean);
const placeOf = ({ moduleId }: TestSpecification) => include.findIndex((name) => moduleId.endsWith(name));

class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return [...files].sort((one, other) => placeOf(one) - placeOf(other));
  }
}

export default defineConfig({
  test: {
    include,
    setupFiles: ['./test/support/loaded.ts'],
    sequence: { sequencer: AsNamed },
    // A mutant that waits for ever fails soon.
    testTimeout: 5_000,
    hookTimeout: 20_000,
  },
});
