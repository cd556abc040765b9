import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { VIEWER_PORT } from '../viewer.ts';
import { createAudience } from './audience.ts';

/** Options of `startViewer`. */
export interface StartViewerOptions {
  /** Port on 127.0.0.1. Default: 8790; 0: any free port. */
  port?: number;
  /** Origins of pages that may show their client here, e.g. `http://localhost:5173`. Default: none but the viewer's own. */
  allow?: string[];
  /** Called with the origin of a refused page. */
  onRefused?: (origin: string) => void;
}

/** A running viewer. */
export interface Viewer {
  /** The viewer's page, and the `url` for `connectViewer`. */
  url: string;
  /** The `url` for `createWebSocketInspector` of `@statelyai/inspect`. */
  socketUrl: string;
  /** Stops the viewer and closes its connections. */
  close(): Promise<void>;
}

/** Maximum size of a message, in bytes: the first one holds the statechart. */
const LARGEST = 1 << 20;
/** Maximum connections of programs and pages, silent ones included. */
const MOST_CONNECTIONS = 100;
/** The page's script, a self-contained bundle. No other file of the package is served. */
const SCRIPT = '/page.js';
const packageFile = () => createRequire(import.meta.url).resolve('tmdb-auth/package.json');
const readScript = () =>
  readFile(join(dirname(packageFile()), 'dist/src/tools/inspect/page/main.js'), 'utf8');

/**
 * Serves the local viewer: a page that draws the clients connected to it. Listens on 127.0.0.1 only, takes messages
 * from programs on this machine and from pages of the allowed origins, and shows them to its own page alone. Rejects
 * if the port is taken; throws a `TypeError` for an invalid origin.
 *
 * @example
 * ```ts
 * import { connectViewer, startViewer } from 'tmdb-auth/inspect';
 * import { createNodeAuth } from 'tmdb-auth/node';
 *
 * const viewer = await startViewer({ port: 0 });
 * console.log(`Open ${viewer.url}`);
 * const auth = createNodeAuth();
 * connectViewer(auth, { url: viewer.url });
 * ```
 */
export async function startViewer(options: StartViewerOptions = {}): Promise<Viewer> {
  const { port = VIEWER_PORT, onRefused = () => {} } = options;
  const allowed = (options.allow ?? []).map(originOf);
  const audience = createAudience();
  const server = createServer(answer);
  server.maxConnections = MOST_CONNECTIONS;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST });
  const host = () => `127.0.0.1:${(server.address() as AddressInfo | null)?.port ?? port}`;

  /** Checks the Host header: any site can point its own name at 127.0.0.1 (DNS rebinding). */
  const isForUs = ({ headers }: IncomingMessage) =>
    headers.host === host() || headers.host === host().replace('127.0.0.1', 'localhost');

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { url = '' } = request;
    const pathname = URL.canParse(url, 'http://viewer') ? new URL(url, 'http://viewer').pathname : '';
    if (!isForUs(request) || request.method !== 'GET')
      return send(response, 404, 'text/plain', 'Nothing here.');
    if (pathname === '/') return send(response, 200, 'text/html', pageOf(allowed), allowed);
    const script = pathname === SCRIPT && (await readScript().catch(() => null));
    if (script) return send(response, 200, 'text/javascript', script);
    return send(response, 404, 'text/plain', 'Nothing here.');
  }

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const { origin } = request.headers;
    const isOwn = origin === `http://${request.headers.host}`;
    const watches = request.url === '/watch';
    // Programs send no Origin; browsers always do, and a page cannot forge it.
    if (!isForUs(request) || !(origin === undefined || isOwn || (!watches && allowed.includes(origin)))) {
      onRefused(origin ?? 'unknown');
      // The refused peer may reset the connection, or leave it open forever.
      connection.on('error', () => connection.destroy());
      connection.once('finish', () => connection.destroy());
      connection.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket: WebSocket) =>
      watches ? audience.watch(socket) : audience.listenTo(socket),
    );
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://${host()}`,
    socketUrl: `ws://${host()}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash)
    return url.origin;
  throw new TypeError(`tmdb-auth: '${text}' is not the origin of a page, e.g. http://localhost:5173.`);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  embedders: string[] = [],
) {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    `frame-ancestors 'self' ${embedders.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

const pageOf = (allowed: string[]) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="allowed-origins" content="${allowed.join(' ')}">
<title>tmdb-auth inspect</title>
<style>
  html, body, main { height: 100%; margin: 0; overflow: hidden }
  h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
</style>
<body><script type="module" src="${SCRIPT}"></script></body>
</html>
`;
