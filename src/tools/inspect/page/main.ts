import { addStyles, h, withCode } from '../../devtools/dom.ts';
import { createModel, type Model } from '../../devtools/model.ts';
import { createScreen } from '../../devtools/screen.ts';

/**
 * The page that `tmdb-auth inspect` serves: draws the clients that send it messages, over the socket or from the page
 * that embeds or opened it.
 */

type Client = ReturnType<typeof createModel>;
const clients = new Map<string, Client>();
/** Above this limit the oldest is dropped, disconnected ones first. */
const KEPT_CLIENTS = 30;
let chosen: string | null = null;

const picker = h('select', { 'aria-label': 'Client', onchange: () => choose(picker.value) });
const screen = createScreen({ corner: picker });
const notice = h(
  'p',
  { class: 'then', role: 'status' },
  ...withCode('Waiting for a client: `tmdb-auth login --inspect`, or `connectViewer(auth)` in code.'),
);
screen.element.prepend(notice);
addStyles(document, screen.styles);
document.body.append(h('main', {}, h('h1', {}, 'tmdb-auth inspect'), screen.element));

function choose(id: string | null) {
  chosen = id;
  show();
}

const labelOf = ({ name, isGone }: Model) => `${name || 'auth'}${isGone ? ' (gone)' : ''}`;

function show() {
  const options = [...clients].map(([value, client]) =>
    h('option', { value, selected: value === chosen }, labelOf(client)),
  );
  picker.replaceChildren(...options);
  picker.hidden = options.length < 2;
  if (clients.size > 0) notice.hidden = true;
  screen.show(clients.get(chosen ?? '') ?? null);
}

/** Shows the newest client until the reader chooses another. */
function receive(id: string, message: unknown, at?: number) {
  let client = clients.get(id);
  if (!client) {
    client = createModel();
    clients.set(id, client);
    makeRoom();
    if (chosen === null || clients.get(chosen)?.isGone || picker.value === [...clients.keys()].at(-2))
      chosen = id;
  }
  client.receive(message, at);
  show();
}

function makeRoom() {
  if (clients.size <= KEPT_CLIENTS) return;
  const ids = [...clients.keys()];
  const oldest = ids.find((id) => clients.get(id)?.isGone && id !== chosen) ?? ids[0] ?? '';
  clients.delete(oldest);
}

show();

const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/watch`);
socket.addEventListener('message', ({ data }) => {
  const { client, at, message } = JSON.parse(String(data)) as {
    client: number;
    at: number;
    message: unknown;
  };
  receive(`program ${client}`, message, at);
});
socket.addEventListener('close', () => {
  notice.hidden = false;
  notice.textContent = 'The viewer was stopped: nothing new arrives. Start it again and reload this page.';
});

/** In an iframe or a popup: takes messages from the parent or opener only, and only if its origin is allowed. */
const around = window === window.parent ? (window.opener as Window | null) : window.parent;
const allowed = document.querySelector<HTMLMetaElement>('[name=allowed-origins]')?.content.split(' ') ?? [];
if (around) {
  window.addEventListener('message', ({ source, origin, data }) => {
    const isKnown = source === around && (allowed.includes(origin) || origin === location.origin);
    if (isKnown && String(data?.type).startsWith('@xstate.')) receive('page', data);
  });
  // The handshake of `@statelyai/inspect`. It reveals nothing.
  around.postMessage({ type: '@statelyai.connected' }, '*');
}
