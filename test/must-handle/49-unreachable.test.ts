// Redential/redential-cli#83, jurialmunkey/plugin.video.themoviedb.helper#1216, elgatito/plugin.video.elementum#1027: TMDB was out of reach for one of many reasons (a blocked name, a proxy, the certificate of a company), and the same sentence was said of all.
// Here: In Node the message says which it is, by the error's code and the host of baseURL, and what to do. Nothing else of the error or the request is shown.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { type Env, resultOf } from '../cli/run.ts';
import { start, startSource } from '../node/processes.ts';
import { type Program, programOf as runtimeOf, Unavailable } from '../runtimes/programs/program-of.ts';
import { freePort } from '../support/free-port.ts';
import { programOf } from '../support/program.ts';

const LIMIT = { timeout: 60_000 };
const KEY = '0123456789abcdef0123456789abcdef';
const MAIN = 'src/tools/cli/main.ts';

/** A TMDB at `https://tmdb.invalid`, a name that only the proxy knows, and what was asked of the proxy. */
async function createBehindProxy(context: TestContext) {
  const { cert, key, text } = selfSigned(context, 'tmdb.invalid');
  const tmdb = createServer({ key, cert: text }, (_, response) => response.end('{"success":true}'));
  const target = await listen(context, tmdb);
  const asked: string[] = [];
  const proxy = createHttpServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onwards = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onwards).pipe(socket);
    });
    for (const each of [socket, onwards]) each.on('error', () => {});
  });
  const HTTPS_PROXY = `http://127.0.0.1:${await listen(context, proxy)}`;
  const env = { HOME: '/nonexistent', TMDB_API_KEY: KEY, TMDB_BASE_URL: 'https://tmdb.invalid' };
  return { asked, env: { ...env, NODE_EXTRA_CA_CERTS: cert, HTTPS_PROXY } };
}

/** Runs `check` in that runtime, or skips the test where it is not installed. */
async function checkIn(context: TestContext, runtime: Program, env: Env) {
  try {
    return await resultOf(start(context, runtimeOf(runtime), [programOf(MAIN), 'check'], env));
  } catch (error) {
    if (error instanceof Unavailable) return context.skip(error.message);
    throw error;
  }
}

/** How `check` ends, and that it shows no secret. */
async function check(context: TestContext, TMDB_BASE_URL: string, env: Env = {}) {
  const given = { HOME: '/nonexistent', TMDB_API_KEY: KEY, TMDB_BASE_URL, ...env };
  const { code, stderr } = await resultOf(startSource(context, MAIN, ['check'], given));
  context.expect(code).toBe(1);
  context.expect(stderr).toMatch(/^✗ TMDB could not be reached.*\(network\)\n$/);
  context.expect(stderr).not.toMatch(/api_key|\/3\/|fetch failed/);
  context.expect(stderr).not.toContain(KEY);
  return stderr;
}

/** A server on a free port of this machine, until the end of the test. */
async function listen(context: TestContext, server: Server): Promise<number> {
  context.onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

/** A key and a certificate for that name that it has signed itself. */
function selfSigned(context: TestContext, name = 'localhost') {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-tls-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const what = ['-keyout', key, '-out', cert, '-days', '1', '-subj', `/CN=${name}`];
  const names = ['-addext', `subjectAltName=DNS:${name}`];
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...what, ...names], {
      stdio: 'ignore',
    });
  } catch {
    return context.skip('no openssl here');
  }
  return { cert, key: readFileSync(key), text: readFileSync(cert) };
}

describe.concurrent('a TMDB that cannot be reached', LIMIT, () => {
  test('a name that leads nowhere is told with the name', async (context) => {
    expect(await check(context, 'https://tmdb.invalid')).toMatch(
      /(the name tmdb\.invalid leads nowhere|this machine is offline) \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  test('a refused connection is told with the host', async (context) => {
    const host = `localhost:${await freePort()}`;
    const said = await check(context, `http://${host}`);
    expect(said).toContain(`${host} refused the connection (ECONNREFUSED)`);
  });

  test('a connection that is cut is told with the host', async (context) => {
    const port = await listen(
      context,
      createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy())),
    );
    const said = await check(context, `http://127.0.0.1:${port}`);
    expect(said).toMatch(/the connection to 127\.0\.0\.1:\d+ was cut \((ECONNRESET|UND_ERR_SOCKET)\)/);
  });

  test('a certificate of an unknown issuer is told with NODE_EXTRA_CA_CERTS, which helps', async (context) => {
    const { cert, key, text } = selfSigned(context);
    const server = createServer({ key, cert: text }, (_, response) => response.end('{"success":true}'));
    const baseURL = `https://localhost:${await listen(context, server)}`;
    const said = await check(context, baseURL);
    expect(said).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(said).toContain('set NODE_EXTRA_CA_CERTS');
    const env = {
      HOME: '/nonexistent',
      TMDB_API_KEY: KEY,
      TMDB_BASE_URL: baseURL,
      NODE_EXTRA_CA_CERTS: cert,
    };
    expect((await resultOf(startSource(context, MAIN, ['check'], env))).code).toBe(0);
  });

  test('an answer without TLS is told as that', async (context) => {
    const port = await listen(
      context,
      createHttpServer((_, response) => response.end()),
    );
    expect(await check(context, `https://localhost:${port}`)).toMatch(/without TLS \((ERR_SSL_|EPROTO)/);
  });

  test('a proxy that is set and ignored is told by its variable alone', async (context) => {
    const proxy = `http://user:hunter2@127.0.0.1:${await freePort()}`;
    for (const name of ['HTTPS_PROXY', 'https_proxy']) {
      const said = await check(context, 'https://tmdb.invalid', { [name]: proxy });
      expect(said).toContain(`${name} names a proxy`);
      expect(said).toContain('NODE_USE_ENV_PROXY=1');
      expect(said).not.toContain('hunter2');
    }
    const spared = await check(context, 'https://tmdb.invalid', {
      HTTPS_PROXY: proxy,
      NO_PROXY: 'a.test, .invalid',
    });
    expect(spared).not.toContain('proxy');
  });
});

describe.concurrent('a forward proxy', LIMIT, () => {
  test('Node 24 goes by it once the message has been followed', async (context) => {
    const { asked, env } = await createBehindProxy(context);
    const ignored = await checkIn(context, 'node-24', env);
    expect(ignored.stderr).toContain(
      'HTTPS_PROXY names a proxy, which Node ignores: set NODE_USE_ENV_PROXY=1.',
    );
    expect(asked).toEqual([]);
    const used = await checkIn(context, 'node-24', { ...env, NODE_USE_ENV_PROXY: '1' });
    expect([used.code, used.stdout]).toEqual([0, 'TMDB accepts this credential\n']);
    expect(asked).toEqual(['tmdb.invalid:443']);
  });

  test('one that is used and does not answer is told by its variable', async (context) => {
    const { env } = await createBehindProxy(context);
    const HTTPS_PROXY = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await checkIn(context, 'node-24', {
      ...env,
      HTTPS_PROXY,
      NODE_USE_ENV_PROXY: '1',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('through the proxy that HTTPS_PROXY names (ECONNREFUSED)');
  });
});
