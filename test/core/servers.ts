import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Heard {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Listens on loopback until the test ends. Resolves to its address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Another server, which records every request. */
export async function listener(
  answer: RequestListener = (_, response) => void response.writeHead(200).end('{"ok":true}'),
) {
  const heard: Heard[] = [];
  const url = await listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const { method = '', headers } = request;
      heard.push({
        method,
        path: pathname,
        query: searchParams,
        headers,
        body: Buffer.concat(chunks).toString(),
      });
      answer(request, response);
    }),
  );
  return { url, heard };
}
