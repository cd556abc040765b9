import { describe, expect, test } from 'vitest';
import { startViewer } from '../../src/tools/inspect/node/index.ts';
import { quiet, uncaughtDuring } from '../core/helpers.ts';
import { until } from '../node/processes.ts';
import {
  APP,
  answers,
  ask,
  EVIL,
  enter,
  expectAlive,
  handshake,
  openViewer,
  portOf,
  saying,
  textOf,
  watch,
  wire,
} from './helpers.ts';

describe('the viewer’s pages', () => {
  test('receive each client’s messages by its number, in order', async () => {
    const viewer = await openViewer();
    const pages = await Promise.all([watch(viewer), watch(viewer)]);
    const one = await enter(viewer.socketUrl);
    const other = await enter(viewer.socketUrl);
    const count = 50;
    for (let round = 0; round < count; round++) {
      one.send(saying(`one ${round}`));
      other.send(saying(`other ${round}`));
    }
    for (const page of pages) {
      await page.has(2 * count);
      const [first = 0, second = 0] = page.clients();
      expect(page.clients()).toHaveLength(2);
      const told = [first, second].map((client) =>
        page
          .lines()
          .filter((line) => line.client === client)
          .map(textOf),
      );
      for (const [at, texts] of told.entries()) {
        const who = texts[0]?.startsWith('one') ? 'one' : 'other';
        expect(texts, `${at}`).toEqual(Array.from({ length: count }, (_, round) => `${who} ${round}`));
      }
    }
  });

  test('receive everything so far when they come late, and then all new messages', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const one = await enter(viewer.socketUrl);
    one.send(saying('one'));
    one.send(saying('two'));
    const other = await enter(viewer.socketUrl);
    other.send(saying('three'));
    await early.has(3);
    other.socket.close();
    await early.hears((lines) => lines.map(textOf).includes('gone'), 'the end');
    const late = await watch(viewer);
    await late.has(4);
    const said = (client: number) =>
      late
        .lines()
        .filter((line) => line.client === client)
        .map(textOf);
    expect([said(1), said(2)]).toEqual([
      ['one', 'two'],
      ['three', 'gone'],
    ]);
    one.send(saying('four'));
    await late.has(5);
    expect(textOf(late.lines()[4] as never)).toBe('four');
    expect(late.isGone(1)).toBe(false);
  });

  test('disturb no other page when they leave', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const leaving = await enter(`${viewer.socketUrl}/watch`, { origin: viewer.url });
    const client = await enter(viewer.socketUrl);
    client.send(saying('one'));
    await page.has(1);
    leaving.socket.terminate();
    client.send(saying('two'));
    await page.has(2);
    client.send(saying('three'));
    await page.has(3);
  });

  test('receive the first message and the last 500 of a client with many', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const client = await enter(viewer.socketUrl);
    for (let round = 0; round < 1_200; round++) client.send(saying(`${round}`));
    await early.has(1_200);
    const late = await watch(viewer);
    await late.has(501);
    client.send(saying('now'));
    await late.hears((lines) => textOf(lines.at(-1) as never) === 'now', 'the present message');
    const told = late.lines().map(textOf);
    expect(told).toHaveLength(502);
    expect(told.slice(0, 3)).toEqual(['0', '700', '701']);
    expect(told.at(-2)).toBe('1199');
  });

  test('receive the last 10 clients that are gone, and all that live', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const living = await Promise.all(Array.from({ length: 12 }, () => enter(viewer.socketUrl)));
    for (const client of living) client.send(saying('alive'));
    await early.has(12);
    for (let round = 0; round < 25; round++) {
      const client = await enter(viewer.socketUrl);
      client.send(saying(`short ${round}`));
      client.socket.close();
      await early.has(12 + 2 * (round + 1));
    }
    const late = await watch(viewer);
    await late.has(12 + 2 * 10);
    await quiet();
    const told = late.lines().map(textOf);
    expect(told.filter((text) => text === 'alive')).toHaveLength(12);
    expect(told.filter((text) => text.startsWith('short'))).toEqual(
      Array.from({ length: 10 }, (_, round) => `short ${round + 15}`),
    );
  });

  test('receive no more than 10 clients even if many left at once', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const clients = await Promise.all(Array.from({ length: 20 }, () => enter(viewer.socketUrl)));
    for (const client of clients) client.send(saying('hello'));
    await early.has(20);
    for (const { socket } of clients) socket.close();
    await early.has(40);
    const late = await watch(viewer);
    await late.has(20);
    await quiet();
    expect(late.clients()).toHaveLength(10);
  });

  test('do not receive a client that sent nothing, and it takes no other client’s place', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const client = await enter(viewer.socketUrl);
    client.send(saying('I was here'));
    client.socket.close();
    await early.has(2);
    for (let round = 0; round < 12; round++) {
      const silent = await enter(viewer.socketUrl);
      silent.socket.close();
      await until(
        () => silent.closeCode() !== null,
        () => 'the end',
      );
    }
    await expectAlive(viewer);
    const late = await watch(viewer);
    await late.hears((lines) => lines.map(textOf).includes('still here'), 'the last client');
    const told = late.lines().map(textOf);
    expect(told).toContain('I was here');
    expect(late.clients().filter((one) => late.messages(one).length === 0)).toEqual([]);
  });
});

