import { describe, expect, test } from 'vitest';
import type { StoragePort } from '../../src/index.ts';
import { settingsOf } from '../../src/options.ts';

/** A stored record with everything that JSON can hold. */
const RECORD = JSON.stringify({
  v: 1,
  facts: {
    token: null,
    account: { id: 548, name: 'Žofie 🎬 "O’Neil" \\ \u2028', avatarPath: null },
    at: 1.5,
  },
  secrets: { sessionId: '0123456789'.repeat(4), requestToken: null },
});

/**
 * The contract of every storage. `make` returns a new, empty one. With `isAtomic` false it writes in place, so
 * concurrent writes may tear a value.
 */
export function storageContract(
  name: string,
  make: () => Promise<StoragePort> | StoragePort,
  { isAtomic = true } = {},
): void {
  describe(`a storage (${name})`, () => {
    test('returns null for a key that was never set', async () => {
      const storage = await make();
      expect(await storage.get('nothing')).toBeNull();
    });

    test('returns a value unchanged until it is removed', async () => {
      const storage = await make();
      await storage.set('record', RECORD);
      expect(await storage.get('record')).toBe(RECORD);
      await storage.remove('record');
      expect(await storage.get('record')).toBeNull();
    });

    test('keeps the last value', async () => {
      const storage = await make();
      await storage.set('record', RECORD);
      await storage.set('record', '{"v":1}');
      expect(await storage.get('record')).toBe('{"v":1}');
    });

    test('accepts text in any script', async () => {
      const storage = await make();
      const text = 'Grüße, 世界, שלום, 🎞️\n\tand so on';
      await storage.set('text', text);
      expect(await storage.get('text')).toBe(text);
    });

    test('accepts 100 kB', async () => {
      const storage = await make();
      const big = JSON.stringify({ big: 'ä🎬x'.repeat(15_000) });
      expect(Buffer.byteLength(big)).toBeGreaterThan(100_000);
      await storage.set('big', big);
      expect(await storage.get('big')).toBe(big);
    });

    test('does not mix its keys', async () => {
      const storage = await make();
      const keys = ['tmdb-auth', 'user:zoë', 'user:zoé', 'user_zoe', 'user:zoe', 'user-zoe'];
      for (const key of keys) await storage.set(key, `{"key":"${key}"}`);
      for (const key of keys) expect(await storage.get(key)).toBe(`{"key":"${key}"}`);
      await storage.remove('user:zoë');
      expect(await storage.get('user:zoë')).toBeNull();
      expect(await storage.get('user:zoé')).not.toBeNull();
    });

    test('keeps the records of TMDB and of a local TMDB apart', async () => {
      const storage = await make();
      const keys = ['https://api.themoviedb.org', 'http://127.0.0.1:8080', 'http://127.0.0.1:8081'].map(
        (baseURL) => settingsOf({ credentials: { apiKey: '0'.repeat(32) }, baseURL }).storageKey,
      );
      for (const key of keys) await storage.set(key, `{"key":"${key}"}`);
      for (const key of keys) expect(await storage.get(key)).toBe(`{"key":"${key}"}`);
    });

    test('ignores the removal of a missing key', async () => {
      const storage = await make();
      await storage.remove('nothing');
      await storage.remove('nothing');
      expect(await storage.get('nothing')).toBeNull();
    });

    test.runIf(isAtomic)('keeps one whole value of many concurrent writes', async () => {
      const storage = await make();
      const values = Array.from({ length: 20 }, (_, index) =>
        JSON.stringify({ text: `${index % 10}`.repeat(20_000 + index) }),
      );
      await Promise.all(values.map((value) => storage.set('contested', value)));
      expect(values).toContain(await storage.get('contested'));
    });

    test('works without `this`', async () => {
      const { get, set, remove } = await make();
      await set('key', '{}');
      expect(await get('key')).toBe('{}');
      await remove('key');
    });
  });
}
