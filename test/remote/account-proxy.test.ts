import { expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import type { TmdbAuth } from '../../src/index.ts';
import { blocksOf } from '../worlds/project.ts';
import { createPages } from './through-server.ts';

/** The lines for `proxy` that docs/server.md gives to copy, by their names there. */
function linesOfTheGuide(): Record<'READ' | 'RATE' | 'MARK' | 'LISTS' | 'LISTS_V4', string[]> {
  const code = blocksOf('docs/server.md').find(({ name }) => name === 'narrowed.ts')?.code ?? '';
  const constants = code.slice(code.indexOf('const READ'), code.indexOf('export const auth'));
  return new Function(
    `${constants.replaceAll('export ', '')}; return { READ, RATE, MARK, LISTS, LISTS_V4 };`,
  )();
}

const FILM = { movie: 550 };
const SERIES = { tv: 1396 };
const EPISODE = { tv: 1396, season: 1, episode: 2 };

async function rateAll(auth: TmdbAuth): Promise<void> {
  const my = accountOf(auth);
  for (const media of [FILM, SERIES, EPISODE]) {
    await my.rate(media, 8);
    await my.states(media);
  }
  for (const kind of ['movie', 'tv', 'episode'] as const) await my.ratings(kind).toArray();
  for (const media of [FILM, SERIES, EPISODE]) await my.unrate(media);
}

async function markAndList(auth: TmdbAuth): Promise<void> {
  const my = accountOf(auth);
  await my.states({ tv: 1396, season: 1 });
  for (const media of [FILM, SERIES]) {
    await my.favorite(media);
    await my.watchlist(media);
  }
  for (const kind of ['movie', 'tv'] as const) {
    expect(await my.favorites(kind).total()).toBe(1);
    expect(await my.watchlisted(kind).total()).toBe(1);
  }
  const { id } = await my.lists.create({ name: 'To see' });
  expect(await my.lists.add(id, FILM)).toMatchObject([{ outcome: 'done' }]);
  expect(await my.lists.contains(id, FILM)).toBe(true);
  expect(await (await my.lists.get(id)).items.total()).toBe(1);
  await my.lists.remove(id, FILM);
  await my.lists.clear(id);
  expect(await my.lists.all().total()).toBe(1);
  await my.lists.delete(id);
}

test.each([3, 4] as const)(
  'a page can use the whole account of v%i with the proxy lines of docs/server.md',
  async (apiVersion) => {
    const { READ, RATE, MARK, LISTS, LISTS_V4 } = linesOfTheGuide();
    const proxy = [...READ, ...RATE, ...MARK, ...(apiVersion === 3 ? LISTS : LISTS_V4)];
    const { page, signIn, site, result } = await createPages({ apiVersion, proxy });
    const auth = page();
    await signIn(auth);
    await result(rateAll(auth));
    await result(markAndList(auth));
    expect(site.tmdb.account()).toMatchObject({ ratings: [], lists: [] });
    if (apiVersion === 4) {
      const { lists } = accountOf(auth);
      const { id } = await result(lists.create({ name: 'Private', public: false }));
      await result(lists.update(id, { name: 'Still private' }));
      expect(site.tmdb.account().lists).toMatchObject([{ name: 'Still private', public: false }]);
    }
  },
);

test('a guest can rate and read the ratings with the proxy lines of docs/server.md', async () => {
  const { READ, RATE } = linesOfTheGuide();
  const { page, result } = await createPages({ proxy: [...READ, ...RATE] });
  const auth = page();
  await auth.loginAsGuest();
  await result(rateAll(auth));
});

test('the error of a call that proxy leaves out names the option', async () => {
  const { READ } = linesOfTheGuide();
  const { page, signIn } = await createPages({ proxy: READ });
  const auth = page();
  await signIn(auth);
  await expect(accountOf(auth).rate(FILM, 8)).rejects.toMatchObject({
    code: 'unexpected',
    message: 'Pages of this site may not ask TMDB for that: see the option proxy.',
  });
});
