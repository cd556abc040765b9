// rossmacarthur/sheldon#159: A lock that could not be removed was left in the configuration folder, and every later call waited for it without end.
// Here: Every wait for a lock has a limit. The client then goes on without the lock, and a warning names the file in the way. A leftover lock without content is removed.
import { lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import type { Failure } from '../../src/index.ts';
import { makeFolder, openToAll, recordFile, resultOf, shownUrl, startCommand } from '../cli/run.ts';
import { never, viewOf } from '../core/helpers.ts';
import { createClient } from '../node/person.ts';
import { createStage, NOBODY, until } from '../node/processes.ts';
import { createWorld } from '../support/world.ts';

const LIMIT = { timeout: 60_000 };

/** A stage with a lock on its record, created by `block`, and a client there with its warnings. */
async function createBlocked(context: TestContext, block: (lock: string) => Promise<unknown>) {
  const stage = await createStage(context);
  await makeFolder(stage);
  const lock = `${recordFile(stage)}.lock`;
  await block(lock);
  const warnings: Failure[] = [];
  const { auth } = createClient(context, stage, { onWarning: (warning) => warnings.push(warning) });
  return { stage, lock, warnings, auth };
}

const holdSomething: [string, (lock: string) => Promise<unknown>][] = [
  ['a folder with a file in it', (lock) => mkdir(lock).then(() => writeFile(join(lock, '.DS_Store'), ''))],
  ['a file with text in it', (lock) => writeFile(lock, 'pid 17')],
  ['a dangling link', (lock) => symlink('nowhere', lock)],
];
const holdNothing: [string, (lock: string) => Promise<unknown>][] = [
  ['an empty folder', (lock) => mkdir(lock)],
  ['an empty file', (lock) => writeFile(lock, '')],
];

describe.concurrent('a lock that no process holds', LIMIT, () => {
  test.for(holdSomething)(
    'every call ends and one warning names the lock: %s',
    async ([, block], context) => {
      const { expect } = context;
      const { auth, lock, stage, warnings } = await createBlocked(context, block);
      await auth.loginAsGuest();
      expect((await stage.record())?.facts.guest).not.toBeNull();
      const login = auth.login();
      login.catch(() => {});
      await until(
        () => auth.approvalUrl,
        () => `an address; ${auth.getView().state}`,
      );
      expect(await auth.cancel()).toMatchObject({ status: 'guest' });
      expect(await auth.logout()).toMatchObject({ state: 'idle.loggedOut', failure: null });
      expect(warnings.map(({ code, message }) => [code, message.includes(lock)])).toEqual([
        ['storage_unavailable', true],
      ]);
      expect(await lstat(lock)).toBeTruthy();
    },
  );

  test.for(holdNothing)('the lock is removed without a warning: %s', async ([, block], context) => {
    const { expect } = context;
    const { auth, stage, warnings } = await createBlocked(context, block);
    await auth.loginAsGuest();
    expect(await readdir(stage.folder)).toEqual([basename(recordFile(stage))]);
    expect(warnings).toEqual([]);
  });

  test('Ctrl-C ends a login that waits for the lock', async (context) => {
    const { expect } = context;
    const { lock, stage } = await createBlocked(context, (path) => symlink('nowhere', path));
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await shownUrl(command);
    command.signal('SIGINT');
    const { code, stderr } = await resultOf(command);
    expect(code).toBe(130);
    expect(stderr).toContain(lock);
  });

  test('a command fails in a folder that its user may not write to', async (context) => {
    const { expect } = context;
    if (process.getuid?.() !== 0) return context.skip('only root can become another user');
    const { stage } = await createBlocked(context, (path) => mkdir(path));
    await openToAll(stage);
    const command = startCommand(context, stage, ['guest', '--folder', stage.folder], {}, NOBODY);
    const { code, stderr } = await resultOf(command);
    expect(stderr).toContain(`This user may not write to ${stage.folder}`);
    expect(code).toBe(1);
    expect(stage.tmdb.requests).toEqual([]);
  });
});

test('every call ends on a storage that never grants its lock', async () => {
  const world = await createWorld();
  const auth = world.client({
    storage: {
      get: (key) => world.storage.get(key),
      set: (key, value) => world.storage.set(key, value),
      remove: (key) => world.storage.remove(key),
      exclusively: never,
    },
  });
  await viewOf(world, auth.loginAsGuest());
  await viewOf(world, auth.cancel());
  await viewOf(world, auth.logout());
});
