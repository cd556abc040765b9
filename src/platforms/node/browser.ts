import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCi } from './environment.ts';

/** A browser that has not failed after this long is taken to be open, in ms. */
const FAILS_WITHIN = 1_000;

export interface Opening {
  /** The page is taken to be open. Rejects if it failed before. */
  opened: Promise<void>;
  /** The program that opens it has ended. Rejects if it failed, which a busy machine may say late. */
  ended: Promise<void>;
}

/** Opens the user's browser. */
export function openBrowser(url: string): Opening {
  const ended = runOpener(url);
  return { opened: Promise.race([ended, sleep(FAILS_WITHIN, undefined, { ref: false })]), ended };
}

async function runOpener(url: string): Promise<void> {
  const { default: open } = await import('open');
  const [code] = await once(await open(url), 'exit');
  if (code !== 0) throw new Error('The browser could not be opened.');
}

/** A browser on this machine can be shown, and its user can come back to this machine. */
export function hasBrowser(): boolean {
  if (process.env.SSH_CONNECTION || isCi()) return false;
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY || WSL_DISTRO_NAME);
}
