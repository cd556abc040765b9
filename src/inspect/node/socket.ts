import { connect, type NetConnectOpts, type Socket as NetSocket } from 'node:net';
import { WebSocket } from 'ws';
import type { Socket } from '../viewer.ts';

/** A socket that keeps the process alive only while it closes, so that the last messages arrive. */
export function openSocket(url: string): Socket {
  let connection: NetSocket | undefined;
  const socket = new WebSocket(url, {
    createConnection: (options: unknown) => {
      connection = connect(options as NetConnectOpts);
      return connection.unref();
    },
  });
  return {
    send: (text) => socket.send(text),
    close() {
      connection?.ref();
      socket.close();
    },
    addEventListener: (type, listener) => socket.addEventListener(type, listener),
  };
}
