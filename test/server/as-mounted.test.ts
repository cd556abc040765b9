import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AuthHandlerOptions, createAuthHandler } from '../../src/platforms/server/index.ts';
import { repeating } from '../../src/tmdb/again.ts';
import { tokenIn } from '../support/approval.ts';
import { SECOND } from '../support/clock.ts';
import { createSite, locationOf, ORIGIN, SECRET, signIn, wayBack } from './site.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

describe('a request as frameworks pass it', () => {
  test.each([
    ['a Request', (cookie: string) => new Request(ORIGIN, { headers: { cookie } })],
    ['the headers of Next', (cookie: string) => ({ headers: new Headers({ cookie }) })],
    ['the request of Node, Express and Fastify', (cookie: string) => ({ headers: { cookie, host: 'x' } })],
    ['a list of Cookie headers', (cookie: string) => ({ headers: { cookie: cookie.split('; ') } })],
  ])('%s shows the signed-in user and authenticates requests as that user', async (_, requestOf) => {
    const site = await createSite();
    const handler = site.instance();
    const browser = site.browser(handler);
    await browser.submit('/auth/guest');
    await signIn(site, browser);
    const request = requestOf([...browser.cookies].map((pair) => pair.join('=')).join('; '));
    expect(await handler.view(request)).toMatchObject({ account: { username: 'sandra' } });
    expect(await (await handler.fetch(request, '/3/account')).json()).toMatchObject({ username: 'sandra' });
  });

  test.each([
    ['a URL', (url: string) => new URL(url)],
    ['a Request with a body', (url: string) => new Request(url, { method: 'POST', body: '{"value":8}' })],
  ])('%s from a typed client is sent with the user’s session', async (_, make) => {
    const site = await createSite();
    const handler = site.instance();
    const browser = site.browser(handler);
    await signIn(site, browser);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    const input = make('https://api.themoviedb.org/3/movie/550/rating');
    const response = await handler.fetch({ headers: { cookie } }, input);
    expect(site.tmdb.requests.at(-1)).toMatchObject({ path: '/3/movie/550/rating', hasSession: true });
    if (input instanceof Request) expect(response.status).toBe(201);
  });

  test.each([[undefined], [null], [{}], ['request'], [{ headers: null }]])(
    'any other value (%j) is refused with an explanation',
    async (request) => {
      const handler = (await createSite()).instance();
      await expect(handler.view(request as never)).rejects.toThrow('pass the request');
      await expect(handler.fetch(request as never, '/3/account')).rejects.toThrow('pass the request');
    },
  );
});

describe('options read at the first request', () => {
  const right = { credentials: { apiKey: '0'.repeat(32) }, origin: ORIGIN, secrets: [SECRET] };
  const session = () => new Request(`${ORIGIN}/auth/session`, { headers: { accept: 'application/json' } });

  test('are not read before it, and only once', async () => {
    const options = vi.fn(() => right);
    const handler = createAuthHandler(options);
    expect(options).not.toHaveBeenCalled();
    expect((await handler(session())).status).toBe(200);
    await handler.view(session());
    expect(options).toHaveBeenCalledTimes(1);
  });

  test('make a request 500 while they are invalid, log the reason only, and are read again', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    let options: AuthHandlerOptions = { ...right, secrets: ['a-secret-too-short'] };
    const handler = createAuthHandler(() => options);
    const answered = await handler(session());
    expect(answered.status).toBe(500);
    expect(await answered.text()).not.toContain('secret');
    expect(String(log.mock.calls[0]?.[0])).toContain('secrets is a list of random texts');
    await expect(handler.view(session())).rejects.toThrow('secrets is a list');
    options = right;
    expect((await handler(session())).status).toBe(200);
  });

  test('are not needed by a handler that closes first', async () => {
    const handler = createAuthHandler(() => right);
    await handler.close();
    expect((await handler(session())).status).toBe(503);
  });
});

describe('a request body', () => {
  test.each([
    ['FormData', () => fieldsIn(new FormData())],
    ['a form', () => fieldsIn(new URLSearchParams())],
  ])('of %s is read', async (_, bodyOf) => {
    const site = await createSite();
    const body = bodyOf();
    const headers = { origin: ORIGIN, accept: 'text/html' };
    const request = new Request(`${ORIGIN}/auth/cancel`, { method: 'POST', headers, body });
    expect(locationOf(await site.browser().send(request)).href).toBe(`${ORIGIN}/films`);
  });

  test('that a parser has consumed causes an error that says so, instead of counting as an empty form', async () => {
    const site = await createSite();
    const handler = site.instance();
    const listener = getRequestListener(handler);
    const server = createServer((request, response) => {
      request.resume().on('end', () => void listener(request, response));
    });
    const url = `http://127.0.0.1:${await listen(server)}/auth/login`;
    const headers = { origin: ORIGIN, accept: 'application/json' };
    const answered = await fetch(url, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ returnTo: '/x' }),
    });
    expect(answered.status).toBe(400);
    expect(await answered.text()).toContain('before body parsers');
    expect(site.tmdb.requests).toEqual([]);
  });
});

