import { connect, type NetConnectOpts, type Socket as NetSocket } from 'node:net';
import { WebSocket } from 'ws';
import type { Socket } from '../viewer.ts';

/** Longest wait for the viewer, in ms, both to connect and to close. */
const VIEWER_TIMEOUT = 1_000;

/** A socket that keeps the process alive only after `stay()`, so that the last messages arrive, and not for long. */
export function openSocket(url: string): Socket {
  let connection: NetSocket | undefined;
  const createConnection = (options: unknown) => {
    connection = connect(options as NetConnectOpts);
    return connection.unref();
  };
  const isPlain = url.startsWith('ws:');
  const socket = new WebSocket(url, {
    handshakeTimeout: VIEWER_TIMEOUT,
    ...(isPlain && { createConnection }),
  });
  return {
    send: (text) => socket.send(text),
    stay: () => void connection?.ref(),
    close() {
      socket.close();
      const end = setTimeout(() => socket.terminate(), VIEWER_TIMEOUT);
      socket.once('close', () => clearTimeout(end));
    },
    addEventListener: (type, listener) => socket.addEventListener(type, listener),
  };
}
