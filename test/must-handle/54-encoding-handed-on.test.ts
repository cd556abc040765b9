// kit#12197, vinext#263: A forwarded response still said `content-encoding: gzip` over a body that `fetch` had unpacked, and no browser could read it.
// Here: `auth.fetch` and the proxy drop every header about the connection and the packed body, and TMDB's cookies.
import { createServer, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, test } from 'vitest';
import { listen } from '../core/servers.ts';
import { type Browser, createSite, ORIGIN, type Site, signIn } from '../server/site.ts';
import { createWorld } from '../support/world.ts';

const PACKERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };
type Encoding = keyof typeof PACKERS;
const ENCODINGS = Object.keys(PACKERS) as Encoding[];

/**
 * Headers about the connection over which an answer came; Node writes `connection` and `keep-alive` itself.
 */
const OF_THE_CONNECTION = {
  'proxy-authenticate': 'Basic',
  'proxy-connection': 'keep-alive',
  'set-cookie': ['cdn=1; Domain=themoviedb.org', 'session=2'],
  te: 'trailers',
};
const DROPPED = [
  ...Object.keys(OF_THE_CONNECTION),
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
];

/** A CDN in front of a local TMDB: packs every answer and adds headers about the connection. */
async function packing(encoding: Encoding) {
  let tmdb: { url: string } | undefined;
  let isChunked = false;
  const pass: RequestListener = async (request, response) => {
    const body = await buffer(request);
    const { 'content-type': type, authorization } = request.headers;
    const answered = await fetch(`${tmdb?.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...(type && { 'content-type': type }), ...(authorization && { authorization }) },
      ...(body.length > 0 && { body: body.toString() }),
    });
    const packed = PACKERS[encoding](Buffer.from(await answered.arrayBuffer()));
    response.writeHead(answered.status, {
      ...OF_THE_CONNECTION,
      'content-type': 'application/json;charset=utf-8',
      'content-encoding': encoding,
      ...(!isChunked && { 'content-length': packed.length }),
      etag: 'W/"1"',
      'x-memc': 'HIT',
    });
    response.end(packed);
  };
  const url = await listen(createServer(pass));
  return {
    url,
    before: (one: { url: string }) => {
      tmdb = one;
    },
    chunk: () => {
      isChunked = true;
    },
  };
}

/** No header contradicts the connection or the body; the rest is TMDB's. */
async function expectHonest(response: Response) {
  const names = [...response.headers.keys()];
  expect(names.filter((name) => DROPPED.includes(name))).toEqual([]);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect((await response.json()).id).toBe(550);
}

/** A site that gets packed answers from TMDB. */
async function createPackedSite(encoding: Encoding) {
  const cdn = await packing(encoding);
  const site = await createSite({ baseURL: cdn.url });
  cdn.before(site.tmdb);
  return { site, cdn, handler: site.instance() };
}

const requestOf = ({ cookies }: Browser) =>
  new Request(`${ORIGIN}/film`, {
    headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  });

const PEOPLE: [string, (site: Site, browser: Browser) => Promise<unknown>][] = [
  ['for a visitor', async () => {}],
  ['for a guest', (_, browser) => browser.submit('/auth/guest')],
  ['for a user', signIn],
  ['while a sign-in waits', (_, browser) => browser.follow('/auth/login')],
];

describe.each(ENCODINGS)('an answer packed with %s', (encoding) => {
  test.each(PEOPLE)('auth.fetch of the server returns headers that match the body %s', async (_, become) => {
    const { site, handler } = await createPackedSite(encoding);
    const browser = site.browser(handler);
    await become(site, browser);
    const response = await handler.fetch(requestOf(browser), '/3/movie/550');
    expect(response.headers.get('etag')).toBe('W/"1"');
    expect(response.headers.get('x-memc')).toBe('HIT');
    await expectHonest(response);
  });

  test.each(PEOPLE)('the proxy returns headers that match the body %s', async (_, become) => {
    const { site, handler } = await createPackedSite(encoding);
    const browser = site.browser(handler);
    await become(site, browser);
    const response = await browser.ask('GET', '/auth/tmdb/3/movie/550');
    expect(response.headers.getSetCookie().join()).not.toMatch(/cdn|session=2/);
    await expectHonest(response);
  });

  test('a browser can read a page that is the response of auth.fetch itself', async () => {
    const { handler } = await createPackedSite(encoding);
    const site = await listen(
      createServer(getRequestListener((request) => handler.fetch(request, '/3/movie/550'))),
    );
    const read = await fetch(`${site}/film`);
    expect(read.headers.get('content-encoding')).toBe(null);
    expect(read.headers.getSetCookie()).toEqual([]);
    expect((await read.json()).id).toBe(550);
  });

  test('a browser can read a page that combines the headers of auth.fetch with its own text', async () => {
    const { handler } = await createPackedSite(encoding);
    const page = async (request: Request) => {
      const film = await handler.fetch(request, '/3/movie/550');
      const { id } = await film.json();
      return new Response(JSON.stringify({ id, text: 'x'.repeat(5_000) }), film);
    };
    const read = await fetch(`${await listen(createServer(getRequestListener(page)))}/film`);
    expect((await read.json()).text).toHaveLength(5_000);
  });

  test.each(['with its length', 'in chunks'])(
    'auth.fetch of the core returns headers that match the body, %s',
    async (how) => {
      const cdn = await packing(encoding);
      const world = await createWorld();
      cdn.before(world.tmdb);
      if (how === 'in chunks') cdn.chunk();
      const auth = world.client({ baseURL: cdn.url });
      await expectHonest(await auth.fetch('/3/movie/550'));
      await world.signIn(auth);
      await expectHonest(await auth.fetch('/3/movie/550'));
      await expectHonest(await auth.fetch('/3/movie/550/account_states'));
    },
  );
});

test('a response of auth.fetch can be read, cloned and passed on as a Response', async () => {
  const { handler } = await createPackedSite('gzip');
  const response = await handler.fetch(new Request(ORIGIN), '/3/movie/550');
  const copy = new Response(response.clone().body, response);
  expect((await copy.json()).id).toBe((await response.json()).id);
  expect(new URL(response.url).searchParams.has('session_id')).toBe(false);
});
