import { expect, test } from 'vitest';
import { sizeOfAll } from '../bench/bundles.ts';
import { visit } from '../bench/visits.ts';
import { sharedChromium } from './chromium.ts';

/** Bytes, gzipped: a goal of docs/benchmarks.md. */
const BUDGET = 5_000;

test(`a signed-in visitor who sees their name and makes a call downloads at most ${BUDGET} bytes of tmdb-auth/lazy`, async () => {
  const { bundle, returningAndCall } = await visit(await sharedChromium(), 'entries/lazy');
  const { gzip } = sizeOfAll(
    [...bundle.files].filter(([path]) => returningAndCall.has(path)).map(([, file]) => file),
  );
  expect(gzip).toBeGreaterThan(1_500);
  expect(gzip).toBeLessThanOrEqual(BUDGET);
});
