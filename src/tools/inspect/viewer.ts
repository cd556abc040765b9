import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { sendMessages } from '../feed/messages.ts';
import { type Disconnect, type Inspected, whenRunning } from '../feed/when-running.ts';

/** The default port of `tmdb-auth inspect`. */
export const VIEWER_PORT = 8790;
const VIEWER_URL = `http://127.0.0.1:${VIEWER_PORT}`;

/** Options of `connectViewer`. */
export interface ViewerOptions {
  /** The address `tmdb-auth inspect` prints. Default: `http://127.0.0.1:8790`. */
  url?: string;
  /** Tells several clients apart. Default: the machine's id. */
  name?: string;
  /** Called once if the viewer does not run or refuses this page. Default: `console.warn`. */
  onWarning?: (message: string) => void;
}

/** The parts of a WebSocket that are used here. */
export interface Socket {
  send(text: string): void;
  close(): void;
  /** From now on the socket keeps the process alive until it is closed. */
  stay?(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

/** Limit for messages that wait for the viewer's answer; older ones are dropped. */
const WAITING = 500;

/** Makes `connectViewer` for one kind of socket. */
export function viewerOver(open: (url: string) => Socket) {
  return (auth: Inspected & Pick<TmdbAuth, 'now'>, options: ViewerOptions = {}): Disconnect => {
    const { url = VIEWER_URL, name, onWarning = console.warn } = options;
    const socket = open(url.replace(/^http/, 'ws'));
    let waiting: string[] | null = [];
    let isEnded = false;
    let stopWatching = () => {};
    const disconnect = () => {
      if (isEnded) return;
      isEnded = true;
      stop();
      stopWatching();
      // Waiting messages are sent first, if the viewer answers.
      socket.stay?.();
      if (waiting === null) socket.close();
    };
    socket.addEventListener('open', () => {
      for (const text of waiting ?? []) socket.send(text);
      waiting = null;
      if (isEnded) socket.close();
    });
    socket.addEventListener('error', () => {
      if (!isEnded) onWarning(`tmdb-auth: no viewer at ${url}. Start one: npx tmdb-auth inspect`);
      disconnect();
    });
    socket.addEventListener('close', disconnect);
    const stop = sendMessages(
      auth,
      (message) => {
        const text = JSON.stringify(message);
        if (waiting === null) return socket.send(text);
        waiting.push(text);
        // Message 0 has the statechart, so it is kept.
        if (waiting.length > WAITING) waiting.splice(1, 1);
      },
      name,
    );
    stopWatching = whenRunning(auth, () => {
      const life = auth.actor.subscribe({ complete: disconnect });
      // XState does not call `complete` for a subscription to a stopped actor.
      if (auth.actor.getSnapshot().status !== 'active') disconnect();
      return () => life.unsubscribe();
    });
    return disconnect;
  };
}
