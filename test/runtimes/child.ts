import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** Time limit for each program, in ms. */
export const LIMIT = 120_000;

const living = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

export interface Running {
  child: ChildProcess;
  /** Resolves when the program has ended: to null, or to how it ended and its output. */
  ended: Promise<string | null>;
  stop(): Promise<unknown>;
}

/** Starts a program in that folder, which is also its home. Kills it after the time limit. */
export function start(program: string, args: string[], folder: string, more: SpawnOptions = {}): Running {
  const { PATH } = process.env;
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH, HOME: folder, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
    ...more,
  });
  living.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      living.delete(child);
      const how = signal === 'SIGKILL' ? 'was still running, and killed' : `ended with ${code ?? signal}`;
      resolve(code === 0 ? null : `It ${how}. ${said.trim()}`);
    });
  });
  return {
    child,
    ended,
    stop() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
