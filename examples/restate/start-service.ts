import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RestateOptions } from '../../src/platforms/restate/index.ts';
import { newEnoughNode } from './node.ts';

export interface Service {
  url: string;
  stop(): Promise<void>;
}

/** Starts the service as a separate process on a free port of 127.0.0.1. */
export async function startService(options: RestateOptions): Promise<Service> {
  const file = join(import.meta.dirname, 'service.ts');
  const child: ChildProcess = spawn(newEnoughNode(), ['--import', 'tsx', file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Every user of the machine can read a process's arguments.
    env: { ...process.env, SERVICE_OPTIONS: JSON.stringify(options) },
  });
  const gone = once(child, 'exit');
  const url = await Promise.race([
    once(child, 'message').then(([message]) => (message as { url: string }).url),
    gone.then(([code]) => {
      throw new Error(`The service did not start (exit ${code}).`);
    }),
  ]);
  return {
    url,
    async stop() {
      child.kill();
      await gone;
    },
  };
}
