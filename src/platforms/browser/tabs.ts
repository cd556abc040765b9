import { isPage } from '../../lib/address.ts';
import type { ChannelPort } from '../../ports.ts';

/** What tabs of one origin tell each other. `callback` is the address a popup came back with. */
type Message =
  | { type: 'changed'; how?: 'written' }
  | { type: 'callback'; url: string }
  | { type: 'taken' }
  | { type: 'told'; message: unknown };

/** A message, or null: any script of this origin may post anything. */
export function messageOf(data: unknown): Message | null {
  const { type, url, how, message } = (data ?? {}) as Record<string, unknown>;
  if (type === 'changed') return how === 'written' ? { type, how } : { type };
  if (type === 'taken') return { type };
  if (type === 'told') return { type, message };
  return type === 'callback' && isPage(url) ? { type, url } : null;
}

export interface Tabs extends Required<ChannelPort> {
  /** Asks the other tabs, and the page that opened this one, to take this return. Resolves to whether one did within `ms`. */
  handOver(url: string, ms: number): Promise<boolean>;
  /** Takes returns that popups hand over; `take` says whether it was ours. */
  onCallback(take: (url: string) => boolean): void;
  close(): void;
}

/**
 * The tabs of this origin. The channel is closed while a page lies in the back/forward cache (an open one keeps it
 * out of there), so a page that comes back, or comes to the front, looks for itself.
 */
export function createTabs(key: string): Tabs {
  const changed = new Set<(how?: 'written') => void>();
  const hearers = new Set<(message: unknown) => void>();
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
    if (message?.type === 'told') for (const hear of hearers) hear(message.message);
    if (message?.type === 'callback' && take?.(message.url))
      (target as BroadcastChannel | MessagePort).postMessage({ type: 'taken' });
  };
  const listenTo = (port: MessagePort | undefined) => {
    port?.addEventListener('message', receive);
    port?.start();
  };
  /** A popup of this page has a return to hand over. Every script here sees this message: the return comes by the port. */
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
  // Tabs are processes: a message may be here before the write that it tells of can be read.
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
    onTold(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
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
        // A frame of another site has a storage, and a channel, of its own. A page of another origin does not get it.
        const { port1: here, port2: there } = new MessageChannel();
        listenTo(here);
        here.postMessage(message);
        window.opener?.postMessage({ key }, location.origin, [there]);
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
