import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startViewer } from '../../src/tools/inspect/node/index.ts';
import { quiet } from '../core/helpers.ts';
import { until } from '../node/processes.ts';
import {
  APP,
  answers,
  ask,
  EVIL,
  enter,
  expectAlive,
  handshake,
  knock,
  openViewer,
  portOf,
  saying,
  textOf,
  watch,
  wire,
} from './helpers.ts';

const MEGABYTE = 1 << 20;

describe('access to the viewer', () => {
  test('is possible at 127.0.0.1 only', async () => {
    const viewer = await openViewer();
    const port = portOf(viewer);
    expect(await answers('127.0.0.1', port)).toBe(true);
    const others = Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one && one.family === 'IPv4' && !one.internal ? one.address : []));
    // All of 127/8 is this machine, so a server on all interfaces would answer here.
    for (const host of ['127.0.0.2', '::1', ...others]) expect(await answers(host, port), host).toBe(false);
  });

  test('is refused under a host name that resolves to this machine, for page and socket (DNS rebinding)', async () => {
    const refused: string[] = [];
    const viewer = await openViewer({ allow: [APP], onRefused: (origin) => refused.push(origin) });
    const port = portOf(viewer);
    for (const host of [
      `rebound.test:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      `127.0.0.1.evil.test:${port}`,
    ]) {
      for (const path of ['/', '/page.js']) {
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

  test('is refused to a page of an origin that is not allowed, and the origin is reported', async () => {
    const refused: string[] = [];
    const viewer = await openViewer({ allow: [APP], onRefused: (origin) => refused.push(origin) });
    const otherOrigins = [
      EVIL,
      'http://localhost:5174',
      'https://localhost:5173',
      `${APP}.evil.test`,
      'null',
      '',
    ];
    for (const origin of otherOrigins)
      for (const path of ['', '/watch'])
        expect(await knock(`${viewer.socketUrl}${path}`, { headers: { origin } }), origin).toBe(403);
    expect([...new Set(refused)]).toEqual(otherOrigins);
    expect(refused).toHaveLength(2 * otherOrigins.length);
  });

  test('lets an allowed page show its client, but not watch others', async () => {
    const refused: string[] = [];
    const viewer = await openViewer({ allow: [`${APP}/`], onRefused: (origin) => refused.push(origin) });
    const page = await watch(viewer);
    const app = await enter(viewer.socketUrl, { origin: APP });
    app.send(saying('from the app'));
    await page.has(1);
    expect(page.lines().map(textOf)).toEqual(['from the app']);
    expect(await knock(`${viewer.socketUrl}/watch`, { origin: APP })).toBe(403);
    expect(refused).toEqual([APP]);
    // Other spellings of the path do not help: such a connection can only send.
    for (const path of ['/watch?', '/watch/', '/%77atch', '//watch', '/./watch']) {
      const other = await knock(viewer.socketUrl + path, { origin: APP });
      if (typeof other === 'number') continue;
      app.send(saying('not for you'));
      await page.hears((lines) => lines.some((line) => textOf(line) === 'not for you'), 'the message');
      await quiet();
      expect(other.texts, path).toEqual([]);
    }
  });

  test('is refused to every page by default', async () => {
    const viewer = await openViewer();
    expect(await knock(viewer.socketUrl, { origin: APP })).toBe(403);
    expect(await knock(viewer.socketUrl, { origin: 'null' })).toBe(403);
  });

  test('lets the viewer’s own page watch, by either of its names, and a program of this machine, too', async () => {
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
    // One of its names is another origin than the other.
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
  ])('cannot be allowed to %j, and the error shows what an origin looks like', async (origin) => {
    const start = startViewer({ port: 0, allow: [APP, origin] });
    await expect(start).rejects.toThrow(TypeError);
    await expect(start).rejects.toThrow(
      `'${origin}' is not the origin of a page, e.g. http://localhost:5173`,
    );
  });
});

describe('messages to the viewer', () => {
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

  test('are not passed on if they are nonsense, and end nothing', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const [strange, good] = await Promise.all([enter(viewer.socketUrl), enter(viewer.socketUrl)]);
    for (const text of NONSENSE) strange.send(text);
    strange.socket.send(Buffer.from([0, 255, 1]), { binary: true });
    strange.send(saying('one sensible message'));
    await page.has(1);
    good.send(saying('another'));
    await page.has(2);
    expect(page.lines().map(textOf)).toEqual(['one sensible message', 'another']);
    expect(strange.closeCode()).toBeNull();
    expect((await watch(viewer)).texts.length).toBeLessThanOrEqual(2);
  });

  test('end only their own socket if they are too large', async () => {
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

  test('end only their own socket if they are no WebSocket frame, or no text', async () => {
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

  test('are ignored if a watching page sends them', async () => {
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

describe('the viewer’s memory', () => {
  /** The longest message that the viewer accepts is a megabyte. */
  const long = (text: string) => saying(text + 'x'.repeat(MEGABYTE / 2));

  test('keeps the last megabyte of a client with long messages', async () => {
    const viewer = await openViewer();
    const client = await enter(viewer.socketUrl);
    client.send(saying('first'));
    const early = await watch(viewer);
    for (let round = 0; round < 40; round++) client.send(long(`${round} `));
    await early.hears((lines) => textOf(lines.at(-1) as never).startsWith('39 '), 'the last message');
    const late = await watch(viewer);
    await late.has(2);
    await quiet();
    expect(late.lines().map((line) => textOf(line).slice(0, 5).trim())).toEqual(['first', '39 xx']);
    expect(late.texts.join('').length).toBeLessThan(2 * MEGABYTE);
  });

  test('has room for 20 clients at once, and tells the next one to come later', async () => {
    const viewer = await openViewer();
    const page = await watch(viewer);
    const clients = await Promise.all(Array.from({ length: 20 }, () => enter(viewer.socketUrl)));
    for (const client of clients) client.send(saying('here'));
    await page.has(20);
    const late = await enter(viewer.socketUrl);
    late.send(saying('too many'));
    await until(
      () => late.closeCode() !== null,
      () => 'the end of the socket',
    );
    expect(late.closeCode()).toBe(1013);
    clients[0]?.socket.close();
    await page.has(21);
    const next = await enter(viewer.socketUrl);
    next.send(saying('now there is room'));
    await page.hears((lines) => lines.map(textOf).includes('now there is room'), 'the next client');
    expect(page.lines().map(textOf)).not.toContain('too many');
  });

  test('has room for a hundred connections', async () => {
    const viewer = await openViewer();
    const silent = await Promise.all(Array.from({ length: 100 }, () => enter(viewer.socketUrl)));
    await expect(enter(viewer.socketUrl)).rejects.toThrow();
    for (const { socket } of silent) socket.terminate();
    await until(
      () =>
        enter(viewer.socketUrl).then(
          () => true,
          () => false,
        ),
      () => 'room',
    );
  });

  test('does not hold messages for a page that reads none, but disconnects it', async () => {
    const viewer = await openViewer();
    const page = await enter(`${viewer.socketUrl}/watch`, { origin: viewer.url });
    page.socket.pause();
    const client = await enter(viewer.socketUrl);
    client.send(saying('first'));
    const reader = await watch(viewer);
    for (let round = 0; round < 80; round++) client.send(long(`${round} `));
    await reader.hears((lines) => textOf(lines.at(-1) as never).startsWith('79 '), 'the last message');
    page.socket.resume();
    await until(
      () => page.closeCode() !== null,
      () => 'the end of the page that read nothing',
    );
    expect(page.closeCode()).toBe(1006);
  });
});
