import { describe, expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { codeOf, resultOf } from '../core/helpers.ts';
import { BEN, messageOf, signInAs, user } from './helpers.ts';

const FILM = { movie: 550 };
const OTHER = { movie: 603 };
const UNKNOWN = { movie: 999_999 };
const SERIES = { tv: 1396 };

describe.each([3, 4] as const)('a user of v%d', (version) => {
  const person = () => user(version);

  test('creates a list, fills it, reads it and deletes it', async () => {
    const { my, world } = await person();
    const { id } = await my.lists.create({ name: 'Lions', description: 'And tigers', language: 'de' });
    expect(await my.lists.all().toArray()).toEqual([
      { id, name: 'Lions', description: 'And tigers', language: 'de', public: true, total: 0 },
    ]);
    await my.lists.add(id, FILM);
    await my.lists.add(id, [OTHER]);
    const { items, ...list } = await my.lists.get(id);
    expect(list).toMatchObject({ id, name: 'Lions', public: true, total: 2, createdBy: 'sandra' });
    expect((await items.toArray()).map(({ media_type, id }) => `${media_type}/${id}`)).toEqual([
      'movie/550',
      'movie/603',
    ]);
    await my.lists.clear(id);
    expect((await my.lists.get(id)).total).toBe(0);
    await my.lists.delete(id);
    expect(world.tmdb.account().lists).toEqual([]);
  });

  test('gets an outcome for each item', async () => {
    const { my } = await person();
    const { id } = await my.lists.create({ name: 'A' });
    await my.lists.add(id, FILM);
    expect(await my.lists.add(id, [OTHER, FILM, UNKNOWN])).toEqual([
      { media: OTHER, outcome: 'done' },
      { media: FILM, outcome: 'unchanged' },
      { media: UNKNOWN, outcome: 'not_found' },
    ]);
    expect(await my.lists.remove(id, [FILM, { movie: 11 }])).toEqual([
      { media: FILM, outcome: 'done' },
      { media: { movie: 11 }, outcome: 'unchanged' },
    ]);
    expect(await my.lists.add(id, [])).toEqual([]);
  });

  test('can ask whether an item is on a list', async () => {
    const { my } = await person();
    const { id } = await my.lists.create({ name: 'A' });
    await my.lists.add(id, FILM);
    expect(await my.lists.contains(id, FILM)).toBe(true);
    expect(await my.lists.contains(id, OTHER)).toBe(false);
    expect(await my.lists.contains(id, SERIES)).toBe(false);
  });

  test('can delete a list that is already gone', async () => {
    const { my } = await person();
    const { id } = await my.lists.create({ name: 'A' });
    await my.lists.delete(id);
    await my.lists.delete(id);
  });

  test.each(['dropBefore', 'dropAfter', 'truncated', 'html'] as const)(
    'deletes a list once although its answer is lost by %s',
    async (kind) => {
      const { my, world } = await person();
      const { id } = await my.lists.create({ name: 'A' });
      world.tmdb.faults.add({ kind, match: /^DELETE/ });
      await resultOf(world, my.lists.delete(id));
      expect(world.tmdb.account().lists).toEqual([]);
    },
  );

  test('gets an error when a deletion fails', async () => {
    const { my, world } = await person();
    const { id } = await my.lists.create({ name: 'A' });
    world.tmdb.faults.add({ kind: 'status', status: 500, code: 11, match: /^DELETE/, times: 99 });
    expect(await codeOf(world, my.lists.delete(id))).toBe('unavailable');
    expect(world.tmdb.account().lists).toHaveLength(1);
  });

  test.each(['dropAfter', 'truncated'] as const)(
    'does not create a second list when the answer is lost by %s',
    async (kind) => {
      const { my, world } = await person();
      world.tmdb.faults.add({ kind, match: /^POST \/[34]\/list$/ });
      const made = my.lists.create({ name: 'A' });
      const message = messageOf(made);
      expect(await codeOf(world, made)).not.toBe('resolved');
      expect(await message).toMatch(/the list may exist/);
      expect(world.tmdb.account().lists).toHaveLength(1);
    },
  );

  test('creates a list although TMDB asked to wait', async () => {
    const { my, world } = await person();
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 2, match: /^POST \/[34]\/list$/ });
    await resultOf(world, my.lists.create({ name: 'A' }));
    expect(world.tmdb.account().lists).toHaveLength(1);
  });

  test('cannot change another user’s list', async () => {
    const { my, world } = await person();
    world.tmdb.addUser(BEN);
    const ben = world.client({ storageKey: 'ben', apiVersion: version });
    await signInAs(world, ben, 'ben');
    const { id } = await accountOf(ben).lists.create({ name: 'B' });
    expect((await my.lists.get(id)).createdBy).toBe('ben');
    expect(await codeOf(world, my.lists.add(id, FILM))).toBe('not_allowed');
    expect(await codeOf(world, my.lists.delete(id))).toBe('not_allowed');
  });

  test('gets not_found for a list that TMDB does not know', async () => {
    const { my, world } = await person();
    expect(await codeOf(world, my.lists.get(1))).toBe('not_found');
    expect(await codeOf(world, my.lists.add(1, FILM))).toBe('not_found');
  });
});

