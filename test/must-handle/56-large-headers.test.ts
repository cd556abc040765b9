// nextjs-auth0#772: The cookies of one answer were larger than the buffer a proxy has for its headers, and users saw a 502.
// Here: The head of every answer of a sign-in, and the cookies a browser sends back, fit in 4 kB with the longest address and names.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, test } from 'vitest';
import type { AuthHandlerOptions } from '../../src/platforms/server/index.ts';
import { listen } from '../core/servers.ts';
import { memoryStore } from '../server/attacks/support.ts';
import { createSite, ORIGIN } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';

/** nginx's `proxy_buffer_size` where a memory page has 4 kB. */
const BUFFER = 4_096;

/** The longest encoded `returnTo` that is accepted, in each of TMDB's API versions. */
const LONGEST = { 3: 800, 4: 400 };

/** A path of this site. Its encoded address has exactly that length. */
const pathOf = (encoded: number) => `/${'x'.repeat(encoded - encodeURIComponent(`${ORIGIN}/`).length)}`;

/** The address TMDB returns to: v3 has it in the URL, v4 in the token. */
function redirectIn(approval: URL): URL {
  const [, claims = ''] = tokenIn(approval).split('.');
  const address =
    approval.searchParams.get('redirect_to') ??
    JSON.parse(Buffer.from(claims, 'base64url').toString()).redirect_to;
  return new URL(address);
}

interface Answer {
  status: number;
  /** Status line and headers as sent, in bytes. */
  head: number;
  location: string | null;
  body: string;
}

/** A browser that counts bytes, in front of a real HTTP server. */
async function createWire(url: string) {
  const cookies = new Map<string, string>();
  const { hostname, port } = new URL(url);
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  const send = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body = '',
  ): Promise<Answer> => {
    const sent = {
      host: new URL(ORIGIN).host,
      connection: 'close',
      accept: 'text/html',
      ...(cookies.size > 0 && { cookie: cookie() }),
      ...(body && {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': `${body.length}`,
      }),
      ...headers,
    };
    const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
      });
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', reject);
      socket.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1');
        const head = text.slice(0, text.indexOf('\r\n\r\n') + 4);
        for (const [, name = '', value = '', rest = ''] of head.matchAll(
          /^set-cookie: ([^=]+)=([^;]*)(.*)\r$/gim,
        )) {
          if (rest.includes('Max-Age=0')) cookies.delete(name);
          else cookies.set(name, value);
        }
        resolve({
          status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
          head: head.length,
          location: /^location: (.*)\r$/im.exec(head)?.[1] ?? null,
          body: text.slice(head.length),
        });
      });
    });
  };
  return { send, cookie };
}

const NAMES: Record<string, string> = {
  lions: '🦁'.repeat(2_000),
  'Japanese letters': 'あ'.repeat(2_000),
  'control characters': '\u0001'.repeat(2_000),
  quotes: '"\\'.repeat(2_000),
};

async function createWireSite(options: Partial<AuthHandlerOptions>, name: string) {
  const users = [{ username: name, password: 'pw', name, avatarPath: `/${'a'.repeat(95)}.jpg` }];
  const site = await createSite(options, { users });
  const url = await listen(createServer(getRequestListener(site.instance(), { hostname: 'films.example' })));
  return { site, wire: await createWire(url) };
}

const PLACES: [string, () => Partial<AuthHandlerOptions>][] = [
  ['in cookies', () => ({})],
  ['in a store', () => ({ store: memoryStore() })],
];

const FROM_HERE = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
const FORM = { ...FROM_HERE, 'sec-fetch-dest': 'document' };

describe.each([3, 4] as const)('a sign-in with v%i', (apiVersion) => {
  describe.each(PLACES)('records %s', (_, options) => {
    test.each(Object.keys(NAMES))(
      'no answer of a sign-in is too large for a guest with the longest returnTo and a name of %s',
      async (name) => {
        const { site, wire } = await createWireSite({ apiVersion, ...options() }, NAMES[name] as string);
        const heads: Record<string, number> = {};
        const ask = async (what: string, ...request: Parameters<typeof wire.send>) => {
          const answer = await wire.send(...request);
          heads[what] = answer.head;
          return answer;
        };
        const path = pathOf(LONGEST[apiVersion]);
        const returnTo = `returnTo=${encodeURIComponent(path)}`;

        await ask('guest', 'POST', '/auth/guest', FROM_HERE, returnTo);
        const form = await ask('login by a form', 'POST', '/auth/login', FORM, returnTo);
        expect(form.status).toBe(200);
        await ask('cancel', 'POST', '/auth/cancel', FROM_HERE, returnTo);
        const login = await ask('login by a link', 'GET', `/auth/login?${returnTo}`, {});
        expect(login.status).toBe(303);
        expect(wire.cookie().length).toBeLessThan(BUFFER);

        const approval = new URL(login.location ?? '');
        const token = tokenIn(approval);
        site.tmdb.approve(token);
        const query = apiVersion === 3 ? `&request_token=${token}&approved=true` : '';
        const callback = await ask('callback', 'GET', `/auth/callback?${returnTo}${query}`, {
          'sec-fetch-site': 'cross-site',
        });
        // The address was the longest that is accepted.
        expect(callback.location).toBe(ORIGIN + path);
        expect(wire.cookie().length).toBeLessThan(BUFFER);

        const session = await ask('session', 'GET', '/auth/session', { accept: 'application/json' });
        expect(session.body).toContain('"status":"user"');
        await ask('verify', 'POST', '/auth/verify', FROM_HERE, returnTo);
        await ask('login again', 'GET', `/auth/login?${returnTo}`, {});
        expect(wire.cookie().length).toBeLessThan(BUFFER);
        await ask('logout', 'POST', '/auth/logout', FROM_HERE, returnTo);
        expect(site.tmdb.sessions()).toEqual([]);

        const tooLarge = Object.entries(heads).filter(([, bytes]) => bytes >= BUFFER);
        expect(tooLarge).toEqual([]);
      },
    );
  });

  test('an address that is one character longer is left out', async () => {
    const { site, wire } = await createWireSite({ apiVersion }, 'sandra');
    const path = `${pathOf(LONGEST[apiVersion])}x`;
    const login = await wire.send('GET', `/auth/login?returnTo=${encodeURIComponent(path)}`, {});
    expect(login.head).toBeLessThan(BUFFER);
    const back = redirectIn(new URL(login.location ?? ''));
    expect(back.searchParams.get('returnTo')).toBe(`${ORIGIN}/`);
    expect(site.tmdb.tokens()).toHaveLength(1);
  });
});

test('the page about a sign-in of another browser is small enough', async () => {
  const { wire } = await createWireSite({}, 'sandra');
  const returnTo = encodeURIComponent(pathOf(LONGEST[3]));
  const path = `/auth/callback?returnTo=${returnTo}&request_token=${'0'.repeat(40)}&approved=true`;
  const page = await wire.send('GET', path, { 'sec-fetch-site': 'cross-site' });
  expect(page.status).toBe(400);
  expect(page.head).toBeLessThan(BUFFER);
});
