import { expect, test } from 'vitest';

/** What breaks an import fails no other test: none of their files begins. */
test('the machine can be loaded, and begins', async () => {
  const { start } = await import('../machine/world.ts');
  expect(start.value).toBe('restoring');
});
