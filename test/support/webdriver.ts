import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freePort } from './free-port.ts';

/** WebKitGTK, the nearest to Safari that runs on Linux: Debian’s `webkit2gtk-driver` and `xvfb`. */
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

export const hasWebKit = (): boolean =>
  existsSync(BROWSER) && ['WebKitWebDriver', 'Xvfb'].every((tool) => spawnSync('which', [tool]).status === 0);

export type WebKit = Awaited<ReturnType<typeof launchWebKit>>;

/** A browser with a window, controlled by W3C WebDriver. */
export async function launchWebKit() {
  const display = `:${90 + (process.pid % 900)}`;
  const screen = spawn('Xvfb', [display, '-screen', '0', '1280x900x24'], { stdio: 'ignore' });
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    // A container does not allow the sandbox of the browser’s processes.
    env: { ...process.env, DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
    stdio: 'ignore',
  });

  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: T };
    if (!answer.ok) throw new Error(`WebDriver, ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  }
  /** Asks again until there is an answer. */
  async function until<T>(what: string, ask: () => Promise<T>): Promise<NonNullable<T>> {
    for (let tries = 0; tries < 600; tries++) {
      const answer = await ask().catch(() => null);
      if (answer) return answer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`Waited in vain for ${what}.`);
  }

  const options = { 'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] } };
  const { sessionId, capabilities } = await until('WebKit', () =>
    call<{ sessionId: string; capabilities: { browserVersion: string } }>('POST', '/session', {
      capabilities: { alwaysMatch: options },
    }),
  );
  const session = `/session/${sessionId}`;
  const tell = <T>(path: string, body: object) => call<T>('POST', session + path, body);
  const find = (css: string) =>
    tell<Record<string, string>>('/element', { using: 'css selector', value: css });

  return {
    version: capabilities.browserVersion,
    until,
    open: (url: string) => tell('/url', { url }),
    address: () => call<string>('GET', `${session}/url`),
    run: <T>(script: string) => tell<T>('/execute/sync', { script: `return ${script}`, args: [] }),
    async click(css: string) {
      await tell(`/element/${Object.values(await find(css))[0]}/click`, {});
    },
    /** Switches later commands to this frame of the window, or with null to the window. */
    async toFrame(css: string | null) {
      await tell('/frame', { id: css && (await find(css)) });
    },
    window: () => call<string>('GET', `${session}/window`),
    windows: () => call<string[]>('GET', `${session}/window/handles`),
    toWindow: (handle: string) => tell('/window', { handle }),
    async [Symbol.asyncDispose]() {
      await call('DELETE', session).catch(() => {});
      driver.kill();
      screen.kill();
    },
  };
}
