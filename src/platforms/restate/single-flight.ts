/** A unique id of this process. */
export const PROCESS: string = globalThis.crypto.randomUUID();

/** How long a result is kept, in ms, for Restate's server to come back and fetch it. */
const HELD_FOR = 3_600_000;

export interface SingleFlight<Made> {
  /** Returns the running or finished request of this name, or begins one. */
  join(name: string, begin: () => Promise<Made>): Promise<Made>;
  /** Drops the result once Restate has it. */
  forget(name: string): void;
}

/**
 * If Restate's server is lost during an exchange, it asks this process again later. The first request to TMDB
 * continues meanwhile, and its result counts.
 */
export function createSingleFlight<Made>(): SingleFlight<Made> {
  const underWay = new Map<string, Promise<Made>>();
  return {
    join(name, begin) {
      const known = underWay.get(name);
      if (known) return known;
      const request = begin();
      underWay.set(name, request);
      const end = setTimeout(() => underWay.delete(name), HELD_FOR) as { unref?(): void };
      end.unref?.();
      return request;
    },
    forget: (name) => void underWay.delete(name),
  };
}
