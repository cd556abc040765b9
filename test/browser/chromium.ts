import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import chromium from '@sparticuz/chromium';
import { build, type Plugin } from 'esbuild';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * Arguments that the package adds for small servers. They would make these tests prove nothing (all tabs in one
 * process, no CORS, no site isolation), or draw in 3D, which doubles the time.
 */
const UNLIKE_A_BROWSER = [
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--disable-site-isolation-trials',
  '--disable-features',
  '--allow-running-insecure-content',
  ...['--use-gl', '--use-angle', '--ignore-gpu-blocklist', '--enable-unsafe-swiftshader', '--in-process-gpu'],
];

export const PLAIN_HTTP_HOST = 'app.test';

/** Playwright's own arguments turn storage partitioning off. A browser without them needs these. */
const WITHOUT_PLAYWRIGHTS = ['--headless', '--remote-debugging-pipe', '--no-first-run', '--no-sandbox'];

/**
 * A real headless Chromium from npm: nothing is downloaded at test time and no root is needed. With `isPartitioned`,
 * a frame of another site has its own storage there, as in an ordinary browser.
 */
export async function launchChromium({ isPartitioned = false } = {}): Promise<Browser> {
  const executablePath = await chromium.executablePath();
  const args = isPartitioned
    ? WITHOUT_PLAYWRIGHTS
    : chromium.args.filter((arg) => !UNLIKE_A_BROWSER.some((name) => arg.startsWith(name)));
  // A host name other than this machine's: its pages have no secure context, like a phone in the same network.
  const more = ['--disable-gpu', `--host-resolver-rules=MAP ${PLAIN_HTTP_HOST} 127.0.0.1`];
  for (let tries = 1; ; tries++) {
    try {
      return await playwright.launch({
        executablePath,
        args: [...args, ...more],
        headless: true,
        ignoreDefaultArgs: isPartitioned,
      });
    } catch (error) {
      // Another test file may be unpacking Chromium at this moment.
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

let shared: Promise<Browser> | undefined;
/** One browser for all tests of a worker, closed with the worker. Callers close the contexts they create. */
export async function sharedChromium(): Promise<Browser> {
  const known = await shared;
  if (known?.isConnected()) return known;
  shared = launchChromium();
  return shared;
}

export interface BundleOptions {
  define?: Record<string, string>;
  /** Packages to use in place of others. */
  alias?: Record<string, string>;
  plugins?: Plugin[];
  /** Puts each dynamic import into its own chunk. */
  inChunks?: boolean;
}

/** Bundles one file of `test/browser/pages` as an app's bundler would. */
export const bundle = async (entry: string, options?: BundleOptions): Promise<string> =>
  (await scriptsOf(entry, options)).get('/app.js') ?? '';

/** The scripts by path: `/app.js`, and with `inChunks` the chunks it imports later. */
export async function scriptsOf(
  entry: string,
  { define, alias, plugins, inChunks = false }: BundleOptions = {},
): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: { app: new URL(`./pages/${entry}`, import.meta.url).pathname },
    outdir: '/',
    splitting: inChunks,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"', ...define },
    ...(alias && { alias }),
    ...(plugins && { plugins }),
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}

export interface Site {
  url: string;
  close(): void;
}

export interface Reply {
  type: string;
  text: string;
  status?: number;
  headers?: Record<string, string | string[]>;
}

/** Serves pages on loopback: every path gets the same document, as in a single-page app. */
export async function serve(
  respond: (path: string, request: IncomingMessage) => Reply | Promise<Reply>,
): Promise<Site> {
  const server: Server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const { type, text, status = 200, headers } = await respond(path, request);
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
