/** Records with their secrets in a keychain: what is written where, and keychains that fail in every way. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Failure, TmdbAuthError } from '../../../src/index.ts';
import { fileStorage, type SecretsPort } from '../../../src/platforms/node/index.ts';
import { splitStorage, wholeStorage } from '../../../src/platforms/node/split-storage.ts';
import { isNewer, parseRecord } from '../../../src/record/session-record.ts';
import { storageContract } from '../../contracts/storage.ts';
import { never, secretsIn } from './secrets-in.ts';

/** How long a keychain that hangs is waited for, in ms. */
const SOON = 20;

const recordOf = (sessionId: string, more = {}) =>
  JSON.stringify({ v: 1, facts: { session: { createdAt: 1 }, ...more }, secrets: { sessionId } });

async function createPlace() {
  const parent = await mkdtemp(join(tmpdir(), 'tmdb-auth-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const [folder, keychain] = [join(parent, 'kept'), join(parent, 'keychain')];
  const warnings: Failure[] = [];
  return {
    folder,
    keychain,
    warnings,
    file: fileStorage(folder),
    text: () => readFile(join(folder, 'record.json'), 'utf8'),
    entries: async () => (await readdir(keychain).catch(() => [])).map(decodeURIComponent),
    storageWith: (changes: Partial<SecretsPort> = {}, limit = 60_000) =>
      splitStorage(fileStorage(folder), {
        folder,
        secrets: secretsIn(keychain, changes),
        limit,
        onWarning: (warning) => warnings.push(warning),
      }),
  };
}

storageContract('a file, and a keychain for its secrets', async () => (await createPlace()).storageWith());

describe('a record whose secrets are in a keychain', () => {
  test('has its facts in the file, and its secrets in one entry', async () => {
    const { storageWith, text, entries, keychain, folder } = await createPlace();
    const storage = storageWith();
    for (const id of ['first', 'second']) await storage.set('record', recordOf(id, { later: 1 }));
    expect(JSON.parse(await text())).toEqual({
      v: 2,
      record: {
        v: 1,
        facts: { session: { createdAt: 1 }, later: 1 },
        secrets: { kept: 'keychain', entry: expect.stringContaining(`${folder}/record.json#`) },
      },
    });
    await expect.poll(() => entries()).toHaveLength(1);
    const [name = ''] = await readdir(keychain);
    expect(await readFile(join(keychain, name), 'utf8')).toBe('{"sessionId":"second"}');
    expect(await storage.get('record')).toBe(recordOf('second', { later: 1 }));
  });

  test('looks like a newer version to programs without keychain support, which leave it unchanged', async () => {
    const { storageWith, text } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    expect([isNewer(await text()), parseRecord(await text())]).toEqual([true, null]);
  });

  test('is removed together with its entry', async () => {
    const { storageWith, entries, folder } = await createPlace();
    const storage = storageWith();
    await storage.set('record', recordOf('one'));
    await storage.remove('record');
    expect([await entries(), await readdir(folder)]).toEqual([[], []]);
  });

  test('asks the keychain once, and not at all for facts alone', async () => {
    const { storageWith } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    const get = vi.fn(never);
    const set = vi.fn(never);
    const writer = storageWith({ set });
    expect(await writer.get('record')).toBe(recordOf('one'));
    await writer.set('record', recordOf('one', { later: 1 }));
    expect(set).not.toHaveBeenCalled();
    const signedIn = storageWith();
    await signedIn.get('record');
    await expect(storageWith({ get }, SOON).get('record')).rejects.toThrow('did not answer');
    expect(await signedIn.get('record')).toBe(recordOf('one', { later: 1 }));
  });

  test('is refused by a client without the option, with a message that says where it is', async () => {
    const { storageWith, file, text } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    const before = await text();
    await expect(wholeStorage(file).get('record')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining("is in the system's keychain"),
    });
    expect(await text()).toBe(before);
  });

  test('moves to the keychain when it is read from the file', async () => {
    const { storageWith, file, text, warnings } = await createPlace();
    await file.set('record', recordOf('one'));
    const storage = storageWith();
    expect(await storage.get('record')).toBe(recordOf('one'));
    await expect.poll(() => text()).not.toContain('one');
    expect(await storage.get('record')).toBe(recordOf('one'));
    expect(warnings).toEqual([]);
  });

  test('is read again when another process has just replaced its entry', async () => {
    const { storageWith } = await createPlace();
    const other = storageWith();
    await other.set('record', recordOf('one'));
    let isFirst = true;
    const { get } = secretsIn((await createPlace()).keychain);
    const storage = storageWith({
      async get(name, signal) {
        if (!isFirst) return JSON.stringify({ sessionId: 'two' });
        isFirst = false;
        await other.set('record', recordOf('two'));
        return get(name, signal);
      },
    });
    expect(await storage.get('record')).toBe(recordOf('two'));
  });

  test('stays unchanged when the keychain has no such entry, and the message names the file', async () => {
    const { storageWith, keychain, text, folder } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    await rm(keychain, { recursive: true });
    const before = await text();
    await expect(storageWith().get('record')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining(join(folder, 'record.json')),
    });
    expect(await text()).toBe(before);
  });
});

