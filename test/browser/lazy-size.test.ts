import { expect, test } from 'vitest';
import { sizeOfAll } from '../bench/bundles.ts';
import { visit } from '../bench/visits.ts';
import { sharedChromium } from './chromium.ts';

/** In bytes, gzipped. The whole engine is loaded today (48,158); the goal of docs/benchmarks.md is 5,000. */
const BUDGET = 48_500;

test(`a signed-in visitor who sees their name and makes a call downloads at most ${BUDGET} bytes of tmdb-auth/lazy`, async () => {
  const { bundle, returningAndCall } = await visit(await sharedChromium(), 'entries/lazy');
  const { gzip } = sizeOfAll(
    [...bundle.files].filter(([path]) => returningAndCall.has(path)).map(([, file]) => file),
  );
  expect(gzip).toBeGreaterThan(1_500);
  expect(gzip).toBeLessThanOrEqual(BUDGET);
});
