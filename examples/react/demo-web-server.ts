import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createServer as createVite } from 'vite';
import type { CreateBrowserAuthOptions } from '../../src/platforms/browser/index.ts';
import { createAuthHandler } from '../../src/platforms/server/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';

const CACHES = fileURLToPath(new URL('../../node_modules/.vite/demo-', import.meta.url));

export interface ServeOptions {
  /** On 127.0.0.1. Default: any that is free. */
  port?: number;
  /** `examples/browser`, which has no framework, instead of `examples/react`. */
  plain?: boolean;
  /** Keep the credential and everybody's session here: the page gets neither. Default: false, the page has them. */
  server?: boolean;
  /** Show changed sources at once. Default: false. */
  watch?: boolean;
}

/** The options of the page's client that are JSON: the credential, and where TMDB is. */
export type PageConfig = Pick<CreateBrowserAuthOptions, 'credentials' | 'baseURL' | 'webURL'>;

export interface Served {
  url: string;
  close(): Promise<void>;
}

/** Serves an example with its sources, for the TMDB of `config`. Rejects if the port is taken. */
export async function serveExample(config: PageConfig, options: ServeOptions = {}): Promise<Served> {
  const folder = new URL(`../${options.plain ? 'browser' : 'react'}/`, import.meta.url);
  await mkdir(dirname(CACHES), { recursive: true });
  const cacheDir = await mkdtemp(CACHES);
  let answer: RequestListener | undefined;
  // A server of our own, as Vite's would end the process when its input ends.
  const server = createServer((request, response) => {
    if (answer && request.url?.startsWith('/auth/')) answer(request, response);
    else vite.middlewares(request, response);
  });
  const vite = await createVite({
    configFile: fileURLToPath(new URL('vite.config.ts', folder)),
    // One of its own: two that start at once would write over each other.
    cacheDir,
    define: {
      TMDB: JSON.stringify(options.server ? { server: '/auth' } : config),
      IS_REAL_TMDB: JSON.stringify(config.baseURL === undefined),
    },
    logLevel: 'warn',
    server: { middlewareMode: true, ws: { server }, ...(!options.watch && { watch: null }) },
  });
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await vite.close();
    await rm(cacheDir, { recursive: true, force: true });
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

/** One handler for each of TMDB's generations, as the page lets its user choose; both keep the same cookies. */
function signInAt(origin: string, config: PageConfig) {
  const secrets = [randomBytes(32).toString('base64')];
  const v3 = createAuthHandler({ ...config, origin, secrets, apiVersion: 3, basePath: '/auth/v3' });
  const v4 = createAuthHandler({ ...config, origin, secrets, apiVersion: 4, basePath: '/auth/v4' });
  return (request: Request) => (new URL(request.url).pathname.startsWith('/auth/v4/') ? v4 : v3)(request);
}

export interface Demo extends Served {
  tmdb: Sandbox;
}

/** An example and a local TMDB to go with it. */
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
