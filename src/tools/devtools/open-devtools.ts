import type { AuthEvent } from '../../../machines/auth.types.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { PLAIN_EVENTS } from '../feed/events.ts';
import { sendMessages } from '../feed/messages.ts';
import { createDock } from './dock.ts';
import { addStyles } from './dom.ts';
import { createModel } from './model.ts';
import type { Controls, Offered } from './present.ts';
import { createScreen } from './screen.ts';
import { DOCK_STYLES } from './styles.ts';

/** Options of the panel. */
export interface DevtoolsOptions {
  /**
   * Open the panel at once, unless it was closed in this tab before. Default: false, a button in the corner opens it.
   */
  open?: boolean;
  /** The parent of the panel's element. Default: `document.body`. */
  target?: Element;
}

const OFFERED: Offered[] = [...PLAIN_EVENTS, 'ratings.carry'];

const bare = (type: Offered): AuthEvent => (type === 'ratings.carry' ? { type, overwrite: false } : { type });

/** Calls the client's method, as an app would, or sends the bare event if there is no method for it. */
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
  // The panel shows the outcome.
  if (method) method().catch(() => {});
  else auth.actor.send(bare(event));
}

/**
 * Adds the panel to the page, beside the app: the statechart with the current state highlighted, a timeline with the
 * reason for each step, the time left, and a button for each event that has an effect now. Its place, its size and
 * whether it is open are kept in `sessionStorage`, for the return from TMDB. A client of `createLazyAuth` is shown
 * once it is loaded. Returns a function that removes the panel. For development: in a production build this module is
 * empty. Does nothing outside of a page.
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
  const dock = createDock(options.open === true, () => screen.bringIntoView());
  const screen = createScreen({ controls, corner: dock.corner, absent: 'Not loaded yet' });
  dock.element.append(screen.element);
  addStyles(root, DOCK_STYLES + screen.styles);
  root.append(dock.opener, dock.element);

  const model = createModel(() => screen.show(model));
  const disconnect = sendMessages(auth, model.receive);
  target.append(host);
  screen.bringIntoView();
  return () => {
    disconnect();
    screen.dispose();
    dock.dispose();
    host.remove();
  };
}
