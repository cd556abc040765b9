// mitya57/secretstorage#33, cli/cli#8802: Over SSH the keychain waited for a window that no one could see. Commands hung, or treated the user as signed out.
// Here: Every call of the keychain has a limit of 3 s and then fails with a message that says so. The session is there again as soon as the keychain answers; the record is not overwritten.
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { fileStorage } from '../../src/platforms/node/index.ts';
import { splitStorage } from '../../src/platforms/node/split-storage.ts';
import { endOf, signInBefore, startCommand } from '../cli/run.ts';
import { secretsIn } from '../node/keychain/secrets-in.ts';
import { createStage, type Stage } from '../node/processes.ts';

/** A D-Bus that accepts connections and never answers, as over SSH. */
async function startSilentBus(context: TestContext, { folder }: Stage): Promise<string> {
  const path = join(dirname(folder), 'bus');
  const bus = createServer((connection) => connection.on('error', () => {}));
  await new Promise<void>((resolve) => bus.listen(path, resolve));
  context.onTestFinished(() => void bus.close());
  return `unix:path=${path}`;
}

/** A signed-in user with the session in a keychain. */
async function inKeychain(context: TestContext, stage: Stage) {
  await signInBefore(context, stage);
  const { folder } = stage;
  const [name = ''] = await stage.files();
  const key = name.slice(0, -'.json'.length);
  const open = () => splitStorage(fileStorage(folder), { folder, secrets: secretsIn(`${folder}-keychain`) });
  const whole = await fileStorage(folder).get(key);
  await open().set(key, whole ?? '');
  await writeFile(join(folder, 'settings'), '{"keychain":true}', { mode: 0o600 });
  return { whole, stored: () => open().get(key), file: join(folder, name) };
}

describe.runIf(process.platform === 'linux')('a keychain that does not answer', { timeout: 90_000 }, () => {
  test.for(['whoami', 'status', 'logout', 'login'])('does not hang tmdb-auth %s', async (verb, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { whole, stored, file } = await inKeychain(context, stage);
    const before = await readFile(file, 'utf8');
    const DBUS_SESSION_BUS_ADDRESS = await startSilentBus(context, stage);
    const args = [verb, '--folder', stage.folder];
    const { code, stdout, stderr } = await endOf(
      startCommand(context, stage, args, { DBUS_SESSION_BUS_ADDRESS }),
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining("The system's keychain did not answer")]);
    expect(stdout).not.toContain('Nobody is signed in');
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await stored()).toBe(whole);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('does not hang tmdb-auth keychain on, which then changes nothing', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const before = await stage.record();
    const DBUS_SESSION_BUS_ADDRESS = await startSilentBus(context, stage);
    const args = ['keychain', 'on', '--folder', stage.folder];
    const { code, stderr } = await endOf(startCommand(context, stage, args, { DBUS_SESSION_BUS_ADDRESS }));
    expect([code, stderr]).toEqual([1, expect.stringContaining("The system's keychain did not answer")]);
    expect(await stage.record()).toEqual(before);
    expect(await stage.files()).toHaveLength(1);
  });
});
