// Redential/redential-cli#83, jurialmunkey/plugin.video.themoviedb.helper#1216, elgatito/plugin.video.elementum#1027: TMDB was unreachable for one of many reasons (a blocked name, a proxy, a company's certificate), and the message was the same for all.
// Here: In Node the message names the cause, by the error's code and the host of baseURL, and what to do. It shows nothing else of the error or the request.
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

/**
 * TMDB at `https://tmdb.invalid`, a name that only the proxy resolves, and the requests that reached the
 * proxy.
 */
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

/** Runs `check` in that runtime, or skips the test if it is not installed. */
async function checkIn(context: TestContext, runtime: Program, env: Env) {
  try {
    return await resultOf(start(context, runtimeOf(runtime), [programOf(MAIN), 'check'], env));
  } catch (error) {
    if (error instanceof Unavailable) return context.skip(error.message);
    throw error;
  }
}

/** Runs `check`, expects it to fail without showing a secret, and resolves to its message. */
async function check(context: TestContext, TMDB_BASE_URL: string, env: Env = {}) {
  const given = { HOME: '/nonexistent', TMDB_API_KEY: KEY, TMDB_BASE_URL, ...env };
  const { code, stderr } = await resultOf(startSource(context, MAIN, ['check'], given));
  context.expect(code).toBe(1);
  context.expect(stderr).toMatch(/^✗ TMDB could not be reached.*\(network\)\n$/);
  context.expect(stderr).not.toMatch(/api_key|\/3\/|fetch failed/);
  context.expect(stderr).not.toContain(KEY);
  return stderr;
}

/** Runs a server on a free local port until the end of the test. */
async function listen(context: TestContext, server: Server): Promise<number> {
  context.onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

/** A key and a self-signed certificate for that name. */
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

describe.concurrent('check with an unreachable TMDB', LIMIT, () => {
  test('the message names a host name that does not resolve', async (context) => {
    expect(await check(context, 'https://tmdb.invalid')).toMatch(
      /(the name tmdb\.invalid does not resolve|this machine is offline) \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  test('the message names the host that refused the connection', async (context) => {
    const host = `localhost:${await freePort()}`;
    const said = await check(context, `http://${host}`);
    expect(said).toContain(`${host} refused the connection (ECONNREFUSED)`);
  });

  test('the message names the host that cut the connection', async (context) => {
    const port = await listen(
      context,
      createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy())),
    );
    const said = await check(context, `http://127.0.0.1:${port}`);
    expect(said).toMatch(/the connection to 127\.0\.0\.1:\d+ was cut \((ECONNRESET|UND_ERR_SOCKET)\)/);
  });

  test('the message for a certificate of an unknown issuer names NODE_EXTRA_CA_CERTS, which helps', async (context) => {
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

  test('the message says that the server answered without TLS', async (context) => {
    const port = await listen(
      context,
      createHttpServer((_, response) => response.end()),
    );
    expect(await check(context, `https://localhost:${port}`)).toMatch(/without TLS \((ERR_SSL_|EPROTO)/);
  });

  test('the message for a proxy that Node ignores names only its variable', async (context) => {
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
  test('Node 24 uses the proxy once the user has followed the message', async (context) => {
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

  test('the message for a proxy that does not answer names its variable', async (context) => {
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
