/** Several accounts with one command. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { act, createStage, NOBODY, type Stage } from '../node/processes.ts';
import {
  type Env,
  makeFolder,
  onlyLine,
  openToAll,
  resultOf,
  run,
  shownUrl,
  signInBefore,
  startCommand,
} from './run.ts';

const LIMIT = { timeout: 60_000 };

async function login(context: TestContext, stage: Stage, args: string[], env: Env = {}) {
  const command = startCommand(
    context,
    stage,
    ['login', '--no-browser', '--folder', stage.folder, ...args],
    env,
  );
  await act(await shownUrl(command), 'allow');
  return resultOf(command);
}

describe.concurrent('the command with profiles', LIMIT, () => {
  test('lists them and marks the current one, without a request to TMDB', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await run(context, stage, ['guest', '--profile', 'test']);
    stage.tmdb.resetRequests();
    const { code, stdout } = await run(context, stage, ['profiles'], { TMDB_ACCESS_TOKEN: '' });
    expect([code, stdout]).toEqual([0, '* default  sandra (Sandra Box)\n  test     guest\n']);
    expect(onlyLine((await run(context, stage, ['profiles', '--json'])).stdout)).toMatchObject([
      { name: 'default', isCurrent: true },
      { name: 'test', isCurrent: false, status: 'guest' },
    ]);
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('uses the profile of --profile, else of TMDB_AUTH_PROFILE, else of tmdb-auth switch', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    expect((await login(context, stage, ['--profile', 'one'])).code).toBe(0);
    const status = async (args: string[] = [], env: Env = {}) =>
      (await run(context, stage, ['status', ...args], env)).code;
    expect(await status()).toBe(3);
    const switched = await run(context, stage, ['switch', 'one']);
    expect([switched.code, switched.stdout]).toEqual([0, 'The profile is now one\n']);
    expect(await status()).toBe(0);
    expect(await status([], { TMDB_AUTH_PROFILE: 'two' })).toBe(3);
    expect(await status(['--profile', 'one'], { TMDB_AUTH_PROFILE: 'two' })).toBe(0);
    expect((await run(context, stage, ['switch', 'default'])).code).toBe(0);
    expect(await status()).toBe(3);
  });

  test('signs out and unlists only the profile of logout --profile', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await login(context, stage, ['--profile', 'one']);
    expect(stage.tmdb.sessions()).toHaveLength(2);
    expect((await run(context, stage, ['logout', '--profile', 'one'])).code).toBe(0);
    expect(stage.tmdb.sessions()).toHaveLength(1);
    expect((await run(context, stage, ['profiles'])).stdout).toBe('* default  sandra (Sandra Box)\n');
  });

  test('refuses an invalid name as wrong usage', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    for (const args of [
      ['switch', 'two words'],
      ['status', '--profile', '../up'],
      ['keychain', 'maybe'],
    ]) {
      expect((await run(context, stage, args)).code).toBe(2);
    }
    expect(await stage.files()).toEqual([]);
  });

  test('recognises the TMDB of an address as it was pasted', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const pasted = { TMDB_BASE_URL: `"${stage.tmdb.baseURL}/"\n` };
    const listed = await run(context, stage, ['profiles'], pasted);
    expect([listed.code, listed.stdout]).toEqual([0, '* default  sandra (Sandra Box)\n']);
    const switched = await run(context, stage, ['switch', 'default'], pasted);
    expect([switched.code, switched.stdout]).toEqual([0, 'The profile is now default\n']);
  });

  test('changes nothing with switch when the address of TMDB is invalid', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    expect((await run(context, stage, ['switch', 'one'], { TMDB_BASE_URL: 'no address' })).code).not.toBe(0);
    expect(await stage.files()).toEqual([]);
  });

  test('says where an invalid name came from', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await makeFolder(stage);
    const file = join(stage.folder, 'settings');
    await writeFile(file, '{"profile":"two words"}', { mode: 0o600 });
    const stored = await run(context, stage, ['status']);
    expect([stored.code, stored.stderr]).toEqual([
      2,
      expect.stringContaining(`"two words" is not one. It comes from ${file}`),
    ]);
    const inEnvironment = await run(context, stage, ['status'], { TMDB_AUTH_PROFILE: 'a.b' });
    expect([inEnvironment.code, inEnvironment.stderr]).toEqual([
      2,
      expect.stringContaining('"a.b" is not one. It comes from TMDB_AUTH_PROFILE.'),
    ]);
    expect((await run(context, stage, ['switch', 'one'])).code).toBe(0);
    expect((await run(context, stage, ['status'])).code).toBe(3);
  });

  test('names the folder that switch may not write to', async (context) => {
    const { expect } = context;
    if (process.getuid?.() !== 0) return context.skip('only root can become another user');
    const stage = await createStage(context);
    await makeFolder(stage);
    await openToAll(stage);
    const args = ['switch', 'work', '--folder', stage.folder];
    const { code, stderr } = await resultOf(startCommand(context, stage, args, {}, NOBODY));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/may not write to .+ \(EACCES\), so this setting cannot be saved/),
    ]);
    expect(stderr).not.toContain('settings.');
  });

  test('does nothing while the chosen profile cannot be read, as it would use another one', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await writeFile(join(stage.folder, 'settings'), 'no JSON');
    const { code, stderr } = await run(context, stage, ['logout']);
    expect([code, stderr]).toEqual([1, expect.stringContaining(join(stage.folder, 'settings'))]);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });
});
