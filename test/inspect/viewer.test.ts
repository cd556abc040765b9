import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startViewer, type Viewer } from '../../src/inspect/node/index.ts';
import { quiet, uncaughtDuring } from '../core/helpers.ts';
import { until } from '../node/processes.ts';
import { ask, enter, handshake, knock, openViewer, portOf, saying, textOf, watch, wire } from './helpers.ts';

const APP = 'http://localhost:5173';
const EVIL = 'https://evil.test';
const MEGABYTE = 1 << 20;

/** Whether anybody answers there. */
const answers = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const connection = connect({ host, port });
    const end = (isThere: boolean) => {
      connection.destroy();
      resolve(isThere);
    };
    connection.on('connect', () => end(true));
    connection.on('error', () => end(false));
    connection.setTimeout(1_000, () => end(false));
  });

/** The viewer takes what a client says and shows it. */
async function expectAlive(viewer: Viewer) {
  const page = await watch(viewer);
  const client = await enter(viewer.socketUrl);
  client.send(saying('still here'));
  await page.hears((lines) => lines.map(textOf).includes('still here'), 'a message');
}

describe('who is let in', () => {
  test('only 127.0.0.1 is listened on', async () => {
    const viewer = await openViewer();
    const port = portOf(viewer);
    expect(await answers('127.0.0.1', port)).toBe(true);
    const others = Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one && one.family === 'IPv4' && !one.internal ? one.address : []));
    // All of 127/8 is this machine: who listens everywhere answers here.
    for (const host of ['127.0.0.2', '::1', ...others]) expect(await answers(host, port), host).toBe(false);
  });

  test('a name that somebody points at this machine gets nothing, neither page nor socket', async () => {
    const refused: string[] = [];
    const viewer = await openViewer({ allow: [APP], onRefused: (origin) => refused.push(origin) });
    const port = portOf(viewer);
    for (const host of [
      `rebound.test:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      `127.0.0.1.evil.test:${port}`,
    ]) {
      for (const path of ['/', '/src/inspect/viewer.js']) {
        const { status, body } = await ask(viewer, path, { host });
        expect(status, `${host}${path}`).toBe(404);
        expect(body).not.toContain('script');
      }
      for (const path of ['/', '/watch'])
        for (const origin of [undefined, `http://${host}`, APP])
          expect(
            await knock(`${viewer.socketUrl}${path}`, { headers: { host }, ...(origin && { origin }) }),
          ).toBe(403);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`])
      expect(await ask(viewer, '/', { host })).toMatchObject({ status: 200 });
    expect(refused).toContain(`http://rebound.test:${port}`);
    expect(refused).toContain('unknown');
  });

  test('a page of an origin that is not allowed is refused, and the origin is told', async () => {
    const refused: string[] = [];
    const viewer = await openViewer({ allow: [APP], onRefused: (origin) => refused.push(origin) });
    const strangers = [
      EVIL,
      'http://localhost:5174',
      'https://localhost:5173',
      `${APP}.evil.test`,
      'null',
      '',
    ];
    for (const origin of strangers)
      for (const path of ['', '/watch'])
        expect(await knock(`${viewer.socketUrl}${path}`, { headers: { origin } }), origin).toBe(403);
    expect([...new Set(refused)]).toEqual(strangers);
    expect(refused).toHaveLength(2 * strangers.length);
  });

  test('an allowed page may show its client, and never watches others', async () => {
    const refused: string[] = [];
    const viewer = await openViewer({ allow: [`${APP}/`], onRefused: (origin) => refused.push(origin) });
    const page = await watch(viewer);
    const app = await enter(viewer.socketUrl, { origin: APP });
    app.send(saying('from the app'));
    await page.has(1);
    expect(page.lines().map(textOf)).toEqual(['from the app']);
    expect(await knock(`${viewer.socketUrl}/watch`, { origin: APP })).toBe(403);
    expect(refused).toEqual([APP]);
    // Other spellings of the path are no way around it: who gets in only speaks.
    for (const path of ['/watch?', '/watch/', '/%77atch', '//watch', '/./watch']) {
      const other = await knock(viewer.socketUrl + path, { origin: APP });
      if (typeof other === 'number') continue;
      app.send(saying('not for you'));
      await page.hears((lines) => lines.some((line) => textOf(line) === 'not for you'), 'the message');
      await quiet();
      expect(other.texts, path).toEqual([]);
    }
  });

  test('nobody is allowed unless told so', async () => {
    const viewer = await openViewer();
    expect(await knock(viewer.socketUrl, { origin: APP })).toBe(403);
    expect(await knock(viewer.socketUrl, { origin: 'null' })).toBe(403);
  });

  test('the viewer’s own page watches, by either of its names, and so does a program of this machine', async () => {
    const viewer = await openViewer();
    const local = `localhost:${portOf(viewer)}`;
    const pages = await Promise.all([
      watch(viewer, { origin: viewer.url }),
      watch(viewer, { origin: `http://${local}`, headers: { host: local } }),
      watch(viewer, {}),
    ]);
    const client = await enter(viewer.socketUrl);
    client.send(saying('hello'));
    for (const page of pages) await page.has(1);
    expect(
      await knock(`${viewer.socketUrl}/watch`, { origin: `https://${local}`, headers: { host: local } }),
    ).toBe(403);
    // One of its names is not the other's origin.
    expect(await knock(`${viewer.socketUrl}/watch`, { origin: `http://${local}` })).toBe(403);
  });

  test.each([
    'localhost:5173',
    'http://localhost:5173/app',
    'http://localhost:5173/?a=b',
    'http://localhost:5173/#a',
    'nonsense',
    'null',
    '*',
    '',
    'file:///tmp/page.html',
    'chrome-extension://abcdef',
  ])('%j is no origin, and it is said what one looks like', async (origin) => {
    const start = startViewer({ port: 0, allow: [APP, origin] });
    await expect(start).rejects.toThrow(TypeError);
    await expect(start).rejects.toThrow(
      `'${origin}' is not the origin of a page, e.g. http://localhost:5173`,
    );
  });
});

