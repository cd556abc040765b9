import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createStorage } from 'unstorage';
import { build, createServer as createVite, type InlineConfig, type Rolldown } from 'vite';
import type { CreateBrowserAuthOptions } from '../../src/platforms/browser/index.ts';
import { createAuthHandler } from '../../src/platforms/server/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';

const CACHES = fileURLToPath(new URL('../../node_modules/.vite/demo-', import.meta.url));

export interface ServeOptions {
  /** Port on 127.0.0.1. Default: any free port. */
  port?: number;
  /** Serve `examples/browser`, the page without a framework, instead of `examples/react`. */
  plain?: boolean;
  /** Keep the credential and the sessions on this server. Default: false, the page has them. */
  server?: boolean;
  /** Show changed sources at once. Default: false, they are bundled once. */
  watch?: boolean;
}

/** The JSON options of the page's client: the credential and the addresses of TMDB. */
export type PageConfig = Pick<CreateBrowserAuthOptions, 'credentials' | 'baseURL' | 'webURL'>;

export interface Served {
  url: string;
  close(): Promise<void>;
}

/** Serves an example that uses the TMDB of `config`. Rejects if the port is taken. */
export async function serveExample(config: PageConfig, options: ServeOptions = {}): Promise<Served> {
  const folder = new URL(`../${options.plain ? 'browser' : 'react'}/`, import.meta.url);
  const vite: InlineConfig = {
    configFile: fileURLToPath(new URL('vite.config.ts', folder)),
    mode: 'development',
    define: {
      TMDB: JSON.stringify(options.server ? { server: '/auth' } : config),
      IS_REAL_TMDB: JSON.stringify(config.baseURL === undefined),
    },
    logLevel: 'warn',
  };
  let answer: RequestListener | undefined;
  // Not Vite's own server: that ends the process when its standard input ends.
  const server = createServer((request, response) => {
    if (answer && request.url?.startsWith('/auth/')) answer(request, response);
    else pages.answer(request, response);
  });
  const pages = await (options.watch ? watched(vite, server) : bundled(vite));
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await pages.close();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
  } catch (error) {
    await close();
    throw error;
  }
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (options.server) answer = getRequestListener(signInAt(origin, config));
  return { url: `${origin}/`, close };
}

interface Pages {
  answer: RequestListener;
  close(): Promise<void>;
}

/** Serves each source file unbundled, and again after a change. */
async function watched(config: InlineConfig, server: Server): Promise<Pages> {
  await mkdir(dirname(CACHES), { recursive: true });
  // A new cache for each start: two examples that start at once would overwrite each other's files.
  const cacheDir = await mkdtemp(CACHES);
  const vite = await createVite({ ...config, cacheDir, server: { middlewareMode: true, ws: { server } } });
  return {
    answer: vite.middlewares,
    async close() {
      await vite.close();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}

const TYPES: Record<string, string> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Bundles a hundred files into three, so that tests load pages quickly. */
async function bundled(config: InlineConfig): Promise<Pages> {
  const { output } = (await build({ ...config, build: { write: false } })) as Rolldown.RolldownOutput;
  const files = new Map(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
  return {
    answer(request, response) {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      // Every other path is the app, which reads its own address.
      const path = files.has(pathname) ? pathname : '/index.html';
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(files.get(path));
    },
    close: async () => {},
  };
}

/** One handler for each version of TMDB's API, since the user chooses one. Both use the same cookies. */
function signInAt(origin: string, config: PageConfig) {
  const secrets = [randomBytes(32).toString('base64')];
  // Codes to type need a store: the television and the phone share nothing else.
  const both = { ...config, origin, secrets, store: createStorage(), device: true };
  const v3 = createAuthHandler({ ...both, apiVersion: 3, basePath: '/auth/v3' });
  const v4 = createAuthHandler({ ...both, apiVersion: 4, basePath: '/auth/v4' });
  return (request: Request) => (new URL(request.url).pathname.startsWith('/auth/v4/') ? v4 : v3)(request);
}

export interface Demo extends Served {
  tmdb: Sandbox;
}

/** Starts an example and a local TMDB for it. */
export async function startDemo(options: ServeOptions = {}): Promise<Demo> {
  const tmdb = await startSandbox();
  const { accessToken, baseURL, webURL } = tmdb;
  try {
    const served = await serveExample({ credentials: { accessToken }, baseURL, webURL }, options);
    const close = async () => {
      await served.close();
      await tmdb.close();
    };
    return { url: served.url, tmdb, close };
  } catch (error) {
    await tmdb.close();
    throw error;
  }
}
