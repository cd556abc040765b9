import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { installServer } from '../../examples/restate/install.ts';
import { until } from './stage.ts';

const root = new URL('../..', import.meta.url).pathname;
const folders: string[] = [];
const children: ChildProcess[] = [];

beforeAll(installServer, 300_000);

afterEach(() => {
  for (const { pid } of children.splice(0)) if (pid) killGroup(pid, 'SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs the command as a user does, with its own process group and folder for temporary files. */
function run(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-example-'));
  folders.push(folder);
  const child = spawn('npm', ['run', '--silent', 'example', 'restate', '--', ...args], {
    cwd: root,
    detached: true,
    env: { ...process.env, TMPDIR: folder, TMDB_ACCESS_TOKEN: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk;
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return { pid: child.pid ?? 0, said: () => said, gone: once(child, 'exit'), folder };
}

/** False if the group has no process left. */
function killGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Restate's data, without the files that TypeScript runners keep there. */
const dataIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('tmdb-auth-restate'));

test('the example with --once signs in by itself, says so, and leaves nothing running', async () => {
  const { gone, said, folder, pid } = run('--once');
  const [code] = await gone;
  expect(said()).toContain('Signed in as sandra. Only the television has the session.');
  expect(code).toBe(0);
  await until(() => !killGroup(pid, 0), 'every process to end');
  expect(dataIn(folder)).toEqual([]);
}, 120_000);

test('Ctrl-C stops everything the example started, also when it is pressed twice', async () => {
  const { gone, said, folder, pid } = run();
  await until(() => /http:\S+/.test(said()), 'the address');
  const [url = ''] = /http:\S+/.exec(said()) ?? [];
  expect((await fetch(url)).status).toBe(200);
  expect(dataIn(folder)).toHaveLength(1);
  killGroup(pid, 'SIGINT');
  killGroup(pid, 'SIGINT');
  await gone;
  await until(() => !killGroup(pid, 0), 'every process to end');
  expect(dataIn(folder)).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
}, 120_000);

test('the example rejects an unknown option and starts nothing', async () => {
  const { gone, said, folder } = run('--nonsense');
  expect((await gone)[0]).not.toBe(0);
  expect(said()).toContain('--nonsense');
  expect(dataIn(folder)).toEqual([]);
});
