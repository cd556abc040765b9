import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { sendMessages } from '../feed/messages.ts';
import { type Disconnect, type Inspected, whenRunning } from '../feed/when-running.ts';

/** Where `tmdb-auth inspect` listens unless told otherwise. */
export const VIEWER_PORT = 8790;
const VIEWER_URL = `http://127.0.0.1:${VIEWER_PORT}`;

/** Options of `connectViewer`. */
export interface ViewerOptions {
  /** The address `tmdb-auth inspect` prints. Default: `http://127.0.0.1:8790`. */
  url?: string;
  /** Tells several clients apart. Default: the machine's id. */
  name?: string;
  /** Told once when the viewer is not there or does not let this page in. Default: `console.warn`. */
  onWarning?: (message: string) => void;
}

/** The part of a WebSocket that is used here. */
export interface Socket {
  send(text: string): void;
  close(): void;
  /** Keeps the process alive until this is closed. Before that it does not. */
  stay?(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

/** What happened before the viewer answered; older messages make room. */
const WAITING = 500;

/** Shows the client in the local viewer, over a socket. */
export function viewerOver(open: (url: string) => Socket) {
  return (auth: Inspected & Pick<TmdbAuth, 'now'>, options: ViewerOptions = {}): Disconnect => {
    const { url = VIEWER_URL, name, onWarning = console.warn } = options;
    const socket = open(url.replace(/^http/, 'ws'));
    let waiting: string[] | null = [];
    let isOver = false;
    let stopWatching = () => {};
    const disconnect = () => {
      if (isOver) return;
      isOver = true;
      stop();
      stopWatching();
      // What waits is sent first, if there is anybody to send it to.
      socket.stay?.();
      if (waiting === null) socket.close();
    };
    socket.addEventListener('open', () => {
      for (const text of waiting ?? []) socket.send(text);
      waiting = null;
      if (isOver) socket.close();
    });
    socket.addEventListener('error', () => {
      if (!isOver) onWarning(`tmdb-auth: no viewer at ${url}. Start one: npx tmdb-auth inspect`);
      disconnect();
    });
    socket.addEventListener('close', disconnect);
    const stop = sendMessages(
      auth,
      (message) => {
        const text = JSON.stringify(message);
        if (waiting === null) return socket.send(text);
        waiting.push(text);
        // The first one has the statechart.
        if (waiting.length > WAITING) waiting.splice(1, 1);
      },
      name,
    );
    stopWatching = whenRunning(auth, () => {
      const life = auth.actor.subscribe({ complete: disconnect });
      // XState does not tell who comes too late.
      if (auth.actor.getSnapshot().status !== 'active') disconnect();
      return () => life.unsubscribe();
    });
    return disconnect;
  };
}
