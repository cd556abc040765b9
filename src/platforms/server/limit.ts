import type { WallClock } from '../../lib/clock.ts';

/** How often something may be done `within` this many ms: per address, if the address is known, and in all. */
export interface Most {
  perAddress: number;
  inAll: number;
  within: number;
}

interface Place {
  at: number;
  address: string | null;
}

/** Counts in this instance only. Takes the same time however many places are taken: a flood must not slow it down. */
export function createLimit(clock: WallClock, most: Most) {
  /** The oldest first. */
  const taken = new Set<Place>();
  const perAddress = new Map<string | null, number>();
  const leave = (place: Place) => {
    if (!taken.delete(place)) return;
    const left = (perAddress.get(place.address) ?? 1) - 1;
    if (left > 0) perAddress.set(place.address, left);
    else perAddress.delete(place.address);
  };

  return {
    /** Takes a place and returns the function that gives it back. Null if the limit is reached. */
    take(address: string | null): (() => void) | null {
      const now = clock.now();
      for (const place of taken) {
        // A place of the future was taken before the clock was set back.
        if (place.at > now - most.within && place.at <= now) break;
        leave(place);
      }
      const before = perAddress.get(address) ?? 0;
      if (taken.size >= most.inAll || (address !== null && before >= most.perAddress)) return null;
      const place = { at: now, address };
      taken.add(place);
      perAddress.set(address, before + 1);
      return () => leave(place);
    },
  };
}
