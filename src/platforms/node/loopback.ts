import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthView } from '../../../machines/index.ts';
import { type Notice, notFound, noticeOf, noticeOfError, pageOf } from './page.ts';

/** Long enough for a browser to fetch the last page, in ms. */
const LAST_PAGE = 2_000;

export interface Loopback {
  /** `http://127.0.0.1:<port>/<random>`: known only to whom we send there. */
  redirectTo: string;
  close(): void;
}

/**
 * Waits on 127.0.0.1 for TMDB to send the user back, and tells the user how it ended.
 * Rejects if the port cannot be had.
 */
export async function listenForCallback(
  port: number,
  handle: (url: string) => Promise<AuthView>,
): Promise<Loopback> {
  const path = `/${randomBytes(12).toString('hex')}`;
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, async (request, response) => {
    const url = addressOf(request.url);
    // The host is checked because any web page may point a name of its own at 127.0.0.1.
    const isForUs = request.method === 'GET' && url?.pathname === path && request.headers.host === url.host;
    answer(response, isForUs ? await handle(url.href).then(noticeOf, noticeOfError) : notFound);
  });
  /** The path is the client's own text: it may name another host, or be no address at all. */
  const addressOf = (target = '') => {
    const text = origin() + target;
    return target.startsWith('/') && URL.canParse(text) ? new URL(text) : null;
  };
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo | null)?.port ?? port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    redirectTo: origin() + path,
    close() {
      server.close();
      setTimeout(() => server.closeAllConnections(), LAST_PAGE).unref();
    },
  };
}

function answer(response: ServerResponse, notice: Notice) {
  response.writeHead(notice.httpStatus, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(pageOf(notice));
}
