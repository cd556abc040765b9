// dylang/npm-check#65, CannerCMS/cannercms#139: A command had run under sudo, so its file in the user's folder belonged to root. Later commands failed, or read it as empty.
// Here: Every command first names the file and says what to do. A record that belongs to any user but root and the current one is not read at all. A folder that cannot be written to is named before the user is sent to TMDB.
import { execFileSync } from 'node:child_process';
import { chmod, chown, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import {
  beGuestBefore,
  makeFolder,
  openToAll,
  recordFile,
  resultOf,
  signInBefore,
  startCommand,
} from '../cli/run.ts';
import { createClient } from '../node/person.ts';
import { createStage, NOBODY, type Stage } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };
const VERBS = ['status', 'whoami', 'login', 'guest', 'carry-over', 'logout'];
/** All commands read alike, so two stand for the rest. */
const SOME_VERBS = ['status', 'login'];
const isRoot = process.getuid?.() === 0;

/**
 * Runs a command in this stage's folder and checks that it fails without a change. Resolves to its message.
 */
async function refused(context: TestContext, stage: Stage, verb: string, user?: number) {
  const { expect } = context;
  const before = await readFile(recordFile(stage), 'utf8');
  stage.tmdb.resetRequests();
  const command = startCommand(context, stage, [verb, '--folder', stage.folder], {}, user);
  const { code, stdout, stderr } = await resultOf(command);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(recordFile(stage));
  expect(stage.tmdb.requests).toEqual([]);
  expect(await readFile(recordFile(stage), 'utf8')).toBe(before);
  return stderr;
}

describe.concurrent('a record that belongs to another user', LIMIT, () => {
  test.for(VERBS)('%s names a file that only root may read', async (verb, context) => {
    if (!isRoot) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await openToAll(stage);
    context.expect(await refused(context, stage, verb, NOBODY)).toContain('sudo');
  });

  test.for(SOME_VERBS)('%s names another user’s file even if it is readable', async (verb, context) => {
    if (!isRoot) return context.skip('only root can give files to another user');
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await chown(recordFile(stage), NOBODY, NOBODY);
    context.expect(await refused(context, stage, verb)).toContain('belongs to another user');
  });

  test.for(SOME_VERBS)('%s names a file that is a link', async (verb, context) => {
    if (process.platform === 'win32') return context.skip('Windows follows links');
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const elsewhere = join(dirname(stage.folder), 'dotfile');
    await rename(recordFile(stage), elsewhere);
    await symlink(elsewhere, recordFile(stage));
    context.expect(await refused(context, stage, verb)).toContain('is a link');
  });

  test('status reads a record that root owns and this user may read', async (context) => {
    if (!isRoot) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    await openToAll(stage);
    await chmod(recordFile(stage), 0o644);
    const command = startCommand(context, stage, ['status', '--folder', stage.folder], {}, NOBODY);
    context.expect(await resultOf(command)).toMatchObject({ code: 0, stderr: '' });
  });

  test('status works in a folder that is a link', async (context) => {
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const link = join(dirname(stage.folder), 'link');
    await symlink(stage.folder, link);
    const command = startCommand(context, stage, ['status', '--folder', link]);
    context.expect(await resultOf(command)).toMatchObject({ code: 0, stderr: '' });
  });
});

/** Commands that write a record. */
const SIGN_INS = ['login', 'guest'];

/** Runs a sign-in in a folder that cannot be written to and checks that it fails before TMDB is asked. */
async function endsEarly(context: TestContext, stage: Stage, folder: string, verb: string, user?: number) {
  const { expect } = context;
  const { code, stdout, stderr } = await resultOf(
    startCommand(context, stage, [verb, '--folder', folder], {}, user),
  );
  expect([code, stdout]).toEqual([1, '']);
  expect(stage.tmdb.requests).toEqual([]);
  return stderr;
}

describe.concurrent('a folder that this user may not write to', LIMIT, () => {
  test.for(SIGN_INS)('%s names the folder before TMDB is asked', async (verb, context) => {
    if (!isRoot) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await makeFolder(stage);
    await openToAll(stage);
    const stderr = await endsEarly(context, stage, stage.folder, verb, NOBODY);
    context.expect(stderr).toContain(`This user may not write to ${stage.folder} (EACCES)`);
  });

  test.for(SIGN_INS)(
    '%s names the parent in which the folder would have to be created',
    async (verb, context) => {
      if (!isRoot) return context.skip('only root can become another user');
      const stage = await createStage(context);
      const above = dirname(stage.folder);
      await chmod(above, 0o755);
      const stderr = await endsEarly(context, stage, join(stage.folder, 'deeper'), verb, NOBODY);
      context.expect(stderr).toContain(`This user may not write to ${above} (EACCES)`);
      context.expect(await readdir(above)).toEqual([]);
    },
  );

  test.for(SIGN_INS)('%s names a folder on a read-only file system', async (verb, context) => {
    const stage = await createStage(context);
    if (!mountReadOnly(context, await makeFolder(stage))) return context.skip('mount is not allowed here');
    const stderr = await endsEarly(context, stage, stage.folder, verb);
    context.expect(stderr).toContain(`${stage.folder} is on a read-only file system (EROFS)`);
  });

  test('every sign-in of a program rejects with the same message and opens no browser', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await writeFile(stage.folder, '');
    const { auth, shown } = createClient(context, stage);
    const named = {
      code: 'storage_unavailable',
      message: expect.stringContaining(`${stage.folder} is not a folder`),
    };
    await expect(auth.login()).rejects.toMatchObject(named);
    await expect(auth.loginAsGuest()).rejects.toMatchObject(named);
    await expect(auth.loginWithPassword({ username: 'sandra', password: 'x' })).rejects.toMatchObject(named);
    expect(shown).toEqual([]);
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('whoami still reads the record there', async (context) => {
    if (!isRoot) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await openToAll(stage);
    await chmod(recordFile(stage), 0o644);
    const command = startCommand(context, stage, ['whoami', '--folder', stage.folder], {}, NOBODY);
    context.expect(await resultOf(command)).toMatchObject({ code: 0, stderr: '' });
  });
});

/** False if mounting is not allowed. */
function mountReadOnly(context: TestContext, folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=16k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  context.onTestFinished(() => void execFileSync('umount', [folder]));
  return true;
}
