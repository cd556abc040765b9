// felddy/foundryvtt-docker#39, sindresorhus/os-homedir#3: A container ran a program as a user without HOME and without an entry in /etc/passwd. Asking for the home folder threw while the package was imported.
// Here: The home folder is looked up only when it is used. With a folder option everything works; without one a message says what to set, and commands that need no folder work.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { envOf, resultOf, startCommand } from '../cli/run.ts';
import { createStage, startSource } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };
/** A user id without an entry in /etc/passwd. */
const STRANGER = 54_321;

/** Runs the command as a user without a home. */
async function asStranger(context: TestContext, args: string[], env: Record<string, string> = {}) {
  if (process.getuid?.() !== 0) return context.skip('only root can become another user');
  const stage = await createStage(context);
  await chmod(dirname(stage.folder), 0o777);
  const command = startCommand(context, stage, args, { HOME: '', ...env }, STRANGER);
  return { stage, ...(await resultOf(command)) };
}

describe.concurrent('a user without a home', LIMIT, () => {
  test('guest works with a folder option', async (context) => {
    const { expect } = context;
    const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-home-'));
    context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o777);
    const guest = await asStranger(context, ['guest', '--folder', join(folder, 'own')]);
    expect(guest).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ Guest session started') });
  });

  test('status works with XDG_CONFIG_HOME', async (context) => {
    const { expect } = context;
    const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-home-'));
    context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o777);
    const status = await asStranger(context, ['status'], { XDG_CONFIG_HOME: folder });
    expect(status).toMatchObject({ code: 3, stdout: 'Nobody is signed in\n', stderr: '' });
  });

  test.for(['status', 'whoami', 'guest', 'login', 'logout'])('%s says what to set', async (verb, context) => {
    const { expect } = context;
    const { code, stdout, stderr, stage } = await asStranger(context, [verb]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/no home folder.*Set HOME, or name a folder \(--folder/);
    expect(stderr).not.toMatch(/uv_os_homedir|at file:/);
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('check works without a folder', async (context) => {
    const { expect } = context;
    const check = await asStranger(context, ['check']);
    expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining('TMDB accepts this credential') });
  });

  test('a relative HOME counts as none', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const env = { ...envOf(stage), HOME: 'relative' };
    const command = startSource(context, 'src/tools/cli/main.ts', ['status'], env);
    const { code, stderr } = await resultOf(command);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Set HOME')]);
  });
});
