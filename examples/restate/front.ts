import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import encodeQr from 'qr';
import { TmdbAuthError } from '../../src/index.ts';
import type { RestateClient, SignInView } from '../../src/platforms/restate/index.ts';
import { phonePage } from './phone-page.ts';

export interface Front {
  url: string;
  close(): Promise<void>;
}

/** The state of the sign-in, as the television shows it. */
export interface Screen {
  state: string;
  /** Epoch ms, or null. */
  expiresAt: number | null;
  /** The address as a QR code in SVG. */
  code: string | null;
  address: string | null;
  failure: { code: string; message: string } | null;
  name: string | null;
}

const COOKIE = 'sign-in';
const read = (name: string) => readFileSync(join(import.meta.dirname, 'page', name), 'utf8');

const FILES: Record<string, { type: string; text: string }> = {
  '/': { type: 'text/html', text: read('tv.html') },
  '/tv.css': { type: 'text/css', text: read('tv.css') },
  '/tv.js': { type: 'text/javascript', text: transformSync(read('tv.ts'), { loader: 'ts' }).code },
};

const POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

const screenOf = (view: SignInView): Screen => ({
  state: view.state,
  expiresAt: view.expiresAt,
  code: view.approvalUrl && encodeQr(view.approvalUrl, 'svg', { ecc: 'medium' }),
  address: view.approvalUrl,
  failure: view.failure && { code: view.failure.code, message: view.failure.message },
  name: view.account && (view.account.name || view.account.username),
});

/**
 * The small server between televisions and Restate. A television calls only this server. Its one secret is a ticket,
 * in a cookie that no script can read. `comesBack`: TMDB can redirect the user to this server.
 */
export async function startFront(
  client: RestateClient,
  { comesBack }: { comesBack: boolean },
): Promise<Front> {
  let url = '';

  const ticketIn = ({ headers }: IncomingMessage) =>
    /(?:^|;\s*)sign-in=([\w.-]+)/.exec(headers.cookie ?? '')?.[1] ?? '';

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<unknown>> = {
    async 'POST /start'(_, response) {
      const { ticket, view } = await client.start(
        comesBack ? { redirectTo: (id) => `${url}/back/${id}` } : {},
      );
      response.setHeader('set-cookie', `${COOKIE}=${ticket}; HttpOnly; SameSite=Strict; Path=/`);
      return screenOf(view);
    },
    async 'GET /wait'(request) {
      const seen = new URL(request.url ?? '', url).searchParams.get('seen');
      const ticket = ticketIn(request);
      const view = seen ? await client.wait(ticket, { seen, timeout: 25_000 }) : await client.view(ticket);
      return view && screenOf(view);
    },
    async 'POST /cancel'(request) {
      const view = await client.send(ticketIn(request), 'login.cancel');
      return view && screenOf(view);
    },
    /** Returns the session itself. From here on only the television has it. */
    async 'POST /collect'(request, response) {
      const signedIn = await client.collect(ticketIn(request));
      if (signedIn)
        response.setHeader('set-cookie', `${COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`);
      return signedIn;
    },
  };

  /** TMDB redirects the phone to this page. */
  const comeBack = async (id: string, address: string) => {
    try {
      await client.callback(id, address);
      return phonePage(new URL(address, url).searchParams.has('denied') ? 'denied' : 'approved');
    } catch (error) {
      return phonePage(TmdbAuthError.is(error) && error.code === 'unavailable' ? 'trouble' : 'ended');
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', url);
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    const file = FILES[pathname];
    const [, id] = /^\/back\/([\w-]+)$/.exec(pathname) ?? [];
    const route = routes[`${request.method} ${pathname}`];
    if (file) return response.setHeader('content-type', file.type).end(file.text);
    if (id) {
      const page = await comeBack(id, request.url ?? '');
      response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return response.setHeader('content-type', 'text/html').end(page);
    }
    if (!route) return response.writeHead(404).end();
    // A page of another site must not start or end a sign-in here.
    const { origin } = request.headers;
    if (request.method === 'POST' && origin !== undefined && origin !== url)
      return response.writeHead(403).end();
    const answer = await route(request, response);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      const failure = TmdbAuthError.is(error) ? error.failure : { code: 'unexpected', message: '' };
      response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ failure }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
