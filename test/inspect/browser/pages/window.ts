import type { Disconnect } from '../../../../src/tools/inspect/index.ts';

/** A message that reached a receiving page. */
export interface Arrival {
  /** The message in a few words. */
  line: string;
  /** The whole message as JSON. */
  raw: string;
  /** The machine as the receiving page understood it. */
  machine?: { stateIds: string[]; arrows: string[] };
}

export const SHOWN = ['iframe', 'popup', 'nowhere'] as const;

/** How a page shows its client. */
export interface Watch {
  kind: 'classic' | 'stately' | 'viewer';
  /** Address of the receiving page. */
  url: string;
  /** `nowhere`: the classic inspector has to find its iframe by itself. Default: `iframe`. */
  shown?: (typeof SHOWN)[number];
}

declare global {
  interface Window {
    /** Every page: reports an arrival to the test. */
    arrived(arrival: Arrival): Promise<void>;
    /** The app: shows the client from now on. Returns the error if one was thrown, else null. */
    watch(watch: Watch): string | null;
    /** The app: the same with inspectors that throw at the first message. */
    watchBroken(): void;
    disconnect: Disconnect;
    /** The app: the events that its machine received. */
    sent: string[];
    /** The app: how often `over` was posted to it. */
    overs: number;
    /** The classic receiving page: sends an event back like the viewer. */
    sendEvent(event: { type: string }): void;
  }
}
