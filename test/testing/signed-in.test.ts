import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTmdbAuth, memoryStorage } from '../../src/index.ts';
import { createNodeAuth, fileStorage } from '../../src/platforms/node/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { signedInRecord, signedInSite, type Who } from '../../src/tools/testing/index.ts';
import { createSite, ORIGIN } from '../server/site.ts';
import { nearby } from '../support/settings.ts';

const USERS = [
  { username: 'sandra', password: 'sandbox' },
  { username: 'bo', password: 'bo', name: 'Bo Lind' },
];

async function sandbox(): Promise<Sandbox> {
  const tmdb = await startSandbox({ users: USERS });
  onTestFinished(() => tmdb.close());
  return tmdb;
}

const KINDS: [string, Who, object][] = [
  ['the first user', {}, { status: 'user', account: { username: 'sandra' } }],
  ['another user', { username: 'bo' }, { status: 'user', account: { name: 'Bo Lind' } }],
  ['a v4 user', { apiVersion: 4 }, { status: 'user', account: { objectId: expect.any(String) } }],
  ['a guest', { as: 'guest' }, { status: 'guest', guest: { used: false } }],
];

test.each(KINDS)('a record of %s signs a client in without a request', async (_, who, view) => {
  const tmdb = await sandbox();
  const { key, value } = signedInRecord(tmdb, who);
  const storage = memoryStorage();
  await storage.set(key, value);
  const auth = createTmdbAuth({ ...nearby(tmdb), apiVersion: who.apiVersion ?? 3, storage });
  onTestFinished(() => auth.dispose());
  await expect.poll(() => auth.getView()).toMatchObject(view);
  expect(tmdb.requests).toEqual([]);
  // The sandbox must know the session.
  const path = who.as === 'guest' ? '/3/configuration' : '/3/account';
  expect(await auth.api(path)).toBeTypeOf('object');
  expect((await auth.logout()).failure).toBeNull();
  expect([tmdb.sessions(), tmdb.accessTokens()]).toEqual([[], []]);
});

test('a record in a folder signs a program in', async () => {
  const tmdb = await sandbox();
  const folder = await mkdtemp(join(tmpdir(), 'signed-in-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { key, value } = signedInRecord(tmdb);
  await fileStorage(folder).set(key, value);
  const auth = createNodeAuth({ ...nearby(tmdb), folder });
  onTestFinished(() => auth.dispose());
  expect((await auth.login()).account).toMatchObject({ username: 'sandra' });
  expect(tmdb.tokens()).toEqual([]);
});

test.each([
  [{}, { status: 'user', account: { username: 'sandra' } }],
  [{ as: 'guest' }, { status: 'guest' }],
] as const)('a browser is signed in to a site by its cookies: %o', async (who, view) => {
  const site = await createSite();
  const ask = site.instance();
  const { cookie, cookies, origins } = await site.whileTimeRuns(
    signedInSite(site.tmdb, { origin: ORIGIN, ask, ...who }),
  );
  expect(await ask.view(new Request(ORIGIN, { headers: { cookie } }))).toMatchObject(view);
  expect(origins).toEqual([]);
  expect(cookies).toMatchObject([
    { domain: 'films.example', path: '/', httpOnly: true, secure: true, sameSite: 'Lax' },
  ]);
});

test('the named one of several users is signed in to a site', async () => {
  const site = await createSite({}, { users: USERS });
  const ask = site.instance();
  const { cookie } = await site.whileTimeRuns(
    signedInSite(site.tmdb, { origin: ORIGIN, ask, username: 'bo' }),
  );
  expect(await ask.view(new Request(ORIGIN, { headers: { cookie } }))).toMatchObject({
    account: { name: 'Bo Lind' },
  });
});

test('an unknown user and an address without a site are refused with advice', async () => {
  const tmdb = await sandbox();
  expect(() => signedInRecord(tmdb, { username: 'ann' })).toThrow(/no user "ann"\. Its users: sandra, bo\./);
  const nothing = async () => new Response('Not found', { status: 404 });
  await expect(signedInSite(tmdb, { origin: ORIGIN, ask: nothing })).rejects.toThrow(
    'tmdb-auth: GET /auth/login answered 404 without a location.',
  );
  await expect(signedInSite(tmdb, { origin: ORIGIN, ask: nothing, as: 'guest' })).rejects.toThrow(
    'tmdb-auth: the site at https://films.example/auth set no cookie.',
  );
});
