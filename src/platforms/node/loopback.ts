import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthView } from '../../../machines/index.ts';
import { type Notice, notFound, noticeOf, noticeOfError, pageOf } from './page.ts';

/** How long requests are still answered after the sign-in has ended, in ms, if the process lives that long. */
const STAYS = 60_000;
/** How long a finished process waits for the user's browser, in ms: polling TMDB may be faster than the return. */
const HOLDS = 3_000;
/** When idle connections, which browsers open ahead of time, are closed, in ms. */
const LAST_PAGE = 2_000;

export interface Loopback {
  /** `http://127.0.0.1:<port>/<random>`: secret, known only to the user and TMDB. */
  redirectTo: string;
  /**
   * Call when the sign-in has ended. Unless it was cancelled, later requests still get the result: a link scanner may
   * have come before the user's browser, or polling may have been faster.
   */
  close(getView: () => AuthView): void;
}

/** Maximum number of ended loopbacks that a process keeps open. */
const MOST = 8;
/** Ended loopbacks that still answer, by port, oldest first. The next sign-in may need the port. */
const endedLoopbacks = new Map<number, () => void>();

/**
 * Waits on 127.0.0.1 for the return from TMDB, and shows the user how the sign-in ended. Rejects if the port is not
 * available.
 */
export async function listenForCallback(
  port: number,
  handle: (url: string) => Promise<AuthView>,
): Promise<Loopback> {
  endedLoopbacks.get(port)?.();
  const path = `/${randomBytes(12).toString('hex')}`;
  /** Set when the sign-in has ended. */
  let ended: (() => AuthView) | null = null;
  let hasShownResult = false;
  let ownPort = port;
  let releaseProcess = () => {};

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
    hasShownResult = true;
    releaseProcess();
  });
  /** The request line is untrusted: it may name another host, or be no valid URL. */
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
    endedLoopbacks.delete(ownPort);
    releaseProcess();
    server.close();
    cutSilentOnes();
  };
  /** Keeps answering without keeping the process alive, except for `HOLDS` ms. */
  const stay = () => {
    endedLoopbacks.set(ownPort, end);
    for (const endOldest of [...endedLoopbacks.values()].slice(0, -MOST)) endOldest();
    server.unref().on('connection', (socket) => socket.unref());
    cutSilentOnes();
    const stop = setTimeout(end, STAYS).unref();
    const hold = setTimeout(() => {}, hasShownResult ? 0 : HOLDS);
    server.once('close', () => clearTimeout(stop));
    releaseProcess = () => clearTimeout(hold);
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

/** Cancelled or disposed: the user knows already. */
const isGivenUp = ({ status, failure }: AuthView) =>
  status === 'pending' || (status !== 'user' && (!failure || failure.code === 'cancelled'));

/**
 * Whether the Host header names this machine. Otherwise a web page could point its own domain at 127.0.0.1 and share
 * this server's origin (DNS rebinding). Ignores the port: an editor or `ssh -L` may forward another one.
 */
const isLoopback = (host = '') => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);

/** Whether a browser prefetches this, or a program fetches it for a preview. */
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
