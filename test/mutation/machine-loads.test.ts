import { expect, test } from 'vitest';

/** A broken import fails no other test, because none of their files starts. */
test('the machine can be loaded and started', async () => {
  const { start } = await import('../machine/world.ts');
  expect(start.value).toBe('restoring');
});
