import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { createFleet, type Records, SECRETS, userName } from './fleet.ts';
import { judge, signInThroughKills } from './kills.ts';
import { createPlainPerson } from './people.ts';
import { hasRedis } from './redis.ts';

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium?.close());

const MODES: Records[] = hasRedis ? ['cookies', 'files', 'redis'] : ['cookies', 'files'];

describe('two instances, one killed in the middle of every sign-in', () => {
  test.concurrent.for(MODES)(
    'lose no sign-in and leave none stuck, with records in %s',
    { timeout: 60_000 },
    async (records, context) => {
      judge(await signInThroughKills(context, { signIns: 10, records, browsers: 2 }, chromium), records);
    },
  );
});

describe.each(MODES)('two instances, records in %s', (records) => {
  test('can be replaced one after the other without disturbing a sign-in', async (context) => {
    const fleet = await createFleet(context, { users: 24, records });
    // Slow answers, so that a sign-in is always under way.
    fleet.tmdb.faults.add({ kind: 'latency', ms: 60, times: Number.POSITIVE_INFINITY });
    const signIn = async (index: number) => {
      const person = createPlainPerson(fleet);
      await person.begin();
      expect(await person.approve(userName(index))).toBe(null);
      return person.account();
    };
    let next = 0;
    const seen: (string | null)[] = [];
    const people = Array.from({ length: 6 }, async () => {
      while (next < 24) seen.push(await signIn(next++));
    });
    const ends = [
      await fleet.replace(0),
      await fleet.replace(1),
      await fleet.replace(0),
      await fleet.replace(1),
    ];
    await Promise.all(people);
    expect(ends).toEqual(Array(4).fill({ code: 0, signal: null }));
    expect(seen.sort()).toEqual(Array.from({ length: 24 }, (_, index) => userName(index)).sort());
    expect(fleet.tmdb.sessions()).toHaveLength(24);
  });

  test('take a new secret in three steps, one instance at a time, and every user stays signed in', async (context) => {
    const fleet = await createFleet(context, { users: 10, records });
    const newer = 'the second secret of these tests, as long';
    const people: { person: ReturnType<typeof createPlainPerson>; username: string }[] = [];
    /** Signs a user in right across the step. */
    const across = async (step: () => Promise<unknown>) => {
      const username = userName(people.length);
      const person = createPlainPerson(fleet);
      await person.begin();
      await step();
      expect(await person.approve(username)).toBe(null);
      people.push({ person, username });
      await areIn(people);
    };
    const areIn = async (all: typeof people) => {
      // Twice: once at each instance.
      for (const { person, username } of [...all, ...all]) {
        expect(await person.session()).toMatchObject({ status: 'user', account: { username } });
      }
    };
    const steps = [
      [...SECRETS, newer],
      [newer, ...SECRETS],
    ];
    for (const secrets of steps) {
      await across(() => fleet.replace(0, { secrets }));
      await across(() => fleet.replace(1, { secrets }));
    }
    await across(async () => {});
    // A user who signed in after the second step has a cookie of the new secret only.
    const recent = people.slice(-1);
    for (const index of [0, 1]) await fleet.replace(index, { secrets: [newer] });
    await areIn(recent);
    const [oldest] = people;
    expect(await oldest?.person.session()).toMatchObject({ status: 'signedOut' });
  });
});
