import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthView } from '../../../machines/index.ts';
import { type Notice, notFound, noticeOf, noticeOfError, pageOf } from './page.ts';

/** How long the return is answered after the sign-in has ended, in ms, if the process lives that long. */
const STAYS = 60_000;
/** How long a process that is done waits for the user's browser, in ms: it may come after TMDB was asked. */
const HOLDS = 3_000;
/** When connections that a browser opened ahead and left silent are cut, in ms. */
const LAST_PAGE = 2_000;

export interface Loopback {
  /** `http://127.0.0.1:<port>/<random>`: known only to whom we send there. */
  redirectTo: string;
  /**
   * The sign-in has ended. Unless it was cancelled, every later request for the return is told how: a scanner may have
   * taken it before the user's browser, or TMDB was asked before the browser came.
   */
  close(getView: () => AuthView): void;
}

/** How many of them a process keeps at most. */
const MOST = 8;
/** Loopbacks that only tell how it ended, by their port, oldest first. The next sign-in may want the port. */
const staying = new Map<number, () => void>();

/**
 * Waits on 127.0.0.1 for TMDB to send the user back, and tells the user how it ended.
 * Rejects if the port cannot be had.
 */
export async function listenForCallback(
  port: number,
  handle: (url: string) => Promise<AuthView>,
): Promise<Loopback> {
  staying.get(port)?.();
  const path = `/${randomBytes(12).toString('hex')}`;
  /** Once the sign-in has ended. */
  let ended: (() => AuthView) | null = null;
  let isTold = false;
  let ownPort = port;
  let letGo = () => {};

  const noticeFor = (url: URL): Promise<Notice> | Notice =>
    ended ? noticeOf(ended()) : handle(url.href).then(noticeOf, noticeOfError);

  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, async (request, response) => {
    const url = addressOf(request.url);
    const { method } = request;
    const isReturn = url?.pathname === path && isLoopback(request.headers.host);
    if (!isReturn || !(method === 'GET' || method === 'HEAD')) return answer(response, notFound);
    if (method === 'HEAD') return response.writeHead(200, HEADERS).end();
    if (isAhead(request)) return response.writeHead(403, HEADERS).end();
    const notice = await noticeFor(url);
    answer(response, notice);
    if (notice.httpStatus === 400 || request.headers['sec-fetch-mode'] !== 'navigate') return;
    isTold = true;
    letGo();
  });
  /** The path is the client's own text: it may name another host, or be no address at all. */
  const addressOf = (target = '') => {
    const text = origin() + target;
    return target.startsWith('/') && URL.canParse(text) ? new URL(text) : null;
  };
  const origin = () => `http://127.0.0.1:${ownPort}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  ownPort = (server.address() as AddressInfo).port;

  const cutSilentOnes = () => setTimeout(() => server.closeAllConnections(), LAST_PAGE).unref();
  const end = () => {
    staying.delete(ownPort);
    letGo();
    server.close();
    cutSilentOnes();
  };
  /** Only as long as the process lives for another reason, or for a moment. */
  const stay = () => {
    staying.set(ownPort, end);
    for (const endOldest of [...staying.values()].slice(0, -MOST)) endOldest();
    server.unref().on('connection', (socket) => socket.unref());
    cutSilentOnes();
    const stop = setTimeout(end, STAYS).unref();
    const hold = setTimeout(() => {}, isTold ? 0 : HOLDS);
    server.once('close', () => clearTimeout(stop));
    letGo = () => clearTimeout(hold);
  };

  return {
    redirectTo: origin() + path,
    close(getView) {
      if (isGivenUp(getView())) return end();
      ended = getView;
      stay();
    },
  };
}

/** Cancelled or disposed: the person in front of it knows. */
const isGivenUp = ({ status, failure }: AuthView) =>
  status === 'pending' || (status !== 'user' && (!failure || failure.code === 'cancelled'));

/**
 * A name that leads to this machine. Any web page may point a name of its own at 127.0.0.1, and would then be of one
 * origin with this server. The port is not looked at: an editor or `ssh -L` forwards one of its own.
 */
const isLoopback = (host = '') => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);

/** A browser fetches it ahead of a click, or a program for a preview: no person is there yet. */
const isAhead = ({ headers }: IncomingMessage) =>
  /prefetch|prerender|preview/i.test(`${headers['sec-purpose']} ${headers.purpose} ${headers['x-moz']}`);

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

function answer(response: ServerResponse, notice: Notice) {
  response.writeHead(notice.httpStatus, HEADERS);
  response.end(pageOf(notice));
}
