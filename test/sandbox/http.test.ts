import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { FAILURES, HOUR, START, sandboxForTest } from './helpers.ts';

/** Sends the path unchanged, as fetch resolves `..` itself. */
function rawStatus(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('CORS', () => {
  it('answers a preflight for Authorization, Content-Type and DELETE without a credential', async () => {
    const { sandbox } = await sandboxForTest();
    const { status, headers } = await fetch(`${sandbox.baseURL}/3/authentication/session`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'DELETE' },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(headers.get('access-control-allow-headers')).toContain('Authorization, Content-Type');
    expect(sandbox.requests).toEqual([]);
  });

  it('is open on every answer of the API, failures included', async () => {
    const { api } = await sandboxForTest();
    for (const [call, headers] of [
      ['GET /authentication'],
      ['GET /nowhere'],
      ['GET /account', {}],
    ] as const) {
      expect((await api(call, undefined, headers)).headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});

describe('a path', () => {
  it('is decoded once, with .. resolved', async () => {
    const { sandbox } = await sandboxForTest();
    const headers = { authorization: `Bearer ${sandbox.accessToken}` };
    const status = (path: string) => rawStatus(sandbox.url, path, headers);
    expect(await status('/3/movie/550')).toBe(200);
    expect(await status('/3/movie/1/../550')).toBe(200);
    expect(await status('/3/movie/1%2F..%2F550')).toBe(200);
    expect(await status('/3/nowhere/%2e%2e/movie/%35%35%30')).toBe(200);
    expect(await status('/3/movie/1%252F..%252F550')).toBe(404);
    expect(await status('/3/%zz')).toBe(404);
    expect(sandbox.requests.slice(0, 5).map(({ path }) => path)).toEqual([
      '/3/movie/550',
      '/3/movie/550',
      '/3/movie/550',
      '/3/movie/550',
      '/3/movie/1%2F..%2F550',
    ]);
  });

  it('gets 404/34 when it is unknown, in any version', async () => {
    const { sandbox, api } = await sandboxForTest();
    for (const call of ['GET /nowhere', 'PUT /account', 'POST /account', 'GET /authentication/session']) {
      const reply = await api(call);
      expect([call, reply.status, reply.body]).toEqual([call, 404, FAILURES[34]]);
    }
    for (const path of ['/4/nowhere', '/4/auth/request_token', '/4/movie/550']) {
      const v4 = await fetch(sandbox.baseURL + path, {
        headers: { authorization: `Bearer ${sandbox.accessToken}` },
      });
      expect([path, v4.status, await v4.json()]).toEqual([path, 404, FAILURES[34]]);
    }
  });

  it('outside of the API gets a page', async () => {
    const { sandbox } = await sandboxForTest();
    for (const path of [
      '/authenticate',
      '/authenticate/x/y',
      '/authenticate/x/allow/z',
      '/auth',
      '/auth/access/x',
      '/auth/access/allow/z',
    ]) {
      const response = await fetch(sandbox.url + path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get('content-type')).toBe('text/html;charset=utf-8');
    }
  });
});

describe('a body', () => {
  const tooLong = JSON.stringify({ request_token: 'x'.repeat(64 * 1024) });

  it.each([['{"request_token":'], ['[]'], ['"text"'], ['null'], ['request_token=x'], [tooLong]])(
    'that is too long or not a JSON object gets 400/47: %.20s',
    async (body) => {
      const { api } = await sandboxForTest();
      const reply = await api('POST /authentication/session/new', body);
      expect([reply.status, reply.body]).toEqual([
        400,
        { success: false, status_code: 47, status_message: 'The input is not valid.' },
      ]);
      expect((await api('GET /authentication')).status).toBe(200);
    },
  );

  it('may be left out', async () => {
    const { api } = await sandboxForTest();
    expect((await api('POST /authentication/session/new')).body).toEqual(FAILURES[17]);
  });
});

describe('the sandbox clock', () => {
  it('is in the Date header, also of the approval page', async () => {
    const { sandbox, api } = await sandboxForTest();
    expect((await api('GET /authentication')).headers.get('date')).toBe('Sun, 10 Mar 2024 12:34:56 GMT');
    sandbox.clock.advance(HOUR);
    expect((await fetch(sandbox.url)).headers.get('date')).toBe('Sun, 10 Mar 2024 13:34:56 GMT');
    sandbox.clock.set(Date.UTC(2030, 0, 1));
    expect((await api('GET /authentication')).headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('runs on with its source after it was set', async () => {
    let source = START;
    const { sandbox } = await sandboxForTest({ now: () => source });
    sandbox.clock.set(1000);
    source += 5;
    expect(sandbox.clock.now()).toBe(1005);
    sandbox.clock.advance(-5);
    expect(sandbox.clock.now()).toBe(1000);
  });
});

describe('the log of requests', () => {
  it('lists them in order, without secrets', async () => {
    const { sandbox, api, newToken, newGuest } = await sandboxForTest();
    const token = await newToken();
    await fetch(`${sandbox.webURL}/authenticate/${token}?redirect_to=http%3A%2F%2Fx%2F`);
    sandbox.approve(token);
    const session_id = (await api('POST /authentication/session/new', { request_token: token })).body
      .session_id;
    const guest = await newGuest();
    await api(`GET /guest_session/${guest}/rated/movies`);
    await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 3 });
    await api(`GET /account?api_key=${sandbox.apiKey}&session_id=${session_id}`, undefined, {});
    await api(`GET /account/${session_id}`);
    await api('DELETE /authentication/session', { session_id });
    const at = START;
    const plain = {
      kind: 'api',
      method: 'GET',
      status: 200,
      open: false,
      held: false,
      at,
      bearer: 'app',
      hasSession: false,
      hasGuest: false,
    };
    expect(sandbox.requests).toEqual([
      { ...plain, path: '/3/authentication/token/new' },
      { ...plain, kind: 'web', bearer: null, path: '/authenticate/:request_token' },
      { ...plain, method: 'POST', path: '/3/authentication/session/new' },
      { ...plain, path: '/3/authentication/guest_session/new' },
      { ...plain, path: '/3/guest_session/:guest_session_id/rated/movies', hasGuest: true },
      { ...plain, method: 'POST', path: '/3/movie/550/rating', status: 201, hasGuest: true },
      { ...plain, bearer: null, path: '/3/account', hasSession: true },
      { ...plain, path: '/3/account/:secret' },
      { ...plain, method: 'DELETE', path: '/3/authentication/session', hasSession: true },
    ]);
    const everything = JSON.stringify([
      sandbox.requests,
      sandbox.sessions(),
      sandbox.guests(),
      sandbox.tokens(),
    ]);
    for (const secret of [token, session_id, guest, sandbox.apiKey, sandbox.accessToken]) {
      expect(everything).not.toContain(secret);
    }
    sandbox.resetRequests();
    expect(sandbox.requests).toEqual([]);
    await api('POST /list', { guest_session_id: guest });
    expect(sandbox.requests).toMatchObject([{ path: '/3/list', status: 401, hasGuest: true }]);
  });
});

describe('a sandbox', () => {
  it('listens on 127.0.0.1 only, with one host in all URLs', async () => {
    const { sandbox } = await sandboxForTest();
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect([sandbox.baseURL, sandbox.webURL]).toEqual([sandbox.url, sandbox.url]);
  });

  it('rejects when the port is taken', async () => {
    const { sandbox } = await sandboxForTest();
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('takes the port it is given, again after it was closed', async () => {
    const first = await startSandbox();
    await fetch(first.url);
    await first.close();
    await expect(fetch(first.url)).rejects.toThrow('fetch failed');
    await first.close();
    const port = Number(new URL(first.url).port);
    const { sandbox } = await sandboxForTest({ port });
    expect(sandbox.url).toBe(first.url);
  });

  it('prints nothing and lets the process end, whatever is under way', async () => {
    const script = `
      import { startSandbox } from './src/tools/sandbox/index.ts';
      const sandbox = await startSandbox();
      sandbox.faults.add({ kind: 'hang', times: 20 });
      sandbox.faults.add({ kind: 'latency', ms: 600_000, times: 20 });
      const calls = Array.from({ length: 40 }, () => fetch(sandbox.url + '/3/account').catch(() => {}));
      while (sandbox.requests.length < 40) await new Promise((resolve) => setTimeout(resolve, 5));
      await sandbox.close();
      await Promise.all(calls);
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    expect(await promisify(execFile)(process.execPath, args)).toEqual({ stdout: '', stderr: '' });
  });

  it('closes without waiting for a request that is only partly sent', async () => {
    const { sandbox } = await sandboxForTest();
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    const cut = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    socket.write('POST /3/list HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
    await expect.poll(() => sandbox.requests).toHaveLength(1);
    await sandbox.close();
    await cut;
    expect(sandbox.requests[0]?.status).toBe(0);
  });

  it('closes itself at the end of an await using block', async () => {
    const sandbox = await startSandbox();
    await sandbox[Symbol.asyncDispose]();
    await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
  });
});
