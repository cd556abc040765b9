import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { parseRecord, type SessionRecord } from '../../src/record/session-record.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/tools/sandbox/index.ts';
import { programOf } from '../support/program.ts';
import { asked, timesAsked } from '../support/requests.ts';
import { settingsFor } from '../support/settings.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The longest anything may take, in ms: nothing here is measured, only waited for. */
const LIMIT = 20_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Writes to its standard input. */
  type(text: string): void;
  /** Ends its standard input. */
  closeInput(): void;
  /** What it writes to its standard output goes nowhere, as in `| head -0`. */
  closeOutput(): void;
  signal(signal: NodeJS.Signals): void;
  /** kill -9, and the end of it. */
  kill(): Promise<Exit>;
  exit: Promise<Exit>;
}

/** Waits until `isSo`, and says what was missing if it never comes. */
export async function until(isSo: () => unknown, what: () => string): Promise<void> {
  for (const end = Date.now() + LIMIT; !(await isSo()); await pause(10)) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what()}`);
  }
}

/** An unprivileged user of every Unix; only root can start a program as that user. */
export const NOBODY = 65_534;

/**
 * Starts a program that does not outlive its test, as `user` if that is given. Nothing of this process's environment
 * but the PATH reaches it.
 */
export function start(
  context: TestContext,
  program: string,
  args: string[],
  env: Record<string, string>,
  user?: number,
): Running {
  const child: ChildProcess = spawn(program, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
    stdio: 'pipe',
    ...(user !== undefined && { uid: user, gid: user }),
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  child.stdin?.on('error', () => {});
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const kill = () => {
    child.kill('SIGKILL');
    return exit;
  };
  context.onTestFinished(async () => {
    await kill();
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    type: (text) => child.stdin?.write(text),
    closeInput: () => void child.stdin?.end(),
    closeOutput: () => void child.stdout?.destroy(),
    signal: (signal) => child.kill(signal),
    kill,
    exit,
  };
}

/** What a program says in lines of JSON, as far as they are whole. */
export const linesOf = <Line>({ stdout }: Running): Line[] =>
  stdout()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/** A program of this package, run from its sources. */
export const startSource = (
  context: TestContext,
  file: string,
  args: string[],
  env: Record<string, string>,
  user?: number,
): Running => start(context, process.execPath, [programOf(file), ...args], env, user);

export interface Stage {
  tmdb: Sandbox;
  /** Private to the test; not there until somebody makes it. */
  folder: string;
  /** What a client of this stage is made with. Its requests end after 4 s. */
  settings: ReturnType<typeof settingsFor> & { folder: string; requestTimeout: number };
  /** What is in the folder, but for locks. */
  files(): Promise<string[]>;
  /** The stored record; null if there is none. Throws if it is torn, readable by others, or not alone. */
  record(): Promise<SessionRecord | null>;
  /** Resolves when so many sessions live at TMDB. */
  isMade(sessions: number): Promise<void>;
  /** Resolves when what is stored is like this. */
  isKept(like: (record: SessionRecord) => boolean): Promise<void>;
  /** Changes the stored record by hand. */
  rewrite(change: (record: SessionRecord) => void): Promise<void>;
  /** How often TMDB was asked `METHOD /path`. */
  asked(request: string): number;
  /** Resolves when TMDB has been asked `METHOD /path` so often. */
  isAsked(request: string, times?: number): Promise<void>;
}

/** A local TMDB and an empty folder for one test. */
export async function createStage(context: TestContext, options: SandboxOptions = {}): Promise<Stage> {
  const tmdb = await startSandbox(options);
  const parent = await mkdtemp(join(tmpdir(), 'tmdb-auth-test-'));
  const folder = join(parent, 'kept');
  context.onTestFinished(async () => {
    await tmdb.close();
    await rm(parent, { recursive: true, force: true });
  });
  const files = async () => {
    const names = await readdir(folder).catch(() => []);
    // A lock is there for moments, or was left by a process that was killed in one.
    return names.filter((name) => !name.endsWith('.lock'));
  };
  const record = async () => {
    const [name, ...others] = (await files()).sort();
    if (!name) return null;
    const file = join(folder, name);
    const mode = (await stat(file)).mode & 0o777;
    // Another process may be writing just now.
    const isWhole = name.endsWith('.json') && others.every((other) => /\.json\.\d+$/.test(other));
    if (!isWhole || mode !== 0o600) throw new Error(`${name} (0${mode.toString(8)}), ${others}`);
    return parseRecord(await readFile(file, 'utf8'));
  };
  return {
    tmdb,
    folder,
    settings: { ...settingsFor(tmdb), folder, requestTimeout: 4_000 },
    files,
    record,
    asked: (request) => timesAsked(tmdb, request),
    isAsked: (request, times = 1) =>
      until(
        () => timesAsked(tmdb, request) >= times,
        () => `${request}; asked: ${asked(tmdb)}`,
      ),
    isMade: (sessions) =>
      until(
        () => tmdb.sessions().length === sessions,
        () => `${sessions} sessions at TMDB`,
      ),
    async isKept(like) {
      // In the middle of a write there is a second file for a moment.
      const isSo = async () => {
        const kept = await record().catch(() => null);
        return kept !== null && like(kept);
      };
      await until(isSo, () => 'the record to become so');
    },
    async rewrite(change) {
      const [name = ''] = await files();
      const kept = await record();
      if (!kept) throw new Error('There is no record.');
      change(kept);
      await writeFile(join(folder, name), JSON.stringify(kept));
    },
  };
}

/** A person at TMDB's page: reads it and presses a button. Resolves to where that leads, without going there. */
export async function press(approvalUrl: string, button: 'allow' | 'deny'): Promise<string> {
  const page = new URL(approvalUrl);
  const shown = await fetch(page);
  if (!shown.ok) throw new Error(`The approval page answers ${shown.status}`);
  const body = new URLSearchParams(page.search);
  const choice = `${page.origin}${page.pathname}/${button}`;
  const answer = await fetch(choice, { method: 'POST', body, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '', page).href;
}

/** The same, and goes there. */
export const act = async (approvalUrl: string, button: 'allow' | 'deny') =>
  fetch(await press(approvalUrl, button), { redirect: 'manual' });
