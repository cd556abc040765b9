import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCi } from './environment.ts';

/** If the browser has not failed within this time, in ms, it counts as open. */
const FAILS_WITHIN = 1_000;

export interface Opening {
  /** The page counts as open. Rejects if opening it failed before that. */
  opened: Promise<void>;
  /** The program that opens the browser has exited. Rejects if it failed; on a busy machine that can take long. */
  ended: Promise<void>;
}

export function openBrowser(url: string): Opening {
  const ended = runOpener(url);
  return { opened: Promise.race([ended, sleep(FAILS_WITHIN, undefined, { ref: false })]), ended };
}

async function runOpener(url: string): Promise<void> {
  const { default: open } = await import('open');
  const [code] = await once(await open(url), 'exit');
  if (code !== 0) throw new Error('The browser could not be opened.');
}

/** Whether a browser on this machine can be shown and can return to it. */
export function hasBrowser(): boolean {
  if (process.env.SSH_CONNECTION || isCi()) return false;
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY || WSL_DISTRO_NAME);
}
