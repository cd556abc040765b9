import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer as createVite } from 'vite';
import { startViewer, type Viewer } from '../../src/tools/inspect/node/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const CACHES = `${REPOSITORY}node_modules/.vite/inspector-`;

export interface ServeOptions {
  /** On 127.0.0.1. Default: any that is free. */
  port?: number;
  /** Show changed sources at once. Default: false. */
  watch?: boolean;
}

export interface Served {
  url: string;
  tmdb: Sandbox;
  viewer: Viewer;
  close(): Promise<void>;
}

/** Serves this example, with a local TMDB and the local viewer. Rejects if the port is taken. */
export async function serveInspectorExample(options: ServeOptions = {}): Promise<Served> {
  const endings: (() => unknown)[] = [];
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await open(options, endings)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open({ port = 0, watch = false }: ServeOptions, endings: (() => unknown)[]) {
  // A server of our own, as Vite's would end the process when its input ends.
  const server = createServer((request, response) => vite.middlewares(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  endings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port: actual } = server.address() as AddressInfo;

  const tmdb = await startSandbox();
  endings.push(tmdb.close);
  const { accessToken, baseURL, webURL } = tmdb;
  const allow = [`http://127.0.0.1:${actual}`, `http://localhost:${actual}`];
  const viewer = await startViewer({ port: 0, allow });
  endings.push(viewer.close);

  await mkdir(dirname(CACHES), { recursive: true });
  // One of its own: two that start at once would write over each other.
  const cacheDir = await mkdtemp(CACHES);
  endings.push(() => rm(cacheDir, { recursive: true, force: true }));
  const vite = await createVite({
    configFile: false,
    root: import.meta.dirname,
    cacheDir,
    logLevel: 'warn',
    define: {
      TMDB: JSON.stringify({ credentials: { accessToken }, baseURL, webURL }),
      VIEWER: JSON.stringify({ url: viewer.url, socketUrl: viewer.socketUrl }),
    },
    // All of them by name: one that is found later would reload the page. Not `xstate`: each importer has its own.
    optimizeDeps: { noDiscovery: true, include: ['@statelyai/inspect', '@xstate/inspect', 'ofetch'] },
    server: {
      middlewareMode: true,
      ws: { server },
      fs: { allow: [REPOSITORY] },
      ...(!watch && { watch: null }),
    },
  });
  endings.push(() => vite.close());
  return { url: `http://127.0.0.1:${actual}/`, tmdb, viewer };
}
