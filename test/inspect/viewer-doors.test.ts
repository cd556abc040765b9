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

describe('how much is kept', () => {
  /** The messages that the viewer takes are a megabyte long at most. */
  const long = (text: string) => saying(text + 'x'.repeat(MEGABYTE / 2));

  test('of a client that says much at length, the last megabyte is kept', async () => {
    const viewer = await openViewer();
    const client = await enter(viewer.socketUrl);
    client.send(saying('first'));
    const early = await watch(viewer);
    for (let turn = 0; turn < 40; turn++) client.send(long(`${turn} `));
    await early.hears((lines) => textOf(lines.at(-1) as never).startsWith('39 '), 'the last message');
    const late = await watch(viewer);
    await late.has(2);
    await quiet();
    expect(late.lines().map((line) => textOf(line).slice(0, 5).trim())).toEqual(['first', '39 xx']);
    expect(late.texts.join('').length).toBeLessThan(2 * MEGABYTE);
  });

  test('of clients that are there at once, the first 20 are shown, and the next is told to come later', async () => {
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

  test('connections beyond a hundred are not taken', async () => {
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

  test('a page that reads nothing is let go', async () => {
    const viewer = await openViewer();
    const page = await enter(`${viewer.socketUrl}/watch`, { origin: viewer.url });
    page.socket.pause();
    const client = await enter(viewer.socketUrl);
    client.send(saying('first'));
    const reader = await watch(viewer);
    for (let turn = 0; turn < 80; turn++) client.send(long(`${turn} `));
    await reader.hears((lines) => textOf(lines.at(-1) as never).startsWith('79 '), 'the last message');
    page.socket.resume();
    await until(
      () => page.closeCode() !== null,
      () => 'the end of the page that read nothing',
    );
    expect(page.closeCode()).toBe(1006);
  });
});
