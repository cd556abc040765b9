import { describe, expect, test } from 'vitest';
import { createSeal } from '../../src/platforms/seal.ts';
import { HOUR } from '../support/clock.ts';
import { memoryStore } from './attacks/support.ts';
import { type Browser, createSite, SECRET, type Site, signIn } from './site.ts';

const RECORD = 'tmdb-auth:record:';

/** Changes the sealed record of a user or a guest, as an instance of another version would. */
type Rewrite = (site: Site, browser: Browser, change: (record: object) => object) => Promise<void>;

const PLACES: [string, () => { options: Parameters<typeof createSite>[0]; rewrite: Rewrite }][] = [
  [
    'in cookies',
    () => ({
      options: {},
      async rewrite({ clock }, { cookies }, change) {
        const name = [...cookies.keys()].find((each) => /\.(user|guest)$/.test(each)) ?? '';
        const purpose = name.split('.').at(-1) ?? '';
        const seal = createSeal([SECRET], clock.now);
        const part = JSON.parse((await seal.open(purpose, cookies.get(name) ?? '')) ?? '{}');
        cookies.set(name, await seal.close(purpose, JSON.stringify(change(part)), clock.now() + 24 * HOUR));
      },
    }),
  ],
  [
    'in a store',
    () => {
      const store = memoryStore();
      return {
        options: { store },
        async rewrite({ clock }, _, change) {
          const seal = createSeal([SECRET], clock.now);
          for (const key of await store.getKeys(RECORD)) {
            const purpose = `record:${key.slice(RECORD.length)}`;
            const found = JSON.parse((await seal.open(purpose, String(await store.getItem(key)))) ?? '{}');
            // A note of where the request token's record moved has no facts.
            if (!found.facts) continue;
            const sealed = await seal.close(purpose, JSON.stringify(change(found)), clock.now() + 24 * HOUR);
            await store.setItem(key, sealed);
          }
        },
      };
    },
  ],
];

describe.each(PLACES)('a record of a newer version %s', (_, place) => {
  test.each([
    ['GET', '/auth/session', 'a script'],
    ['GET', '/auth/login', 'a person'],
    ['POST', '/auth/logout', 'a script'],
    ['POST', '/auth/logout', 'a person'],
    ['POST', '/auth/guest', 'a script'],
    ['GET', '/auth/tmdb/3/account', 'a script'],
  ])('makes %s %s answer 503 to %s, without setting a cookie', async (method, path, who) => {
    const { options, rewrite } = place();
    const site = await createSite(options);
    const browser = site.browser();
    await signIn(site, browser);
    await rewrite(site, browser, (record) => ({ ...record, v: 2 }));
    site.tmdb.resetRequests();
    const before = new Map(browser.cookies);
    const response = await (who === 'a script'
      ? browser.ask(method, path, method === 'POST' ? {} : undefined)
      : method === 'POST'
        ? browser.submit(path)
        : browser.follow(path));
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).toContain('record_newer');
    expect(browser.cookies).toEqual(before);
    expect(site.tmdb.requests).toEqual([]);
  });

  test('is readable again when the newer version answers', async () => {
    const { options, rewrite } = place();
    const site = await createSite(options);
    const browser = site.browser();
    await signIn(site, browser);
    await rewrite(site, browser, (record) => ({ ...record, v: 2 }));
    await browser.ask('POST', '/auth/logout', {});
    await rewrite(site, browser, (record) => ({ ...record, v: 1 }));
    expect((await browser.session()).status).toBe('user');
  });

  test('keeps fields that a later version has added when a guest rates a film', async () => {
    const { options, rewrite } = place();
    const site = await createSite(options);
    const browser = site.browser();
    await browser.ask('POST', '/auth/guest', {});
    await rewrite(site, browser, (record) => ({ ...record, later: 'a field' }));
    expect((await browser.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 8 })).status).toBe(201);
    const seen: object[] = [];
    await rewrite(site, browser, (record) => {
      seen.push(record);
      return record;
    });
    expect(seen).toMatchObject([{ later: 'a field', facts: { guest: { used: true } } }]);
  });
});