describe('what is said', () => {
  const NONSENSE = [
    'not JSON',
    '',
    '{"type":"@xstate.event"',
    'null',
    '5',
    '"@xstate.event"',
    '[]',
    '[{"type":"@xstate.event"}]',
    '{}',
    '{"type":5}',
    '{"type":null}',
    '{"type":["@xstate.event"]}',
    '{"type":"gone"}',
    '{"type":"xstate.event"}',
    '{"type":" @xstate.event"}',
    '{"type":"service.event"}',
    '{"__proto__":{"type":"@xstate.event"}}',
  ];

  test('nonsense is not passed on, nor does it end anything', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const [strange, good] = await Promise.all([enter(viewer.socketUrl), enter(viewer.socketUrl)]);
    for (const text of NONSENSE) strange.send(text);
    strange.socket.send(Buffer.from([0, 255, 1]), { binary: true });
    strange.send(saying('one thing of sense'));
    await page.has(1);
    good.send(saying('another'));
    await page.has(2);
    expect(page.lines().map(textOf)).toEqual(['one thing of sense', 'another']);
    expect(strange.closeCode()).toBeNull();
    expect((await watch(viewer)).texts.length).toBeLessThanOrEqual(2);
  });

  test('what is too large ends that socket and no other', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const [large, good] = await Promise.all([enter(viewer.socketUrl), enter(viewer.socketUrl)]);
    const frame = JSON.stringify(saying(''));
    large.send(saying('x'.repeat(MEGABYTE - frame.length)));
    await page.has(1);
    large.send(saying('x'.repeat(MEGABYTE - frame.length + 1)));
    await until(
      () => large.closeCode() !== null,
      () => 'the end of the socket',
    );
    expect(large.closeCode()).toBe(1009);
    good.send(saying('I am well'));
    await page.hears((lines) => lines.map(textOf).includes('I am well'), 'the other');
    expect(page.isGone(1)).toBe(true);
    expect(page.isGone(2)).toBe(false);
    expect(page.lines()).toHaveLength(3);
    await expectAlive(viewer);
  });

  test('what is no WebSocket frame, or no text, ends that socket and no other', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const good = await enter(viewer.socketUrl);
    good.send(saying('before'));
    await page.has(1);
    const broken = await wire(viewer, handshake(viewer, viewer.url));
    await until(
      () => broken.heard().includes('101'),
      () => 'the handshake',
    );
    broken.connection.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await new Promise((resolve) => broken.connection.once('end', resolve));
    const bad = await enter(viewer.socketUrl);
    bad.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    await until(
      () => bad.closeCode() !== null,
      () => 'the end of the socket',
    );
    expect(bad.closeCode()).toBe(1007);
    good.send(saying('after'));
    await page.hears((lines) => lines.map(textOf).includes('after'), 'the other');
    expect(good.closeCode()).toBeNull();
  });

  test('what a page that watches says is nothing to anybody', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const loud = await enter(`${viewer.socketUrl}/watch`, { origin: viewer.url });
    loud.send(saying('listen to me'));
    const client = await enter(viewer.socketUrl);
    client.send(saying('first'));
    await page.has(1);
    expect(page.lines().map(textOf)).toEqual(['first']);
  });
});

