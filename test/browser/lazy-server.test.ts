import { expect, test } from 'vitest';
import { engineOf, hearing, lazily, lookAgain, rests, shownIn, throughServer } from './lazy.stage.ts';
import { allow, endsOf, reaches, reachesTmdb, type Stage, viewOf } from './stage.ts';

/* The page has no key and a server holds the session, so the page has to ask whether anyone is signed in. */

const begin = lazily();
const stage = throughServer(begin);

const askedOf = ({ visits }: Stage) =>
  visits.map(({ path }) => path).filter((path) => path.startsWith('/auth/'));

test('a signed-out page asks the server once, and does not load the engine', async () => {
  const on = await stage();
  const page = await on.open();
  await reaches(page, 'idle.fresh');
  await rests(page);
  expect(askedOf(on)).toEqual(['/auth/session']);
  expect(engineOf(on.loaded())).toEqual([]);
  expect(await shownIn(page)).toEqual(['restoring', 'idle.fresh']);
});

test('after a whole sign-in the next page shows the user without the engine, and never shows signed out', async () => {
  const on = await stage();
  const page = await on.open('/films?page=2');
  await reaches(page, 'idle.fresh');
  await page.click('#login');
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${on.site.url}/films?page=2`);
  on.visits.length = 0;
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(engineOf(on.loaded())).toEqual([]);
  expect((await shownIn(page)).filter((state) => state.startsWith('idle'))).toEqual([]);
  expect(await viewOf(page)).toMatchObject({ account: { username: 'sandra' } });
});

test('the server knows a guest, too', async () => {
  const on = await stage();
  const page = await on.open();
  await reaches(page, 'idle.fresh');
  await page.click('#guest');
  await reaches(page, 'guestActive');
  await page.reload();
  await reaches(page, 'guestActive');
});

test('a tab asks the server when it is shown, and not whenever another tab writes to localStorage', async () => {
  const on = await stage();
  const idle = await on.open();
  const page = await on.open();
  await reaches(idle, 'idle.fresh');
  await reaches(page, 'idle.fresh');
  on.visits.length = 0;
  const heard = await hearing(idle);
  await page.evaluate(() => localStorage.setItem('theme', 'dark'));
  expect(await heard()).toBe('heard');
  await rests(idle);
  expect(askedOf(on)).toEqual([]);
  await page.click('#guest');
  await reaches(page, 'guestActive');
  await expect.poll(() => endsOf(page)).toEqual(['guest: guest']);
  expect((await viewOf(idle)).state).toBe('idle.fresh');
  await lookAgain(idle);
  await reaches(idle, 'guestActive');
});

test('the engine asks again when the server does not answer, and reports the failure', async () => {
  const { open, loaded } = await begin({
    options: { server: '/auth' },
    respond: (path) =>
      path.startsWith('/auth/') ? { type: 'text/plain', text: 'gone', status: 503 } : undefined,
  });
  const page = await open();
  await expect.poll(async () => (await viewOf(page)).failure).toMatchObject({ code: 'bad_answer' });
  expect(engineOf(loaded())).toHaveLength(1);
});

test('a client that is disposed before the server has answered loads nothing', async () => {
  let answer: (() => void) | undefined;
  const { open, loaded } = await begin({
    options: { server: '/auth' },
    respond: (path) =>
      path.startsWith('/auth/')
        ? new Promise((resolve) => {
            answer = () => resolve({ type: 'application/json', text: '{}' });
          })
        : undefined,
  });
  const page = await open();
  // The page loads a script before it asks: an answer before the question would be lost.
  await expect.poll(() => answer).toBeDefined();
  await page.evaluate(() => window.auth.dispose());
  answer?.();
  await rests(page);
  expect(engineOf(loaded())).toEqual([]);
  expect(await shownIn(page)).toEqual(['restoring']);
});

test('a page ends its request when the server has not answered in time, and the engine asks again', async () => {
  let asked = 0;
  const { open, context } = await begin({
    options: { server: '/auth', requestTimeout: 1_000 },
    respond(path) {
      if (!path.startsWith('/auth/')) return undefined;
      asked += 1;
      if (asked === 1) return new Promise(() => {});
      return { type: 'application/json', text: '{"status":"signedOut"}' };
    },
  });
  const ended: string[] = [];
  context.on('requestfailed', (request) => ended.push(new URL(request.url()).pathname));
  const page = await open();
  await reaches(page, 'idle.fresh');
  await expect.poll(() => ended).toEqual(['/auth/session']);
});
