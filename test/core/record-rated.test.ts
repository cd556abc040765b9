import { describe, expect, test } from 'vitest';
import { guest, guestUsed, endlessSession as session } from '../machine/facts.ts';
import { createPair, createStage, facts, KEY, SECRETS, signedIn } from './record.stage.ts';

const asGuest = facts({ guest: guestUsed });
const FILM = { media: 'movie/550', value: 8 };
const SERIES = { media: 'tv/1396', value: 9 };

const note = (
  { record }: Pick<ReturnType<ReturnType<typeof createStage>['client']>, 'record'>,
  { media, value }: { media: string; value: number | null },
) => record.sendRating(media)({ value });

const ratedIn = async ({ stored }: Pick<ReturnType<typeof createStage>, 'stored'>) =>
  (await stored())?.facts.guest?.rated;

describe('a guest’s remembered rating', () => {
  test('is stored beside the guest, kept out of the machine, and known to the next client', async () => {
    const stage = createStage();
    const one = stage.client('one');
    await one.save(asGuest, SECRETS);
    note(one, FILM);
    await one.record.flush();
    const at = stage.host.now();
    expect(await ratedIn(stage)).toEqual({ last: { movies: at }, values: { 'movie/550': [8, at] } });
    const next = stage.client('next');
    expect((await next.restore()).facts).toEqual(asGuest);
    expect((await next.record.rated()).values).toEqual({ 'movie/550': [8, at] });
  });

  test.each([0, -60_000])(
    'has the value that was given last, also when the clock moves by %i ms between two',
    async (ms) => {
      const stage = createStage();
      const one = stage.client('one');
      await one.save(asGuest, SECRETS);
      note(one, FILM);
      await one.record.flush();
      stage.host.advance(ms);
      note(one, { ...FILM, value: 3 });
      await one.record.flush();
      expect((await ratedIn(stage))?.values?.['movie/550']?.[0]).toBe(3);
      expect((await one.record.rated()).values?.['movie/550']?.[0]).toBe(3);
    },
  );

  test('outlives the sign-in, and ends with the guest', async () => {
    const stage = createStage();
    const one = stage.client('one');
    await one.save(asGuest, SECRETS);
    note(one, FILM);
    await one.save({ ...signedIn, guest: guestUsed }, SECRETS);
    expect((await ratedIn(stage))?.values).toHaveProperty('movie/550');
    await one.save(signedIn);
    expect(await stage.stored()).toMatchObject({ facts: { guest: null } });
    // The next guest is made in the same millisecond.
    await one.save(facts({ guest }), { guestId: 'guest-2' });
    expect(await ratedIn(stage)).toBeUndefined();
    expect(await one.record.rated()).toEqual({ last: {} });
  });

  test('is not written when there is no guest', async () => {
    const stage = createStage();
    const one = stage.client('one');
    await one.save(signedIn, SECRETS);
    note(one, FILM);
    await one.record.flush();
    expect(stage.operations).toEqual(['set']);
  });

  test('is kept when the same guest returns after a sign-out', async () => {
    const stage = createStage();
    const one = stage.client('one');
    await one.save(asGuest, SECRETS);
    note(one, FILM);
    await one.save(facts());
    await one.save(asGuest, SECRETS);
    expect((await ratedIn(stage))?.values).toHaveProperty('movie/550');
  });

  test('is stored as a time only in a small storage, while the client that rated still knows the value', async () => {
    const stage = createStage();
    const one = stage.client('one', { isSmall: true });
    await one.save(asGuest, SECRETS);
    note(one, FILM);
    await one.record.flush();
    await one.record.refresh('all');
    expect(await ratedIn(stage)).toEqual({ last: { movies: stage.host.now() } });
    expect((await one.record.rated()).values).toHaveProperty('movie/550');
  });

  test('survives a client of an earlier version, which does not know of it', async () => {
    const stage = createStage();
    const one = stage.client('one');
    await one.save(asGuest, SECRETS);
    note(one, FILM);
    await one.record.flush();
    const before = await ratedIn(stage);
    const text = JSON.parse((await stage.memory.get(KEY)) ?? '');
    text.facts.guest.colour = 'blue';
    await stage.memory.set(KEY, JSON.stringify(text));
    const other = stage.client('other');
    await other.restore();
    await other.save({ ...signedIn, guest: guestUsed }, SECRETS);
    expect(await ratedIn(stage)).toEqual(before);
    expect(JSON.parse((await stage.memory.get(KEY)) ?? '').facts.guest.colour).toBe('blue');
  });
});

describe.each([false, true])(
  'two clients that rate as one guest, in a storage that is small: %s',
  (isSmall) => {
    const ratingPair = async (atOnce = false) => {
      const stage = createStage();
      const [one, other] = [stage.client('one', { isSmall }), stage.client('other', { isSmall })] as const;
      await one.save(facts({ guest }), SECRETS);
      await other.restore();
      note(one, FILM);
      one.record.save(asGuest);
      stage.host.advance(5);
      if (!atOnce) await one.record.flush();
      note(other, SERIES);
      await Promise.all([one.record.flush(), other.record.flush()]);
      return { stage, one, other };
    };

    test('keep each other’s ratings, and the guest is used', async () => {
      const { stage } = await ratingPair();
      expect((await stage.stored())?.facts.guest?.used).toBe(true);
      const rated = await ratedIn(stage);
      expect(Object.keys(rated?.last ?? {}).sort()).toEqual(['movies', 'tv']);
      expect(Object.keys(rated?.values ?? {}).sort()).toEqual(isSmall ? [] : ['movie/550', 'tv/1396']);
    });

    test('know all ratings after a refresh, even when they wrote at once without locks', async () => {
      const { stage, one, other } = await ratingPair(true);
      for (const { record } of [one, other]) {
        await record.refresh('all');
        await record.flush();
      }
      const kept = (await stage.stored())?.facts.guest;
      expect(kept?.used).toBe(true);
      expect(Object.keys(kept?.rated?.last ?? {}).sort()).toEqual(['movies', 'tv']);
      expect([...one.heard, ...other.heard].every(({ facts: { guest } }) => guest?.used)).toBe(true);
    });

    test('come to rest: another refresh writes nothing', async () => {
      const { stage, one, other } = await ratingPair();
      for (const { record } of [one, other, one, other]) {
        await record.refresh('all');
        await record.flush();
      }
      stage.operations.length = 0;
      const posts = [one.posts.length, other.posts.length];
      for (const { record } of [one, other, one, other]) {
        await record.refresh('all');
        await record.flush();
      }
      expect(stage.operations).toEqual([]);
      expect([one.posts.length, other.posts.length]).toEqual(posts);
    });
  },
);

test('a rating that was not written yet survives a sign-in in another client', async () => {
  const { one, other, stored, host } = createPair();
  await one.save(asGuest, SECRETS);
  await other.restore();
  await other.save({ ...signedIn, guest: guestUsed }, SECRETS);
  host.advance(5);
  note(one, FILM);
  await one.record.flush();
  await one.record.flush();
  expect(one.heard.at(-1)?.facts.session).toEqual(session);
  expect((await stored())?.facts).toMatchObject({
    session,
    guest: { rated: { values: { 'movie/550': [8, host.now()] } } },
  });
});
