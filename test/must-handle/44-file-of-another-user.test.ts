// dylang/npm-check#65, CannerCMS/cannercms#139: A command had run under sudo, and its file in the user's folder belonged to root. Later commands failed, or took it for empty.
// Here: Every command names the file and says what to do before anything else. A record of another user than root and oneself is not read at all.
import { chmod, chown, readFile, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { beGuestBefore, openToAll, recordFile, resultOf, signInBefore, startCommand } from '../cli/run.ts';
import { createStage, NOBODY, type Stage } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };
const VERBS = ['status', 'whoami', 'login', 'guest', 'carry-over', 'logout'];
/** Reading is the same for all of them: two stand for the rest. */
const SOME_VERBS = ['status', 'login'];
const isRoot = process.getuid?.() === 0;

/** How a command ends in this stage's folder, and that it has changed nothing. */
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

describe.concurrent('a record that is not this user’s', LIMIT, () => {
  test.for(VERBS)('%s names the file that root alone may read', async (verb, context) => {
    if (!isRoot) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await openToAll(stage);
    context.expect(await refused(context, stage, verb, NOBODY)).toContain('sudo');
  });

  test.for(SOME_VERBS)(
    '%s names the file of another user, also where it may be read',
    async (verb, context) => {
      if (!isRoot) return context.skip('only root can give files to another user');
      const stage = await createStage(context);
      await signInBefore(context, stage);
      await chown(recordFile(stage), NOBODY, NOBODY);
      context.expect(await refused(context, stage, verb)).toContain('belongs to another user');
    },
  );

  test.for(SOME_VERBS)('%s names the file that is a link', async (verb, context) => {
    if (process.platform === 'win32') return context.skip('Windows follows links');
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const elsewhere = join(dirname(stage.folder), 'dotfile');
    await rename(recordFile(stage), elsewhere);
    await symlink(elsewhere, recordFile(stage));
    context.expect(await refused(context, stage, verb)).toContain('is a link');
  });

  test('a record of root that this user may read is used', async (context) => {
    if (!isRoot) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    await openToAll(stage);
    await chmod(recordFile(stage), 0o644);
    const command = startCommand(context, stage, ['status', '--folder', stage.folder], {}, NOBODY);
    context.expect(await resultOf(command)).toMatchObject({ code: 0, stderr: '' });
  });

  test('a folder that is a link is no trouble', async (context) => {
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const link = join(dirname(stage.folder), 'link');
    await symlink(stage.folder, link);
    const command = startCommand(context, stage, ['status', '--folder', link]);
    context.expect(await resultOf(command)).toMatchObject({ code: 0, stderr: '' });
  });
});