const fieldsIn = <Fields extends FormData | URLSearchParams>(fields: Fields) => {
  fields.set('returnTo', '/films');
  return fields;
};

test('512 sockets with slow bodies block nothing: health answers, and a sign-in completes', async () => {
  const site = await createSite();
  const handler = site.instance();
  const server = createServer(getRequestListener(handler));
  const port = await listen(server);
  let connected = 0;
  server.on('connection', () => {
    connected += 1;
  });
  const head = `POST /auth/login HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
  const sockets = Array.from({ length: 512 }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(head);
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const underWay = async () =>
    ((await (await fetch(`http://127.0.0.1:${port}/auth/health`)).json()) as { underWay: number }).underWay;
  await vi.waitUntil(async () => connected >= 512 && (await underWay()) === 512, { timeout: 20_000 });
  const browser = site.browser(handler);
  await signIn(site, browser);
  expect(await browser.session()).toMatchObject({ status: 'user' });
});

describe('TMDB’s Retry-After', () => {
  const limited = { kind: 'rateLimited', retryAfter: 45, times: Number.POSITIVE_INFINITY } as const;

  test('that is longer than the request may take is reported to the user at once', async () => {
    const site = await createSite();
    site.tmdb.faults.add(limited);
    const answered = await site.browser().follow('/auth/login');
    expect(locationOf(answered).href).toBe(`${ORIGIN}/?tmdb_auth_failure=rate_limited`);
    expect(site.tmdb.requests).toHaveLength(1);
  });

  test('is reported on the return, too, and the sign-in goes on afterwards', async () => {
    const site = await createSite();
    const browser = site.browser();
    const approval = locationOf(await browser.follow('/auth/login'));
    site.tmdb.approve(tokenIn(approval));
    const release = site.tmdb.faults.add(limited);
    const answered = await browser.follow(wayBack(approval, 'approved'));
    expect(locationOf(answered).searchParams.get('tmdb_auth_failure')).toBe('rate_limited');
    release();
    await browser.follow('/auth/login');
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });

  test('that is short is waited for', async () => {
    const site = await createSite();
    site.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 5 });
    const from = site.clock.now();
    const answered = await site.whileTimeRuns(site.browser().follow('/auth/login'));
    expect(locationOf(answered).origin).toBe(site.tmdb.webURL);
    expect(site.clock.now() - from).toBeGreaterThanOrEqual(5 * SECOND);
  });
});

describe('a keep-alive connection that TMDB has closed (nodejs/undici#3492)', () => {
  /** A server that answers the first request of a connection, and closes it when the second arrives. */
  async function cutting() {
    const heard: string[] = [];
    const used = new WeakSet<object>();
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      heard.push(`${request.method} ${request.url}`);
      if (used.has(request.socket)) return void request.socket.destroy();
      used.add(request.socket);
      response.end('{}');
    });
    const origin = `http://127.0.0.1:${await listen(server)}`;
    const ask = async (path: string, method = 'GET') => {
      const answered = await repeating(fetch)(origin + path, { method });
      await answered.text();
      // The connection becomes free for the next request a moment later.
      await new Promise((resolve) => setImmediate(resolve));
      return answered.status;
    };
    return { heard, ask };
  }

  test('costs a GET nothing: it is sent once more', async () => {
    const { heard, ask } = await cutting();
    await ask('/3/movie/1');
    expect(await ask('/3/movie/2')).toBe(200);
    expect(heard).toEqual(['GET /3/movie/1', 'GET /3/movie/2', 'GET /3/movie/2']);
  });

  test.each([
    ['POST', '/3/movie/1/rating'],
    ['DELETE', '/3/movie/1/rating'],
    ['GET', '/4/list/1/clear'],
    ['GET', '/4/list/1/%63lear'],
    ['GET', '/3/authentication/session/new'],
    ['GET', '/3/authentication/token/validate_with_login'],
  ])('fails a request that may have changed something: %s %s is sent once', async (method, path) => {
    const { heard, ask } = await cutting();
    await ask('/3/movie/1');
    await expect(ask(path, method)).rejects.toThrow('fetch failed');
    expect(heard).toEqual(['GET /3/movie/1', `${method} ${path}`]);
  });

  test('leads to one repetition only: a TMDB that cuts off every request is down', async () => {
    const heard: string[] = [];
    const server = createServer((request) => {
      heard.push(request.url ?? '');
      request.socket.destroy();
    });
    const url = `http://127.0.0.1:${await listen(server)}/3/movie/1`;
    await expect(repeating(fetch)(url)).rejects.toThrow('fetch failed');
    expect(heard).toHaveLength(2);
  });
});
