import { expect, test } from 'vitest';
import { inChromium, reaches } from './stage.ts';

const stage = inChromium();

test('a server on another site is refused, as it would not get the cookies; a trailing slash does not matter', async () => {
  const asked: string[] = [];
  const { open } = await stage({
    respond: (path) => {
      if (path.startsWith('/auth')) asked.push(path);
      return path.startsWith('/auth') ? { type: 'application/json', text: '{}' } : undefined;
    },
  });
  const page = await open();
  await reaches(page, 'idle.fresh');
  const made = (server: string) =>
    page.evaluate((address) => {
      const { credentials: _, ...rest } = CONFIG;
      Object.assign(globalThis, { CONFIG: { ...rest, server: address } });
      try {
        window.another();
        return 'made';
      } catch (error) {
        return String(error);
      }
    }, server);
  for (const server of ['https://elsewhere.example/auth', '//elsewhere.example/auth', 'http://[', 'data:x'])
    expect(await made(server)).toBe('TypeError: tmdb-auth: server is a path of this site, e.g. /auth.');
  expect(await made('auth')).toContain('a path of this site');
  expect(await made('/auth/')).toBe('made');
  await expect.poll(() => asked).toEqual(['/auth/session']);
});

test('a key beside a server is refused, as the page would expose it for nothing', async () => {
  const { open } = await stage();
  const page = await open();
  await reaches(page, 'idle.fresh');
  const said = await page.evaluate(() => {
    Object.assign(CONFIG, { server: '/auth' });
    try {
      window.another();
      return 'made';
    } catch (error) {
      return String(error);
    }
  });
  expect(said).toContain('leave them out of the page');
});
