/** Several accounts of one user side by side, each with its own record. */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { waitFor } from 'xstate';
import {
  createNodeAuth,
  fileStorage,
  listProfiles,
  type SecretsPort,
} from '../../src/platforms/node/index.ts';
import { splitStorage } from '../../src/platforms/node/split-storage.ts';
import { secretsIn } from './keychain/secrets-in.ts';
import { createClient } from './person.ts';
import { act, createStage, type Stage } from './processes.ts';

async function signIn(
  context: TestContext,
  stage: Stage,
  options: { profile?: string; secrets?: SecretsPort },
) {
  const { auth, opened } = createClient(context, stage, options);
  const signedIn = auth.login();
  await act(await opened, 'allow');
  await signedIn;
  return auth;
}

const listed = async ({ folder, tmdb }: Stage) => listProfiles({ folder, baseURL: tmdb.baseURL });

describe('a client with a profile', () => {
  test('keeps its session apart from the client without a profile, in the same folder', async (context) => {
    const stage = await createStage(context);
    const plain = await signIn(context, stage, {});
    const work = createClient(context, stage, { profile: 'work' }).auth;
    await waitFor(work.actor, (snapshot) => snapshot.matches('idle'));
    await work.loginAsGuest();
    expect(await listed(stage)).toMatchObject([
      { name: 'default', status: 'user', account: { username: 'sandra' }, secrets: 'file' },
      { name: 'work', status: 'guest', account: null, failure: null },
    ]);
    await work.logout();
    expect((await listed(stage)).map(({ name }) => name)).toEqual(['default']);
    expect(plain.getView().status).toBe('user');
    expect(await readdir(stage.folder)).toHaveLength(1);
  });

  test('is the client without a profile when its profile is called default', async (context) => {
    const stage = await createStage(context);
    await signIn(context, stage, {});
    const { auth } = createClient(context, stage, { profile: 'default' });
    await waitFor(auth.actor, (snapshot) => snapshot.matches('sessionActive'));
    expect(auth.getView().account?.username).toBe('sandra');
  });

  test('sees changes that another process makes to that profile', async (context) => {
    const stage = await createStage(context);
    const other = createClient(context, stage, { profile: 'work' }).auth;
    await signIn(context, stage, { profile: 'WORK' });
    await expect.poll(() => other.getView().status).toBe('user');
  });

  test('keeps its session in a keychain, and only facts in the file', async (context) => {
    const stage = await createStage(context);
    const secrets = secretsIn(`${stage.folder}-keychain`);
    await signIn(context, stage, { profile: 'work', secrets });
    expect(await listed(stage)).toMatchObject([
      { name: 'work', status: 'user', account: { id: 548 }, secrets: 'keychain' },
    ]);
    const again = createClient(context, stage, { profile: 'work', secrets }).auth;
    await waitFor(again.actor, (snapshot) => snapshot.matches('sessionActive'));
    expect((await again.fetch('/3/account')).status).toBe(200);
    const without = createClient(context, stage, { profile: 'work' }).auth;
    await waitFor(without.actor, (snapshot) => snapshot.matches('idle'));
    expect(without.getView().failure).toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('keychain'),
    });
    await without.logout();
    expect((await listed(stage))[0]?.status).toBe('user');
  });

  test.each(['', 'two words', '../up', 'a.b', 'ü', 'x'.repeat(41)])(
    'refuses the name %j with a TypeError',
    (profile) => {
      const credentials = { apiKey: '0'.repeat(32) };
      expect(() => createNodeAuth({ credentials, profile })).toThrow(TypeError);
    },
  );

  test('refuses the option storage together with secrets', () => {
    const credentials = { apiKey: '0'.repeat(32) };
    const storage = fileStorage('/nonexistent');
    const secrets = secretsIn('/nonexistent');
    expect(() => createNodeAuth({ credentials, storage, secrets })).toThrow('leave out storage');
  });
});

describe('listProfiles()', () => {
  test('is empty when nothing was stored', async () => {
    expect(await listProfiles({ folder: '/nonexistent/folder' })).toEqual([]);
  });

  test('leaves out the profiles of another TMDB, and other files', async (context) => {
    const stage = await createStage(context);
    await signIn(context, stage, { profile: 'work' });
    for (const name of ['tmdb-auth.json', 'tmdb-auth~home.json', 'tmdb-auth~a.b.json', 'other.json']) {
      await writeFile(join(stage.folder, name), '{"v":1,"facts":{},"secrets":{}}');
    }
    expect((await listed(stage)).map(({ name }) => name)).toEqual(['work']);
    const real = await listProfiles({ folder: stage.folder, baseURL: 'https://api.themoviedb.org' });
    expect(real.map(({ name }) => name)).toEqual(['default', 'home']);
  });

  test('says which record cannot be read, and lists the others', async (context) => {
    const { folder } = await createStage(context);
    await mkdir(folder);
    await writeFile(join(folder, 'tmdb-auth~broken.json'), 'no JSON');
    await writeFile(join(folder, 'tmdb-auth~newer.json'), '{"v":9,"facts":{}}');
    await symlink('nowhere', join(folder, 'tmdb-auth~link.json'));
    const storage = splitStorage(fileStorage(folder), { folder, secrets: secretsIn(`${folder}-keychain`) });
    const facts = { session: { createdAt: 1, expiresAt: null } };
    await storage.set('tmdb-auth~ok', JSON.stringify({ v: 1, facts, secrets: { sessionId: 'x' } }));
    const found = await listProfiles({ folder, baseURL: 'https://api.themoviedb.org' });
    expect(found.map(({ name, status, failure }) => [name, status, failure?.code])).toEqual([
      ['broken', 'unreadable', 'storage_unavailable'],
      ['link', 'unreadable', 'storage_unavailable'],
      ['newer', 'unreadable', 'record_newer'],
      ['ok', 'user', undefined],
    ]);
    expect(found[0]?.failure?.message).toBe('The stored record is not readable.');
  });
});
