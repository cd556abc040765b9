/** This process, among all that ever served. */
export const PROCESS: string = globalThis.crypto.randomUUID();

/** How long the outcome of a flight waits to be fetched, in ms: for Restate's server to come back. */
const HELD_FOR = 3_600_000;

export interface Flights<Made> {
  /** What is under way, or has come in, under this name; else begins it. */
  join(name: string, begin: () => Promise<Made>): Promise<Made>;
  /** Restate has it. */
  land(name: string): void;
}

/**
 * When Restate's server is lost in the middle of an exchange, it asks this process again later. The first question to
 * TMDB goes on meanwhile, and its answer is the answer.
 */
export function createFlights<Made>(): Flights<Made> {
  const flights = new Map<string, Promise<Made>>();
  return {
    join(name, begin) {
      const known = flights.get(name);
      if (known) return known;
      const flight = begin();
      flights.set(name, flight);
      const end = setTimeout(() => flights.delete(name), HELD_FOR) as { unref?(): void };
      end.unref?.();
      return flight;
    },
    land: (name) => void flights.delete(name),
  };
}
