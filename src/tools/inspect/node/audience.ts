import type { WebSocket } from 'ws';

/** What a page that is opened late is told, per client: so many messages besides the first, and so many characters. */
const KEPT_MESSAGES = 500;
const KEPT_LENGTH = 1 << 20;
/** Clients that are gone are still shown, so many. */
const KEPT_CLIENTS = 10;
/** Clients that are shown at a time. */
const MOST_CLIENTS = 20;
/** A page that does not read what it is sent is not waited for, in bytes. */
const MOST_UNREAD = 16 << 20;
/** WebSocket's code for "try again later". */
const BUSY = 1013;

interface Client {
  id: number;
  isGone: boolean;
  /** The first message, which has the statechart. */
  first: string | null;
  rest: string[];
  /** Of all the rest, in characters. */
  length: number;
}

/** Passes on what each client says to every page that watches, and remembers it for pages that come later. */
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
      // Passed on as it came: what is nested too deep cannot be written again.
      const keep = (message: string) => {
        const text = `{"client":${client.id},"at":${Date.now()},"message":${message}}`;
        // Who says nothing is no client.
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
