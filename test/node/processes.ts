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
/** The longest that anything may take, in ms: a limit for hanging tests, not a measurement. */
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
  /** Closes the reader of its standard output, as in `| head -0`. */
  closeOutput(): void;
  signal(signal: NodeJS.Signals): void;
  /** Kills it with -9 and waits for its end. */
  kill(): Promise<Exit>;
  exit: Promise<Exit>;
}

/** Waits until `isSo`. Rejects with the description if it never is. */
export async function until(isSo: () => unknown, what: () => string): Promise<void> {
  for (const end = Date.now() + LIMIT; !(await isSo()); await pause(10)) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what()}`);
  }
}

/** An unprivileged user of every Unix. Only root can start a program as that user. */
export const NOBODY = 65_534;

/**
 * Starts a program that ends with its test, as `user` if given. Only PATH is passed on from this process’s
 * environment.
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

/** The complete lines of JSON that a program has printed. */
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
  /** A folder for this test alone, which does not exist at first. */
  folder: string;
  /** The options of clients on this stage. Their requests time out after 4 s. */
  settings: ReturnType<typeof settingsFor> & { folder: string; requestTimeout: number };
  /** The files in the folder, without locks. */
  files(): Promise<string[]>;
  /** The stored record, or null. Throws if it is torn, readable by others, or not the only file. */
  record(): Promise<SessionRecord | null>;
  /** Resolves when TMDB has this many sessions. */
  isMade(sessions: number): Promise<void>;
  /** Resolves when the stored record matches. */
  isKept(like: (record: SessionRecord) => boolean): Promise<void>;
  /** Changes the stored record by hand. */
  rewrite(change: (record: SessionRecord) => void): Promise<void>;
  /** How often TMDB was asked for `METHOD /path`. */
  asked(request: string): number;
  /** Resolves when TMDB has been asked for `METHOD /path` this often. */
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
    // A lock exists for moments, or was left by a killed process.
    return names.filter((name) => !name.endsWith('.lock'));
  };
  const record = async () => {
    const [name, ...others] = (await files()).sort();
    if (!name) return null;
    const file = join(folder, name);
    const mode = (await stat(file)).mode & 0o777;
    // Another process may be writing now.
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
      // During a write a second file exists for a moment.
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

/**
 * A person at TMDB’s page, who reads it and presses a button. Resolves to the address it leads to, without going
 * there.
 */
export async function press(approvalUrl: string, button: 'allow' | 'deny'): Promise<string> {
  const page = new URL(approvalUrl);
  const shown = await fetch(page);
  if (!shown.ok) throw new Error(`The approval page answers ${shown.status}`);
  const body = new URLSearchParams(page.search);
  const choice = `${page.origin}${page.pathname}/${button}`;
  const answer = await fetch(choice, { method: 'POST', body, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '', page).href;
}

/** Presses the button and goes there. */
export const act = async (approvalUrl: string, button: 'allow' | 'deny') =>
  fetch(await press(approvalUrl, button), { redirect: 'manual' });
