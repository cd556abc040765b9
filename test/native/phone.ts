import { onTestFinished } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { type CreateNativeAuthOptions, createNativeAuth } from '../../src/platforms/native/index.ts';
import { settingsFor } from '../support/settings.ts';
import type { World } from '../support/world.ts';

export const RETURN_TO = 'myapp://signed-in';

/**
 * How the browser reports its end. `session`: by the return itself, as on iOS. `dismiss`: closed, and the link
 * arrives later, as on Android. `opened`: not at all, as the system's own browser.
 */
export type BrowserKind = 'session' | 'dismiss' | 'opened';

type Listener<Event> = (event: Event) => void;

/** Listeners as in React Native. */
function emitter<Event>() {
  const listeners = new Set<Listener<Event>>();
  return {
    listeners,
    emit: (event: Event) => {
      for (const listener of [...listeners]) listener(event);
    },
    add(listener: Listener<Event>) {
      listeners.add(listener);
      return { remove: () => void listeners.delete(listener) };
    },
  };
}

/** A phone: its storage outlives its apps, and its user acts here. TMDB's page is requested over HTTP. */
export function createPhone(world: World, kind: BrowserKind = 'session', create = createNativeAuth) {
  const kept = new Map<string, string>();
  const links = emitter<{ url: string }>();
  const states = emitter<string>();
  /** The pages that the browser had to show. */
  const shown: string[] = [];
  let initialLink: string | null = null;
  let close: ((result: { type: string; url?: string }) => void) | null = null;

  const leave = () => {
    states.emit('inactive');
    states.emit('background');
  };
  const comeBack = () => {
    states.emit('inactive');
    states.emit('active');
  };
  const end = (result: { type: string; url?: string }) => {
    close?.(result);
    close = null;
  };

  const ports = {
    returnTo: RETURN_TO,
    storage: {
      getItemAsync: async (key: string) => kept.get(key) ?? null,
      async setItemAsync(key: string, value: string) {
        if (!/^[\w.-]+$/.test(key)) throw new Error('Invalid key provided to SecureStore.');
        kept.set(key, value);
      },
      deleteItemAsync: async (key: string) => void kept.delete(key),
    },
    browser: {
      openAuthSessionAsync(url: string, _returnTo: string) {
        if (close) return Promise.reject(new Error('Another web browser is already open'));
        shown.push(url);
        if (kind !== 'session') leave();
        if (kind === 'opened') return Promise.resolve({ type: 'opened' });
        return new Promise<{ type: string; url?: string }>((resolve) => {
          close = resolve;
        });
      },
      dismissAuthSession() {
        if (kind === 'dismiss') throw new Error('not available on Android');
        end({ type: 'dismiss' });
      },
    },
    linking: {
      getInitialURL: async () => initialLink,
      addEventListener: (_type: 'url', listener: Listener<{ url: string }>) => links.add(listener),
    },
    appState: { addEventListener: (_type: 'change', listener: Listener<string>) => states.add(listener) },
  } satisfies Partial<CreateNativeAuthOptions>;

  /** Presses a button on TMDB's page. Resolves to the address to which TMDB redirects. */
  const press = async (button: 'allow' | 'deny'): Promise<string> => {
    const page = new URL(shown.at(-1) ?? '');
    const body = page.searchParams;
    const answer = await fetch(`${page.origin}${page.pathname}/${button}`, {
      method: 'POST',
      body,
      redirect: 'manual',
    });
    return answer.headers.get('location') ?? '';
  };

  return {
    kept,
    shown,
    ports,
    leave,
    comeBack,
    press,
    /** The number of listeners that the apps have added and not removed. */
    listeners: () => links.listeners.size + states.listeners.size,
    isBrowserOpen: () => close !== null,
    /** Starts the app by a link or by its icon. */
    start(link: string | null = null, changed: Partial<CreateNativeAuthOptions> = {}): TmdbAuth {
      initialLink = link;
      const auth = create({
        ...settingsFor(world.tmdb),
        clock: world.clock,
        onWarning: (failure) => world.warnings.push(failure),
        ...ports,
        ...changed,
      });
      onTestFinished(() => auth.dispose());
      return auth;
    },
    /** Ends the app as the system does while the browser is in front. */
    kill(auth: TmdbAuth) {
      close = null;
      links.listeners.clear();
      states.listeners.clear();
      auth.actor.stop();
    },
    openLink: (url: string) => links.emit({ url }),
    /** Presses a button and returns as this phone does. */
    async answer(button: 'allow' | 'deny') {
      const url = await press(button);
      if (kind === 'session') return end({ type: 'success', url });
      comeBack();
      end({ type: 'dismiss' });
      world.clock.setTimeout(() => links.emit({ url }), 300);
    },
    /** Closes the browser with its button. */
    closeBrowser() {
      if (kind !== 'session') comeBack();
      end({ type: kind === 'session' ? 'cancel' : 'dismiss' });
    },
  };
}

export type Phone = ReturnType<typeof createPhone>;

/** Begins a sign-in and waits for TMDB's page. */
export async function begin(world: World, phone: Phone, auth: TmdbAuth) {
  const pages = phone.shown.length;
  const done = auth.login();
  done.catch(() => {});
  await world.until(() => phone.shown.length > pages);
  return { done };
}
