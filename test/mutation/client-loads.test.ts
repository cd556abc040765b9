import { expect, test } from 'vitest';

/** A broken import fails no other test, because none of their files starts. */
test('the client can be loaded', async () => {
  const { createTmdbAuth } = await import('../../src/index.ts');
  expect(createTmdbAuth).toBeInstanceOf(Function);
});
