import { connect, type NetConnectOpts, type Socket as NetSocket } from 'node:net';
import { WebSocket } from 'ws';
import type { Socket } from '../viewer.ts';

/** A viewer that does not answer is not waited for, in ms: neither at the beginning nor at the end. */
const PATIENCE = 1_000;

/** A socket that keeps the process alive only on demand, so that the last messages arrive, and then not for long. */
export function openSocket(url: string): Socket {
  let connection: NetSocket | undefined;
  const createConnection = (options: unknown) => {
    connection = connect(options as NetConnectOpts);
    return connection.unref();
  };
  const isPlain = url.startsWith('ws:');
  const socket = new WebSocket(url, { handshakeTimeout: PATIENCE, ...(isPlain && { createConnection }) });
  return {
    send: (text) => socket.send(text),
    stay: () => void connection?.ref(),
    close() {
      socket.close();
      const end = setTimeout(() => socket.terminate(), PATIENCE);
      socket.once('close', () => clearTimeout(end));
    },
    addEventListener: (type, listener) => socket.addEventListener(type, listener),
  };
}
