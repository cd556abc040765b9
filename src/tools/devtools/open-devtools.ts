import type { AuthEvent } from '../../../machines/auth.types.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { PLAIN_EVENTS } from '../feed/events.ts';
import { sendMessages } from '../feed/messages.ts';
import { h } from './dom.ts';
import { createModel } from './model.ts';
import type { Controls, Offered } from './present.ts';
import { createScreen } from './screen.ts';
import { DOCK_STYLES } from './styles.ts';

/** Options of the panel. */
export interface DevtoolsOptions {
  /** Open the panel at once. Default: false, a button in the corner opens it. */
  open?: boolean;
  /** Where the panel's element is put. Default: the end of the page. */
  target?: Element;
}

const OFFERED: Offered[] = [...PLAIN_EVENTS, 'ratings.carry'];

const bare = (type: Offered): AuthEvent => (type === 'ratings.carry' ? { type, overwrite: false } : { type });

/** What a button does: what the app would do, or the bare event where no method has it. */
function perform(auth: TmdbAuth, event: Offered): void {
  const methods: Partial<Record<Offered, () => Promise<unknown>>> = {
    'login.start': () => auth.login(),
    'login.cancel': auth.cancel,
    'guest.start': () => auth.loginAsGuest(),
    retry: auth.retry,
    logout: auth.logout,
    'session.check': auth.verify,
    'ratings.carry': () => auth.carryOverGuestRatings(),
  };
  const method = methods[event];
  // How it ends is seen in the panel.
  if (method) method().catch(() => {});
  else auth.actor.send(bare(event));
}

/**
 * Puts the panel into the page: the statechart with the present state lit, what happened and why, the time left,
 * and a button for each event that means something now. Returns the way to take it out again. For development: in
 * a production build this module is an empty one. Does nothing where there is no page.
 *
 * @example
 * ```ts
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 * import { openDevtools } from 'tmdb-auth/devtools';
 *
 * openDevtools(createBrowserAuth({ credentials: { accessToken: 'eyJ…' } }), { open: true });
 * ```
 */
export function openDevtools(auth: TmdbAuth, options: DevtoolsOptions = {}): () => void {
  if (typeof document === 'undefined') return () => {};
  const { target = document.body } = options;
  const controls: Controls = {
    legal: () => OFFERED.filter((type) => auth.actor.getSnapshot().can(bare(type))),
    send: (event) => perform(auth, event),
  };

  const host = document.createElement('tmdb-auth-devtools');
  const root = host.attachShadow({ mode: 'open' });
  const close = h(
    'button',
    { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => toggle(false) },
    '×',
  );
  const screen = createScreen({ controls, corner: close });
  const dock = h('aside', { class: 'dock', 'aria-label': 'tmdb-auth' }, ...screen.nodes);
  const opener = h('button', { type: 'button', class: 'opener', onclick: () => toggle(true) }, 'tmdb-auth');
  dock.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') toggle(false);
  });
  root.append(h('style', {}, DOCK_STYLES), opener, dock);

  const turn = (isOpen: boolean) => {
    dock.hidden = !isOpen;
    opener.hidden = isOpen;
    if (isOpen) screen.bringIntoView();
  };
  const toggle = (isOpen: boolean) => {
    turn(isOpen);
    (isOpen ? close : opener).focus();
  };

  const model = createModel(() => screen.show(model));
  const disconnect = sendMessages(auth, model.receive);
  target.append(host);
  turn(options.open === true);
  return () => {
    disconnect();
    screen.dispose();
    host.remove();
  };
}
