import { request } from 'node:http';
import { connect, type Socket as NetSocket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { AuthView, TmdbAuth } from '../../src/index.ts';
import type { InspectionMessage } from '../../src/tools/inspect/index.ts';
import { type StartViewerOptions, startViewer, type Viewer } from '../../src/tools/inspect/node/index.ts';
import { until } from '../node/processes.ts';

/** The viewer on a free port; closed with the test. */
export async function openViewer(options: StartViewerOptions = {}): Promise<Viewer> {
  const viewer = await startViewer({ port: 0, ...options });
  onTestFinished(() => viewer.close());
  return viewer;
}

export const portOf = ({ url }: Viewer) => Number(new URL(url).port);

export interface Line {
  client: number;
  message: InspectionMessage | { type: 'gone' };
}

export interface Open {
  socket: WebSocket;
  /** The messages it received, in order. */
  texts: string[];
  /** The code with which it was closed; null while it is open. */
  closeCode(): number | null;
  send(message: unknown): void;
}

/** A socket, or the status of the refusal. */
export function knock(url: string, options: ClientOptions = {}): Promise<Open | number> {
  const socket = new WebSocket(url, options);
  const texts: string[] = [];
  let code: number | null = null;
  socket.on('message', (data) => texts.push(String(data)));
  socket.on('close', (closeCode) => {
    code = closeCode;
  });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('open', () =>
      resolve({
        socket,
        texts,
        closeCode: () => code,
        send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      }),
    );
  });
}

export async function enter(url: string, options: ClientOptions = {}): Promise<Open> {
  const socket = await knock(url, options);
  if (typeof socket === 'number') throw new Error(`Refused with ${socket}`);
  return socket;
}

/** The messages to the viewer's page, as it reads them. */
export async function watch(viewer: Viewer, options: ClientOptions = { origin: viewer.url }) {
  const { texts } = await enter(`${viewer.socketUrl}/watch`, options);
  const lines = () => texts.map((text) => JSON.parse(text) as Line);
  const of = (client: number) => lines().filter((line) => line.client === client);
  return {
    texts,
    lines,
    /** Messages of one client, without its end. */
    messages: (client: number) => of(client).flatMap(({ message }) => (isGone(message) ? [] : [message])),
    clients: () => [...new Set(lines().map(({ client }) => client))],
    isGone: (client: number) => of(client).some(({ message }) => isGone(message)),
    /** Resolves when there are at least this many lines. */
    has: (count: number) =>
      until(
        () => texts.length >= count,
        () => `${count} lines; there are ${texts.length}: ${texts.slice(-5).join('\n').slice(0, 1_000)}`,
      ),
    hears: (isSo: (lines: Line[]) => boolean, what: string) =>
      until(
        () => isSo(lines()),
        () => `${what}; heard: ${texts.length} lines, last ${texts.slice(-3).join('\n').slice(0, 1_000)}`,
      ),
  };
}

const isGone = (message: Line['message']) => message.type === 'gone';

/** A message that a client could send. */
export const saying = (text: string) => ({ type: '@xstate.event', text });
export const textOf = ({ message }: Line) => (message as unknown as { text?: string }).text ?? message.type;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Requests exactly this path and host: `fetch` would normalize the path and set the host. */
export function ask(
  viewer: Viewer,
  path: string,
  { method = 'GET', host }: { method?: string; host?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: portOf(viewer),
        path,
        method,
        headers: host === undefined ? {} : { host },
        timeout: 30_000,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`${path} was not answered`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** A raw connection that sends only this text. It stays half-open when the viewer ends it. */
export function wire(viewer: Viewer, text: string): Promise<{ connection: NetSocket; heard(): string }> {
  const connection = connect({ host: '127.0.0.1', port: portOf(viewer), allowHalfOpen: true });
  let heard = '';
  connection.setEncoding('utf8').on('data', (part: string) => {
    heard += part;
  });
  connection.on('error', () => {});
  onTestFinished(() => void connection.destroy());
  return new Promise((resolve) =>
    connection.on('connect', () => {
      connection.write(text);
      resolve({ connection, heard: () => heard });
    }),
  );
}

/** The handshake of a page with that origin. */
export const handshake = (viewer: Viewer, origin: string) =>
  [
    'GET / HTTP/1.1',
    `Host: 127.0.0.1:${portOf(viewer)}`,
    `Origin: ${origin}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');

/** The states of a client in order, without repetitions. */
export function statesIn(messages: readonly InspectionMessage[]): string[] {
  const views = messages.flatMap((message) => ('view' in message && message.view ? [message.view] : []));
  return passed(views);
}

const passed = (views: AuthView[]) =>
  views.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);

/** The states of a sign-in by approval and a logout. */
export const WHOLE_LOGIN = [
  'idle.fresh',
  'tokenRequested.trying',
  'awaitingApproval.waiting',
  'sessionRequested.exchanging',
  'sessionActive.accountRequested',
  'sessionActive.ready',
  'loggingOut',
  'idle.loggedOut',
];

/** The number of observers of the client's own actor. XState has no public way to read it. */
export const listenersOf = ({ actor }: TmdbAuth) =>
  (actor as unknown as { observers: Set<unknown> }).observers.size;

/** Whether something listens at that address. */
export const answers = (host: string, port: number) =>
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

/** Expects that the viewer still accepts a client's message and shows it. */
export async function expectAlive(viewer: Viewer) {
  const page = await watch(viewer);
  const client = await enter(viewer.socketUrl);
  client.send(saying('still here'));
  await page.hears((lines) => lines.map(textOf).includes('still here'), 'a message');
}

/** A page that may be allowed, and one that never is. */
export const APP = 'http://localhost:5173';
export const EVIL = 'https://evil.test';
