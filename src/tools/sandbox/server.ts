import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, BODY_LIMIT, type Site } from './core.ts';
import { createEnding } from './ending.ts';

/** A server that listens. */
export interface Listening {
  /** `http://HOST:PORT`, for callers on this machine. */
  url: string;
  /** Stops at once and closes open connections. Can be called twice. */
  close(): Promise<void>;
}

/** Serves the sandbox with `node:http`. Rejects if the port is taken or `node:http` is missing. */
export async function listen(site: Site, host: string, port: number): Promise<Listening> {
  // Not an import, which bundlers for pages could not resolve.
  const http = globalThis.process?.getBuiltinModule?.('node:http');
  if (!http)
    throw new Error('startSandbox() needs the HTTP server of Node, Bun or Deno. Use createSandbox() here.');
  const server = http.createServer((request, response) => {
    // The caller has left or the sandbox closes: send no answer.
    serve(site, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { url: urlOf(host, server), close: () => close(server) };
}

/** Wildcard listen addresses, and the loopback address to use in the URL. */
const EVERY: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '': '127.0.0.1' };

function urlOf(host: string, server: Server): string {
  const name = EVERY[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${name}:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // Ignores the error of a server that is closed already.
    server.close(() => resolve());
  });
  server.closeAllConnections();
  return closed;
}

async function serve(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const gone = createEnding();
  response.once('close', gone.end);
  const given = await answer(site, {
    method,
    target: url,
    host: headers.host,
    header: (name) => headers[name]?.toString(),
    body: () => readBody(request),
    gone,
  });
  if (!given || request.socket.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(given.status, given.headers);
  response.end(given.text);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks).toString('utf8') : null;
}
