import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import type { SandboxOptions } from '../../src/tools/sandbox/index.ts';
import { createClient } from '../node/person.ts';
import {
  act,
  createStage,
  type Exit,
  press,
  type Running,
  type Stage,
  start,
  startSource,
  until,
} from '../node/processes.ts';
import { programOf } from '../support/program.ts';

export type Env = Record<string, string>;
export interface Result extends Exit {
  stdout: string;
  stderr: string;
}

const MAIN = 'src/tools/cli/main.ts';

/** The environment of a user of this stage’s TMDB. */
export const envOf = ({ tmdb, folder }: Stage): Env => ({
  HOME: dirname(folder),
  TMDB_BASE_URL: tmdb.baseURL,
  TMDB_WEB_URL: tmdb.webURL,
  TMDB_ACCESS_TOKEN: tmdb.accessToken,
});

/** Starts `tmdb-auth` with the stage’s TMDB. `env` is added; an empty text removes a variable. */
export const startCommand = (
  context: TestContext,
  stage: Stage,
  args: string[],
  env: Env = {},
  user?: number,
): Running => startSource(context, MAIN, args, withoutEmpty({ ...envOf(stage), ...env }), user);

/** Starts it with this text as its whole standard input. */
export const startWithInput = (context: TestContext, stage: Stage, args: string[], input: string): Running =>
  start(
    context,
    '/bin/sh',
    ['-c', `printf %s "$INPUT" | env -u INPUT "$@"`, 'sh', process.execPath, programOf(MAIN), ...args],
    { ...envOf(stage), INPUT: input },
  );

/** Runs `tmdb-auth … --folder` on the stage's folder to its end. */
export const run = async (context: TestContext, stage: Stage, args: string[], env: Env = {}) =>
  resultOf(startCommand(context, stage, [...args, '--folder', stage.folder], env));

/** Runs it as typed, without a TMDB. */
export const runBare = async (context: TestContext, args: string[], env: Env = {}) =>
  resultOf(startSource(context, MAIN, args, { HOME: '/nonexistent', ...env }));

export async function resultOf(command: Running): Promise<Result> {
  const exit = await command.exit;
  return { ...exit, stdout: command.stdout(), stderr: command.stderr() };
}

/** Runs a command that might not end: fails after the usual limit. */
export async function endOf(command: Running): Promise<Result> {
  let hasEnded = false;
  void command.exit.then(() => {
    hasEnded = true;
  });
  await until(
    () => hasEnded,
    () => `its end; so far: ${command.stdout()}${command.stderr()}`,
  );
  return resultOf(command);
}

/** Starts it in a terminal of its own, which echoes what is typed; all output is in `stdout`. */
export const startInTerminal = (context: TestContext, stage: Stage, args: string[], env: Env = {}): Running =>
  start(
    context,
    'script',
    [
      '-q',
      '-e',
      '-f',
      '-E',
      'always',
      '-c',
      `exec ${process.execPath} ${programOf(MAIN)} ${args.join(' ')}`,
      '/dev/null',
    ],
    withoutEmpty({ ...envOf(stage), TERM: 'xterm', SHELL: '/bin/sh', ...env }),
  );

const hasTerminal = spawnSync('script', ['-q', '-e', '-c', 'true', '/dev/null']).status === 0;

/** A stage for `startInTerminal`. */
export async function createScene(context: TestContext, options: SandboxOptions = {}): Promise<Stage> {
  if (!hasTerminal) context.skip('no `script` here to make a terminal with');
  return createStage(context, options);
}

const withoutEmpty = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

const APPROVAL_URL = /https?:\/\/\S+\/(authenticate\/|auth\/access\?)\S+/;

/** The address of the approval page, once the command has shown it. */
export async function shownUrl(command: Running): Promise<string> {
  const found = () => APPROVAL_URL.exec(command.stderr() + command.stdout())?.[0];
  await until(found, () => `an approval URL in ${command.stderr()}${command.stdout()}`);
  return found() ?? '';
}

/** A user has signed in on this stage’s folder before. */
export async function signInBefore(context: TestContext, stage: Stage): Promise<void> {
  const { auth, opened } = createClient(context, stage);
  const signedIn = auth.login();
  await act(await opened, 'allow');
  await signedIn;
  auth.dispose();
}

/** A guest has used this folder before, and has rated these films: `{ 550: 9 }`. */
export async function beGuestBefore(
  context: TestContext,
  stage: Stage,
  ratings: Record<number, number> = {},
): Promise<void> {
  const { auth } = createClient(context, stage);
  await auth.loginAsGuest();
  for (const [film, value] of Object.entries(ratings)) {
    await auth.api(`/3/movie/${film}/rating`, { method: 'POST', body: { value } });
  }
  auth.dispose();
}

/** In a terminal: waits until the screen has shown this text. */
export const isShown = (command: Running, text: string | RegExp) =>
  until(
    () => command.stdout().match(text),
    () => `${text} in ${JSON.stringify(command.stdout())}`,
  );

/** A `login` without a browser, approved on another device. */
export async function loginElsewhere(
  context: TestContext,
  stage: Stage,
  args: string[] = [],
): Promise<Result> {
  const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder, ...args]);
  await press(await shownUrl(command), 'allow');
  return resultOf(command);
}

/** A `login` on a desktop whose browser is this shell script, which records the address. */
export async function startWithBrowser(
  context: TestContext,
  stage: Stage,
  script: string,
  args: string[] = [],
) {
  const noted = join(dirname(stage.folder), 'opened');
  const browser = join(dirname(stage.folder), 'browser');
  await writeFile(
    browser,
    `#!/bin/sh\nprintf %s "$1" > ${noted}.part\nmv ${noted}.part ${noted}\n${script}\n`,
  );
  await chmod(browser, 0o755);
  const env = { DISPLAY: ':0', BROWSER: browser };
  const command = startCommand(context, stage, ['login', '--folder', stage.folder, ...args], env);
  const read = () => readFile(noted, 'utf8').catch(() => null);
  return {
    command,
    /** The address, or null before it is recorded. */
    read,
    async openedWith() {
      await until(read, () => `the browser; ${command.stderr()}`);
      return (await read()) ?? '';
    },
  };
}

/** Every secret the stage knows, except the request token of an approval page. */
export async function secretsOf({ tmdb, record }: Stage): Promise<string[]> {
  const { sessionId = null, guestId = null, accessToken = null } = (await record())?.secrets ?? {};
  const kept = [sessionId, guestId, accessToken].filter((secret) => secret !== null);
  return [tmdb.accessToken, tmdb.apiKey, ...kept];
}

/** The single line on stdout. Throws if there are more. */
export function onlyLine(stdout: string) {
  const lines = stdout.split('\n');
  if (lines.length !== 2 || lines[1] !== '') throw new Error(`Not exactly one line: ${stdout}`);
  return JSON.parse(lines[0] ?? '');
}

export async function makeFolder({ folder }: Stage): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Lets other users of this machine read the folder, but not write to it. */
export async function openToAll({ folder }: Stage): Promise<void> {
  await chmod(dirname(folder), 0o755);
  await chmod(folder, 0o755);
}

/** The file of the record for this stage’s TMDB. */
export const recordFile = ({ tmdb, folder }: Stage) =>
  join(folder, `tmdb-auth-${new URL(tmdb.url).host.replace(':', '-')}.json`);

/** Stops all answers. The port stays taken, as another test’s TMDB could get a free one. */
export const cutOff = ({ tmdb }: Stage) =>
  tmdb.faults.add({ kind: 'dropBefore', times: Number.POSITIVE_INFINITY });
