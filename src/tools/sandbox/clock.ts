/** The sandbox's clock. It keeps running with its source; `set` and `advance` shift it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Sets the time, epoch ms; it may go back. */
  set(epochMs: number): void;
  /** Moves the time forward by `ms`. */
  advance(ms: number): void;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A clock that reports its offset to the source, in ms. */
export interface OffsetClock extends Clock {
  offset(): number;
}

export function createClock(source: () => number): OffsetClock {
  let offset = 0;
  return {
    offset: () => offset,
    now: () => source() + offset,
    set: (epochMs) => {
      offset = epochMs - source();
    },
    advance: (ms) => {
      offset += ms;
    },
  };
}

/** Rounds down to whole seconds, like `expires_at` and `Date`, so that the announced expiry is exact. */
export function wholeSecond(epochMs: number): number {
  return Math.floor(epochMs / SECOND) * SECOND;
}

/** TMDB's `YYYY-MM-DD HH:mm:ss UTC`, which is not ISO 8601. */
export function tmdbDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