const full = new TmdbAuthError('storage_unavailable', { message: 'The keychain is full.' });

describe('a keychain that fails', () => {
  test.each<[string, SecretsPort['set'], string]>([
    ['hangs', never, 'did not answer within 3 s'],
    ['is full', () => Promise.reject(full), 'The keychain is full.'],
    ['breaks', () => Promise.reject(new Error('broken')), 'broken'],
  ])('leaves the old record when a new session is written and it %s', async (_, set, message) => {
    const { storageWith, text } = await createPlace();
    await storageWith().set('record', recordOf('old'));
    const before = await text();
    await expect(storageWith({ set }, SOON).set('record', recordOf('new'))).rejects.toThrow(message);
    expect(await text()).toBe(before);
    expect(await storageWith().get('record')).toBe(recordOf('old'));
  });

  test('is told to stop when it has not answered in time', async () => {
    const { storageWith } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    const signals: AbortSignal[] = [];
    const get: SecretsPort['get'] = (_, signal) => {
      signals.push(signal);
      return never();
    };
    await expect(storageWith({ get }, SOON).get('record')).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('leaves the session in the file, which continues to work, with one warning', async () => {
    const { storageWith, file, text, warnings } = await createPlace();
    await file.set('record', recordOf('one'));
    const set = vi.fn(() => Promise.reject(full));
    const storage = storageWith({ set });
    expect(await storage.get('record')).toBe(recordOf('one'));
    await expect.poll(() => warnings).toEqual([full.failure]);
    expect(await storage.get('record')).toBe(recordOf('one'));
    await storage.exclusively('record', async () => {});
    expect(set).toHaveBeenCalledTimes(1);
    expect(await text()).toBe(recordOf('one'));
  });

  test('does not keep a session from being signed out', async () => {
    const { storageWith, folder } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    const storage = storageWith({ remove: never, list: never }, SOON);
    await storage.remove('record');
    expect(await readdir(folder)).toEqual([]);
  });

  test('gets no entry when the file cannot be written', async () => {
    const { storageWith, entries, keychain, folder } = await createPlace();
    const storage = storageWith({
      async set(...entry) {
        await secretsIn(keychain).set(...entry);
        await writeFile(folder, 'not a folder');
        expect(await entries()).toHaveLength(1);
      },
    });
    await expect(storage.set('record', recordOf('one'))).rejects.toThrow('EEXIST');
    await expect.poll(() => entries()).toEqual([]);
  });
});

describe('entries left by killed processes', () => {
  const DAY = 86_400_000;

  test.each([
    ['the next write', ['one']],
    ['the first write', []],
  ])('are removed after a day with %s of the same file, and no others', async (_, before) => {
    const { storageWith, keychain, entries, folder } = await createPlace();
    for (const id of before) await storageWith().set('record', recordOf(id));
    const [old, fresh] = [Date.now() - DAY - 1, Date.now() - DAY / 2];
    const left = [`${folder}/record.json#${old}.00`, `test#${old}.00`];
    const others = [
      `${folder}/record.json#${fresh}.00`,
      `test#${fresh}.00`,
      `/elsewhere/record.json#${old}.00`,
      `${folder}-copy/record.json#${old}.00`,
    ];
    for (const name of [...left, ...others]) {
      await secretsIn(keychain).set(name, '{}', AbortSignal.timeout(1));
    }
    await storageWith().set('record', recordOf('two'));
    await expect.poll(async () => (await entries()).filter((name) => left.includes(name))).toEqual([]);
    expect(await entries()).toHaveLength(others.length + 1);
    expect(await entries()).toEqual(expect.arrayContaining(others));
    expect(await storageWith().get('record')).toBe(recordOf('two'));
  });

  test('exclude those of a folder that was moved, once it has written there', async () => {
    const { storageWith, folder, keychain, entries } = await createPlace();
    await storageWith().set('record', recordOf('one'));
    const moved = `${folder}-moved`;
    await rename(folder, moved);
    const there = splitStorage(fileStorage(moved), { folder: moved, secrets: secretsIn(keychain) });
    const text = (await there.get('record')) ?? '';
    await there.set('record', text);
    expect((await entries()).filter((name) => name.startsWith(moved))).toHaveLength(1);
    expect(await there.get('record')).toBe(text);
  });

  test('exclude those of a folder that this one was copied from', async () => {
    const { storageWith, folder, keychain, entries } = await createPlace();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * DAY });
    onTestFinished(() => void vi.useRealTimers());
    await storageWith().set('record', recordOf('one'));
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    await storageWith().set('record', recordOf('two'));
    await expect.poll(() => entries()).toHaveLength(1);
    vi.useRealTimers();
    const copied = splitStorage(fileStorage(copy), { folder: copy, secrets: secretsIn(keychain) });
    await copied.set('record', recordOf('three'));
    await copied.set('record', recordOf('four'));
    await expect.poll(() => entries()).toHaveLength(2);
    expect((await entries()).filter((name) => name.startsWith(copy))).toHaveLength(1);
    expect(await storageWith().get('record')).toBe(recordOf('two'));
    expect(await copied.get('record')).toBe(recordOf('four'));
  });
});
