import type { WebSocket } from 'ws';

/** Limits of what is kept per client for pages that are opened later: messages besides the first, and characters. */
const KEPT_MESSAGES = 500;
const KEPT_LENGTH = 1 << 20;
/** Disconnected clients that are still shown. */
const KEPT_CLIENTS = 10;
/** Connected clients at a time. */
const MOST_CLIENTS = 20;
/** Unread bytes after which a page is disconnected. */
const MOST_UNREAD = 16 << 20;
/** WebSocket's code for "try again later". */
const BUSY = 1013;

interface Client {
  id: number;
  isGone: boolean;
  /** The first message, which has the statechart. */
  first: string | null;
  rest: string[];
  /** Total length of `rest`, in characters. */
  length: number;
}

/** Forwards each client's messages to all viewer pages, and keeps them for pages that are opened later. */
export function createAudience() {
  const pages = new Set<WebSocket>();
  const clients: Client[] = [];
  let count = 0;

  const send = (page: WebSocket, text: string) => {
    if (page.bufferedAmount > MOST_UNREAD) page.terminate();
    else page.send(text);
  };
  const tell = (text: string) => {
    for (const page of pages) send(page, text);
  };

  return {
    listenTo(socket: WebSocket) {
      count += 1;
      const client: Client = { id: count, isGone: false, first: null, rest: [], length: 0 };
      // Forwarded as text: `JSON.stringify` fails on deeply nested messages.
      const keep = (message: string) => {
        const text = `{"client":${client.id},"at":${Date.now()},"message":${message}}`;
        // A connection counts as a client from its first message on.
        if (client.first === null) {
          if (clients.filter(({ isGone }) => !isGone).length >= MOST_CLIENTS) return socket.close(BUSY);
          client.first = text;
          clients.push(client);
        } else remember(client, text);
        tell(text);
      };
      socket.on('message', (data) => {
        const message = messageIn(String(data));
        if (message !== null) keep(message);
      });
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        client.isGone = true;
        if (client.first === null) return;
        keep('{"type":"gone"}');
        const gone = clients.filter(({ isGone }) => isGone);
        for (const old of gone.slice(0, -KEPT_CLIENTS)) clients.splice(clients.indexOf(old), 1);
      });
    },
    watch(page: WebSocket) {
      for (const { first, rest } of clients) {
        if (first !== null) for (const text of [first, ...rest]) send(page, text);
      }
      pages.add(page);
      page.on('error', () => page.terminate());
      page.on('close', () => pages.delete(page));
    },
  };
}

function remember(client: Client, text: string): void {
  client.rest.push(text);
  client.length += text.length;
  while (client.rest.length > KEPT_MESSAGES || client.length > KEPT_LENGTH)
    client.length -= client.rest.shift()?.length ?? 0;
}

/** The text of a message of `@statelyai/inspect`, or null. */
export function messageIn(text: string): string | null {
  try {
    const message = JSON.parse(text) as { type?: unknown } | null;
    return typeof message?.type === 'string' && message.type.startsWith('@xstate.') ? text : null;
  } catch {
    return null;
  }
}