describe('what is shown', () => {
  test('each client by its number, in order, to every page', async () => {
    const viewer = await openViewer();
    const pages = await Promise.all([watch(viewer), watch(viewer)]);
    const one = await enter(viewer.socketUrl);
    const other = await enter(viewer.socketUrl);
    const count = 50;
    for (let turn = 0; turn < count; turn++) {
      one.send(saying(`one ${turn}`));
      other.send(saying(`other ${turn}`));
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
        expect(texts, `${at}`).toEqual(Array.from({ length: count }, (_, turn) => `${who} ${turn}`));
      }
    }
  });

  test('a page that comes late is told everything so far, and then what comes', async () => {
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

  test('a page that leaves hinders nobody', async () => {
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

  test('of a client that says much, the first message and the last 500 are kept', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const client = await enter(viewer.socketUrl);
    for (let turn = 0; turn < 1_200; turn++) client.send(saying(`${turn}`));
    await early.has(1_200);
    const late = await watch(viewer);
    await late.has(501);
    client.send(saying('now'));
    await late.hears((lines) => textOf(lines.at(-1) as never) === 'now', 'what is said now');
    const told = late.lines().map(textOf);
    expect(told).toHaveLength(502);
    expect(told.slice(0, 3)).toEqual(['0', '700', '701']);
    expect(told.at(-2)).toBe('1199');
  });

  test('of clients that are gone, the last 10 are kept, and those that live all', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const living = await Promise.all(Array.from({ length: 12 }, () => enter(viewer.socketUrl)));
    for (const client of living) client.send(saying('alive'));
    await early.has(12);
    for (let turn = 0; turn < 25; turn++) {
      const client = await enter(viewer.socketUrl);
      client.send(saying(`short ${turn}`));
      client.socket.close();
      await early.has(12 + 2 * (turn + 1));
    }
    const late = await watch(viewer);
    await late.has(12 + 2 * 10);
    await quiet();
    const told = late.lines().map(textOf);
    expect(told.filter((text) => text === 'alive')).toHaveLength(12);
    expect(told.filter((text) => text.startsWith('short'))).toEqual(
      Array.from({ length: 10 }, (_, turn) => `short ${turn + 15}`),
    );
  });

  test('clients that leave together are no more than 10 either', async () => {
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

  test('who connected and said nothing takes nobody’s place, and is not shown', async () => {
    const viewer = await openViewer();
    const early = await watch(viewer);
    const client = await enter(viewer.socketUrl);
    client.send(saying('I was here'));
    client.socket.close();
    await early.has(2);
    for (let turn = 0; turn < 12; turn++) {
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

describe('what is served', () => {
  test('the page, which may do nothing but run its own modules, framed by the allowed origins only', async () => {
    const other = 'https://app.example';
    const viewer = await openViewer({ allow: [APP, other] });
    const { status, headers, body } = await ask(viewer, '/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<script type="module" src="/src/inspect/page/main.js">');
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

  test.each([
    '/machines/index.js',
    '/machines/auth.view.js',
    '/src/inspect/viewer.js',
    '/src/inspect/moves.js',
    '/src/devtools/statechart.js',
  ])('%s', async (path) => {
    const { status, headers, body } = await ask(await openViewer(), path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toMatch(/export/);
  });

  test.each([
    '/package.json',
    '/src/cli/main.js',
    '/src/index.js',
    '/src/vault.js',
    '/src/inspect/node/index.js',
    '/src/inspect/node/start-viewer.js',
    '/src/inspect/viewer.d.ts',
    '/src/inspect/viewer.ts',
    '/src/inspect',
    '/src/inspect/',
    '/src/inspect/page/',
    '/src/inspect/nothing.js',
    '/machines',
    '/src/inspect/../cli/main.js',
    '/src/inspect/../../../package.json',
    '/src/inspect/%2e%2e/cli/main.js',
    '/src/inspect/..%2fcli/main.js',
    '/src/inspect/..%2fcli%2fmain.js',
    '/src/inspect/%2e%2e%2fcli%2fmain.js',
    '/src/inspect/..\\cli\\main.js',
    '/src/inspect/..%5ccli%5cmain.js',
    '/src/inspect/.%2e/cli/main.js',
    '/src/inspect/....//cli/main.js',
    '/../src/cli/main.js',
    '/../../../../../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/src/inspect/viewer.js%00',
    '/src/inspect/viewer.js/',
    '/dist/src/inspect/viewer.js',
    '/src/inspect/page/../../../../package.json',
    '/%',
    '/watch',
    '/favicon.ico',
  ])('not %s', async (path) => {
    const { status, body } = await ask(await openViewer(), path);
    expect(status).toBe(404);
    expect(body).toBe('Nothing here.');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('not to %s', async (method) => {
    const viewer = await openViewer({ allow: [APP] });
    for (const path of ['/', '/src/inspect/viewer.js']) {
      const { status, headers } = await ask(viewer, path, { method });
      expect(status).toBe(404);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  // Any web page can make a browser ask for these.
  test.each(['//', '///', '//:0/', '//[', 'http://[/', '*'])(
    'an address that is none, %s, is not found and harms nobody',
    async (path) => {
      const viewer = await openViewer();
      for (const host of [`127.0.0.1:${portOf(viewer)}`, 'rebound.test'])
        expect((await ask(viewer, path, { host })).status).toBe(404);
      await expectAlive(viewer);
    },
  );
});

describe('its life', () => {
  test('a port that is taken is said so', async () => {
    const viewer = await openViewer();
    await expect(startViewer({ port: portOf(viewer) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expectAlive(viewer);
  });

  test('it has addresses that lead to it', async () => {
    const viewer = await openViewer();
    expect(viewer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(viewer.socketUrl).toBe(viewer.url.replace('http', 'ws'));
    expect((await fetch(viewer.url)).status).toBe(200);
  });

  test('close() ends with everybody still there, and frees the port', async () => {
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

  test('close() is not held up by somebody who was refused and does not hang up', async () => {
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

  test('somebody who is refused and breaks the connection off breaks nothing else', async () => {
    const viewer = await openViewer();
    const errors = await uncaughtDuring(async () => {
      for (let turn = 0; turn < 5; turn++) {
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

  test('a client or a page that breaks off breaks nothing else', async () => {
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
