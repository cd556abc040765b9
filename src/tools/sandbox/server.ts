import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer, BODY_LIMIT, type Site } from './core.ts';
import { createEnding } from './ending.ts';

export function createSandboxServer(site: Site): Server {
  return createServer((request, response) => {
    // A caller that left, or a sandbox that closes, ends up here: there is nobody to answer.
    serve(site, request, response).catch(() => response.destroy());
  });
}

async function serve(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const gone = createEnding();
  response.once('close', () => gone.abort());
  const given = await answer(site, {
    method,
    target: url,
    authorization: headers.authorization,
    body: () => readBody(request),
    gone: gone.signal,
  });
  if (!given || request.socket.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(given.status, given.headers);
  response.end(given.text);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks).toString('utf8') : null;
}