describe('a user of v3', () => {
  test.each<[string, (lists: Awaited<ReturnType<typeof user>>['my']['lists']) => Promise<unknown>]>([
    ['a private list', (lists) => lists.create({ name: 'A', public: false })],
    ['a series on a list', (lists) => lists.add(1, [FILM, SERIES])],
    ['a change of a list', (lists) => lists.update(1, { name: 'B' })],
  ])('is told to sign in with v4 for %s, and TMDB is not asked', async (_, call) => {
    const { my, asked } = await user(3);
    const before = asked().length;
    expect(await messageOf(call(my.lists))).toMatch(/needs a v4 sign-in/);
    expect(asked()).toHaveLength(before);
  });

  test('sees the series that v4 put on a list', async () => {
    const { my: my4, world } = await user(4);
    const { id } = await my4.lists.create({ name: 'A' });
    await my4.lists.add(id, [FILM, SERIES]);
    const auth = world.client({ storageKey: 'v3' });
    await world.signIn(auth);
    const { lists } = accountOf(auth);
    expect(await lists.contains(id, SERIES)).toBe(true);
    expect(await lists.contains(id, { tv: 2001 })).toBe(false);
    const items = await (await lists.get(id)).items.toArray();
    expect(items.map(({ media_type }) => media_type)).toEqual(['movie', 'tv']);
  });
});

describe('a user of v4', () => {
  test('creates private lists and changes whether they are public', async () => {
    const { my, world } = await user(4);
    const stored = () => world.tmdb.account().lists[0];
    const { id } = await my.lists.create({ name: 'Mine', public: false });
    expect(stored()?.public).toBe(false);
    expect((await my.lists.all().toArray())[0]?.public).toBe(false);
    await my.lists.update(id, { public: true, name: 'Ours', description: 'All' });
    expect(stored()).toMatchObject({ public: true, name: 'Ours', description: 'All' });
    await my.lists.update(id, { public: false });
    expect((await my.lists.get(id)).public).toBe(false);
  });

  test('puts a series on a list and sorts it', async () => {
    const { my } = await user(4);
    const { id } = await my.lists.create({ name: 'A' });
    await my.lists.add(id, [SERIES, FILM]);
    await my.lists.update(id, { sort: 'original_order.desc' });
    const items = await (await my.lists.get(id)).items.toArray();
    expect(items.map(({ media_type }) => media_type)).toEqual(['movie', 'tv']);
  });

  test('gets invalid_value for a name that TMDB treats as spam', async () => {
    const { my, world } = await user(4, {}, { quirks: { spamWords: ['cheap'] } });
    expect(await codeOf(world, my.lists.create({ name: 'Cheap pills' }))).toBe('invalid_value');
  });

  test('does not get the refusal of a repeated request if the first one succeeded', async () => {
    const { my, world } = await user(4);
    const { id } = await my.lists.create({ name: 'A' });
    world.tmdb.faults.add({ kind: 'dropAfter', match: /items$/ });
    expect(await resultOf(world, my.lists.add(id, FILM))).toEqual([{ media: FILM, outcome: 'unchanged' }]);
  });
});
