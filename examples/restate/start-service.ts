import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RestateOptions } from '../../src/platforms/restate/index.ts';
import { newEnoughNode } from './node.ts';

export interface Service {
  url: string;
  stop(): Promise<void>;
}

/** The service in a process of its own, on 127.0.0.1 and any free port. */
export async function startService(options: RestateOptions): Promise<Service> {
  const file = join(import.meta.dirname, 'service.ts');
  const child: ChildProcess = spawn(newEnoughNode(), ['--import', 'tsx', file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Arguments can be read by everybody on the machine.
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
