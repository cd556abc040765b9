import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { type Running, start, until } from '../node/processes.ts';

/** They are not npm packages: `apt-get install gnome-keyring dbus libsecret-tools`. */
const NEEDED = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool'];
const missing = NEEDED.filter((program) => spawnSync(program, ['--version']).error);

const IS_RUNNING = [
  '--session',
  '--print-reply',
  '--dest=org.freedesktop.DBus',
  '/',
  'org.freedesktop.DBus.NameHasOwner',
  'string:org.freedesktop.secrets',
];

export interface SecretService {
  /** The environment with which a program reaches it. */
  env: Record<string, string>;
  /** The entries of `tmdb-auth`, by their names. */
  entries(): string;
  /** Locks the keyring. Without a desktop no prompt can ask for the password. */
  lock(): void;
  /** Lets it take requests and answer none, until `goOn()`. */
  hang(): void;
  goOn(): void;
}

/** A GNOME keyring, unlocked, on a D-Bus of the test’s own. Skips the test where the programs are missing. */
export async function startSecretService(context: TestContext): Promise<SecretService> {
  if (missing.length > 0) context.skip(`no ${missing.join(', ')} here for a Secret Service`);
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-keyring-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const runtime = join(folder, 'run');
  await mkdir(runtime, { mode: 0o700 });
  const own = { HOME: folder, XDG_RUNTIME_DIR: runtime };
  const bus = start(context, 'dbus-daemon', ['--session', '--nofork', '--print-address=1'], own);
  await until(
    () => bus.stdout().includes('\n'),
    () => `a D-Bus: ${bus.stderr()}`,
  );
  const env = { ...own, DBUS_SESSION_BUS_ADDRESS: bus.stdout().trim() };
  const daemon: Running = start(
    context,
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets'],
    env,
  );
  daemon.type('a password');
  daemon.closeInput();
  const call = (program: string, ...args: string[]) =>
    spawnSync(program, args, { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
  // A request to the service itself would make D-Bus start another one.
  await until(
    () => call('dbus-send', ...IS_RUNNING).stdout.includes('boolean true'),
    () => `a Secret Service: ${daemon.stderr()}`,
  );
  return {
    env,
    entries: () => call('secret-tool', 'search', '--all', 'service', 'tmdb-auth').stdout,
    lock: () => void call('secret-tool', 'lock', '--collection=login'),
    hang: () => daemon.signal('SIGSTOP'),
    goOn: () => daemon.signal('SIGCONT'),
  };
}
