/** A browser that has not failed after this long is taken to be open, in ms. */
const FAILS_WITHIN = 1_000;

/** Opens the user's browser. Rejects if that fails. */
export async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  const opener = await open(url);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, FAILS_WITHIN);
    timer.unref();
    const end = (works: boolean) => {
      clearTimeout(timer);
      works ? resolve() : reject(new Error('The browser could not be opened.'));
    };
    opener.once('error', () => end(false));
    opener.once('exit', (code) => end(code === 0));
  });
}

/** A browser on this machine can be shown, and its user can come back to this machine. */
export function hasBrowser(): boolean {
  if (process.env.SSH_CONNECTION || process.env.CI) return false;
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY || WSL_DISTRO_NAME);
}
