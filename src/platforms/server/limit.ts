import type { WallClock } from '../../lib/clock.ts';

/** How often something may be done `within` this many ms: per address, if the address is known, and in all. */
export interface Most {
  perAddress: number;
  inAll: number;
  within: number;
}

/** Counts in this instance only. */
export function createLimit(clock: WallClock, most: Most) {
  let taken: { at: number; address: string | null }[] = [];

  return {
    /** Takes a place and returns the function that gives it back. Null if the limit is reached. */
    take(address: string | null): (() => void) | null {
      const now = clock.now();
      taken = taken.filter(({ at }) => at > now - most.within && at <= now);
      const before = taken.filter((each) => each.address === address).length;
      if (taken.length >= most.inAll || (address !== null && before >= most.perAddress)) return null;
      const place = { at: now, address };
      taken.push(place);
      return () => {
        taken = taken.filter((each) => each !== place);
      };
    },
  };
}
