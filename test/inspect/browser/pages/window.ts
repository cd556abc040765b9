import type { Disconnect } from '../../../../src/tools/inspect/index.ts';

/** One message that reached a receiving page. */
export interface Arrival {
  /** What it says, in a few words. */
  line: string;
  /** All of it, as JSON. */
  raw: string;
  /** A machine, as the receiving page understood it. */
  machine?: { stateIds: string[]; arrows: string[] };
}

export const SHOWN = ['iframe', 'popup', 'nowhere'] as const;

/** How a page shows its client. */
export interface Watch {
  kind: 'classic' | 'stately' | 'viewer';
  /** The receiving page. */
  url: string;
  /** `nowhere`: the classic inspector has to find its iframe by itself. Default: `iframe`. */
  shown?: (typeof SHOWN)[number];
}

declare global {
  interface Window {
    /** Of the test, in every page. */
    arrived(arrival: Arrival): Promise<void>;
    /** The app: shows the client from now on. Returns what was thrown, if anything was. */
    watch(watch: Watch): string | null;
    /** The app: the same with inspectors that throw at the first word. */
    watchBroken(): void;
    disconnect: Disconnect;
    /** The app: the events its machine was sent, as it saw them itself. */
    sent: string[];
    /** The app: how often somebody posted `over` to it. */
    overs: number;
    /** The classic receiving page: sends an event back as the viewer does. */
    sendEvent(event: { type: string }): void;
  }
}
