/** Sessions in the system’s keychain, with a real Secret Service and without one. */
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { act, createStage } from '../node/processes.ts';
import { startSecretService } from '../support/secret-service.ts';
import { type Env, onlyLine, resultOf, run, shownUrl, signInBefore, startCommand } from './run.ts';

const LIMIT = { timeout: 90_000 };

/** The user is signed in, and a keychain is available. */
async function createScene(context: TestContext) {
  const service = await startSecretService(context);
  const stage = await createStage(context);
  return {
    service,
    stage,
    command: (...args: string[]) => run(context, stage, args, service.env),
    file: () => readFile(join(stage.folder, recordOf(stage.tmdb.baseURL)), 'utf8'),
    sessionId: () => stage.tmdb.sessions()[0] ?? 'no session',
  };
}

const recordOf = (baseURL: string) => `tmdb-auth-${new URL(baseURL).host.replace(':', '-')}.json`;

describe('tmdb-auth keychain on', LIMIT, () => {
  test('moves the session out of the file, and every command continues to work', async (context) => {
    const { expect } = context;
    const { stage, service, command, file } = await createScene(context);
    await signInBefore(context, stage);
    const { sessionId } = JSON.parse(await file()).secrets;
    const on = await command('keychain', 'on');
    expect([on.code, on.stdout]).toEqual([0, "Sessions are kept in the system's keychain; moved: 1\n"]);
    expect(await file()).not.toContain(sessionId);
    expect(service.entries()).toContain(sessionId);
    expect(await command('whoami')).toMatchObject({
      code: 0,
      stdout: 'Signed in as sandra (Sandra Box)\n',
    });
    expect((await command('logout')).code).toBe(0);
    expect(stage.tmdb.sessions()).toEqual([]);
    expect(service.entries()).not.toContain(sessionId);
    expect(await readdir(stage.folder)).toEqual(['settings']);
  });

  test('applies to later sessions, and keychain off moves them back', async (context) => {
    const { expect } = context;
    const { stage, service, command, file } = await createScene(context);
    expect((await command('keychain', 'on')).code).toBe(0);
    const login = startCommand(
      context,
      stage,
      ['login', '--no-browser', '--folder', stage.folder],
      service.env,
    );
    await act(await shownUrl(login), 'allow');
    expect(await resultOf(login)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('keychain') });
    expect(JSON.parse(await file())).toMatchObject({ v: 2, record: { facts: { account: { id: 548 } } } });
    // The entry of the request token has been removed.
    expect(service.entries().match(/secret = /g)).toHaveLength(1);
    const off = await command('keychain', 'off', '--json');
    expect(onlyLine(off.stdout)).toEqual({ keychain: false, moved: 1 });
    expect(service.entries()).toBe('');
    expect((await command('whoami')).code).toBe(0);
    expect(JSON.parse(await file())).toMatchObject({ v: 1, secrets: { sessionId: expect.any(String) } });
  });
});

describe('tmdb-auth keychain beside unreadable records', LIMIT, () => {
  test('moves the other sessions, and names what it cannot read', async (context) => {
    const { expect } = context;
    const { stage, command } = await createScene(context);
    await signInBefore(context, stage);
    await writeFile(join(stage.folder, 'tmdb-auth%.json'), '{}');
    await symlink('nowhere', join(stage.folder, 'tmdb-auth-films.example.json'));
    for (const verb of ['on', 'off']) {
      const { code, stdout, stderr } = await command('keychain', verb);
      expect([code, stdout, stderr]).toEqual([
        0,
        expect.stringContaining('moved: 1'),
        'tmdb-auth-films.example: unreadable, left as it is\n',
      ]);
    }
    const { code, stdout } = await command('keychain', 'status');
    expect([code, stdout]).toEqual([0, expect.stringContaining('  tmdb-auth-films.example: unreadable\n')]);
  });
});

describe('a keychain that cannot be used', LIMIT, () => {
  test('fails with a message when it is locked, and loses nothing', async (context) => {
    const { expect } = context;
    const { stage, service, command, file } = await createScene(context);
    await signInBefore(context, stage);
    await command('keychain', 'on');
    const before = await file();
    service.lock();
    for (const verb of ['status', 'whoami', 'logout', 'login']) {
      const { code, stderr } = await command(verb);
      expect([verb, code, stderr]).toEqual([
        verb,
        1,
        expect.stringContaining("The system's keychain refused"),
      ]);
    }
    expect((await command('keychain', 'status')).code).toBe(1);
    expect(await file()).toBe(before);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('fails with a message when it does not answer, and works again later', async (context) => {
    const { expect } = context;
    const { stage, service, command, file } = await createScene(context);
    await signInBefore(context, stage);
    await command('keychain', 'on');
    const before = await file();
    service.hang();
    const { code, stderr } = await command('whoami');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/keychain (did not answer|refused)/)]);
    expect(await file()).toBe(before);
    service.goOn();
    expect((await command('whoami')).code).toBe(0);
  });

  test('leaves everything unchanged when keychain on finds no D-Bus', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const before = await stage.record();
    const none: Env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    const on = await run(context, stage, ['keychain', 'on'], none);
    expect([on.code, on.stderr]).toEqual([1, expect.stringContaining("The system's keychain")]);
    expect(await stage.record()).toEqual(before);
    expect((await run(context, stage, ['whoami'], none)).code).toBe(0);
  });

  test('is named by a command without the setting, which leaves the record unchanged', async (context) => {
    const { expect } = context;
    const { stage, command, file, service } = await createScene(context);
    await signInBefore(context, stage);
    await command('keychain', 'on');
    await rm(join(stage.folder, 'settings'));
    const before = await file();
    for (const verb of ['status', 'login', 'logout']) {
      const { code, stderr } = await command(verb);
      expect([verb, code, stderr]).toEqual([verb, 1, expect.stringContaining('tmdb-auth keychain on')]);
    }
    expect(await file()).toBe(before);
    expect(service.entries()).not.toBe('');
  });
});