describe('the viewer’s server', () => {
  test('serves a page that can do nothing but run its own script, framed by the allowed origins only', async () => {
    const other = 'https://app.example';
    const viewer = await openViewer({ allow: [APP, other] });
    const { status, headers, body } = await ask(viewer, '/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<script type="module" src="/page.js">');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        `frame-ancestors 'self' ${APP} ${other}`,
        "base-uri 'none'",
        "form-action 'none'",
      ]),
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    const own = await ask(await openViewer(), '/?any=thing');
    expect(
      String(own.headers['content-security-policy'])
        .split('; ')
        .map((rule) => rule.trim()),
    ).toContain("frame-ancestors 'self'");
  });

  test('serves the page’s script, which imports nothing', async () => {
    const { status, headers, body } = await ask(await openViewer(), '/page.js');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain('tmdb-auth inspect');
    expect(body).not.toMatch(/\b(import|export)\b\s*[{(*'"]/);
  });

  test.each([
    '/package.json',
    '/src/tools/cli/main.js',
    '/src/index.js',
    '/src/record/vault.js',
    '/src/tools/inspect/node/index.js',
    '/src/tools/inspect/node/start-viewer.js',
    '/src/tools/inspect/viewer.d.ts',
    '/src/tools/inspect/viewer.ts',
    '/src/tools/inspect',
    '/src/tools/inspect/',
    '/src/tools/inspect/page/',
    '/src/tools/inspect/page/main.js',
    '/parts/parse.js',
    '/machines/index.js',
    '/machines',
    '/src/tools/inspect/../cli/main.js',
    '/src/tools/inspect/../../../package.json',
    '/src/tools/inspect/%2e%2e/cli/main.js',
    '/src/tools/inspect/..%2fcli/main.js',
    '/src/tools/inspect/..%2fcli%2fmain.js',
    '/src/tools/inspect/%2e%2e%2fcli%2fmain.js',
    '/src/tools/inspect/..\\cli\\main.js',
    '/src/tools/inspect/..%5ccli%5cmain.js',
    '/src/tools/inspect/.%2e/cli/main.js',
    '/src/tools/inspect/....//cli/main.js',
    '/../src/tools/cli/main.js',
    '/../../../../../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/page.js%00',
    '/page.js/',
    '/dist/src/tools/inspect/page/main.js',
    '/src/tools/inspect/page/../../../../package.json',
    '/%',
    '/watch',
    '/favicon.ico',
  ])('does not serve %s', async (path) => {
    const { status, body } = await ask(await openViewer(), path);
    expect(status).toBe(404);
    expect(body).toBe('Nothing here.');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('does not answer %s', async (method) => {
    const viewer = await openViewer({ allow: [APP] });
    for (const path of ['/', '/page.js']) {
      const { status, headers } = await ask(viewer, path, { method });
      expect(status).toBe(404);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  // Any web page can make a browser request these.
  test.each(['//', '///', '//:0/', '//[', 'http://[/', '*'])(
    'answers the invalid address %s with 404 and keeps running',
    async (path) => {
      const viewer = await openViewer();
      for (const host of [`127.0.0.1:${portOf(viewer)}`, 'rebound.test'])
        expect((await ask(viewer, path, { host })).status).toBe(404);
      await expectAlive(viewer);
    },
  );
});

describe('the viewer', () => {
  test('does not start when its port is in use', async () => {
    const viewer = await openViewer();
    await expect(startViewer({ port: portOf(viewer) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expectAlive(viewer);
  });

  test('has addresses that lead to it', async () => {
    const viewer = await openViewer();
    expect(viewer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(viewer.socketUrl).toBe(viewer.url.replace('http', 'ws'));
    expect((await fetch(viewer.url)).status).toBe(200);
  });

  test('ends all open connections with close(), and frees the port', async () => {
    const viewer = await openViewer();
    const client = await enter(viewer.socketUrl);
    const page = await enter(`${viewer.socketUrl}/watch`);
    const silent = await wire(viewer, '');
    const slow = await wire(viewer, 'GET / HT');
    client.send(saying('x'));
    await until(
      () => page.texts.length > 0,
      () => 'a message',
    );
    await viewer.close();
    await until(
      () => client.closeCode() !== null && page.closeCode() !== null,
      () => 'the ends of the sockets',
    );
    expect(await answers('127.0.0.1', portOf(viewer))).toBe(false);
    await viewer.close();
    silent.connection.destroy();
    slow.connection.destroy();
    const next = await openViewer({ port: portOf(viewer) });
    expect(next.url).toBe(viewer.url);
  });

  test('closes without waiting for a refused client that does not hang up', async () => {
    const viewer = await startViewer({ port: 0 });
    const stubborn = await wire(viewer, handshake(viewer, EVIL));
    await until(
      () => stubborn.heard().includes('403'),
      () => 'the refusal',
    );
    let isClosed = false;
    void viewer.close().then(() => {
      isClosed = true;
    });
    await quiet(200);
    stubborn.connection.destroy();
    expect(isClosed).toBe(true);
  });

  test('goes on after a refused client reset the connection', async () => {
    const viewer = await openViewer();
    const errors = await uncaughtDuring(async () => {
      for (let round = 0; round < 5; round++) {
        const { connection, heard } = await wire(viewer, handshake(viewer, EVIL));
        await until(
          () => heard().includes('403'),
          () => 'the refusal',
        );
        connection.resetAndDestroy();
        await quiet();
      }
    });
    expect(errors).toEqual([]);
    await expectAlive(viewer);
  });

  test('goes on after a client or a page reset the connection', async () => {
    const viewer = await openViewer();
    const errors = await uncaughtDuring(async () => {
      for (const path of ['/', '/watch']) {
        const text = handshake(viewer, viewer.url).replace('GET /', `GET ${path}`);
        const { connection, heard } = await wire(viewer, text);
        await until(
          () => heard().includes('101'),
          () => 'the handshake',
        );
        connection.resetAndDestroy();
        await quiet();
      }
    });
    expect(errors).toEqual([]);
    await expectAlive(viewer);
  });
});
