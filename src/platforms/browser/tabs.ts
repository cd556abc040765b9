import { isPage } from '../../lib/address.ts';
import type { ChannelPort } from '../../ports.ts';

/**
 * Messages between tabs of one origin. `callback`: a popup offers its return. `taken`: a tab took it. `told`: see
 * `ChannelPort.tell`.
 */
type Message =
  | { type: 'changed'; how?: 'written' }
  | { type: 'callback'; url: string }
  | { type: 'taken' }
  | { type: 'told'; message: unknown };

/** The message, or null: any script of this origin can post anything. */
export function messageOf(data: unknown): Message | null {
  const { type, url, how, message } = (data ?? {}) as Record<string, unknown>;
  if (type === 'changed') return how === 'written' ? { type, how } : { type };
  if (type === 'taken') return { type };
  if (type === 'told') return { type, message };
  return type === 'callback' && isPage(url) ? { type, url } : null;
}

export interface Tabs extends Required<ChannelPort> {
  /** Offers this return to the other tabs and to the opener. Resolves to whether one took it within `ms`. */
  handOver(url: string, ms: number): Promise<boolean>;
  /** Calls `take` for returns that popups offer. `take` returns whether the return was ours. */
  onCallback(take: (url: string) => boolean): void;
  close(): void;
}

/**
 * Connects the tabs of this origin. An open channel would keep the page out of the back/forward cache, so it is
 * closed on `pagehide`. A page that comes back or becomes visible therefore checks the record itself.
 */
export function createTabs(key: string): Tabs {
  const changed = new Set<(how?: 'written') => void>();
  const messageListeners = new Set<(message: unknown) => void>();
  let take: ((url: string) => boolean) | null = null;
  let taken: (() => void) | null = null;
  let channel: BroadcastChannel | null = null;

  const look = (how?: 'written') => {
    for (const listener of changed) listener(how);
  };

  const receive = ({ data, target }: MessageEvent) => {
    const message = messageOf(data);
    if (message?.type === 'changed') look(message.how);
    if (message?.type === 'taken') taken?.();
    if (message?.type === 'told') for (const listener of messageListeners) listener(message.message);
    if (message?.type === 'callback' && take?.(message.url))
      (target as BroadcastChannel | MessagePort).postMessage({ type: 'taken' });
  };
  const listenTo = (port: MessagePort | undefined) => {
    port?.addEventListener('message', receive);
    port?.start();
  };
  /**
   * A popup of this page offers its return. Every script of the page sees this message, so the return itself comes
   * through the port.
   */
  const onPopup = ({ data, origin, ports: [port] }: MessageEvent) => {
    if (origin === location.origin && data?.key === key) listenTo(port);
  };

  const open = () => {
    if (channel || typeof BroadcastChannel === 'undefined') return;
    channel = new BroadcastChannel(key);
    channel.addEventListener('message', receive);
  };
  const shut = () => {
    channel?.close();
    channel = null;
  };

  const onShow = () => {
    open();
    look();
  };
  const onVisible = () => {
    if (document.visibilityState === 'visible') look();
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key === key || event.key === null) look(channel ? 'written' : undefined);
  };

  open();
  window.addEventListener('pagehide', shut);
  window.addEventListener('pageshow', onShow);
  // Tabs run in different processes: a message can arrive before its write is readable. The `storage` event comes
  // after it.
  window.addEventListener('storage', onStorage);
  window.addEventListener('message', onPopup);
  document.addEventListener('visibilitychange', onVisible);

  return {
    post: (how) => channel?.postMessage({ type: 'changed', ...(how && { how }) }),
    subscribe(listener) {
      changed.add(listener);
      return () => void changed.delete(listener);
    },
    tell: (message) => channel?.postMessage({ type: 'told', message }),
    onTold(listener) {
      messageListeners.add(listener);
      return () => void messageListeners.delete(listener);
    },
    handOver: (url, ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        taken = () => {
          clearTimeout(timer);
          resolve(true);
        };
        const message: Message = { type: 'callback', url };
        channel?.postMessage(message);
        // A page framed by another site has partitioned storage and channels, so the opener is reached directly. An
        // opener of another origin does not get the port.
        const { port1: ownPort, port2: openerPort } = new MessageChannel();
        listenTo(ownPort);
        ownPort.postMessage(message);
        window.opener?.postMessage({ key }, location.origin, [openerPort]);
      }),
    onCallback(taker) {
      take = taker;
    },
    close() {
      shut();
      window.removeEventListener('pagehide', shut);
      window.removeEventListener('pageshow', onShow);
      window.removeEventListener('storage', onStorage);
      window.removeEventListener('message', onPopup);
      document.removeEventListener('visibilitychange', onVisible);
    },
  };
}
