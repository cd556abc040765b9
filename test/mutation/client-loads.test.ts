import { expect, test } from 'vitest';

/** What breaks an import fails no other test: none of their files begins. */
test('the client can be loaded', async () => {
  const { createTmdbAuth } = await import('../../src/index.ts');
  expect(createTmdbAuth).toBeInstanceOf(Function);
});
