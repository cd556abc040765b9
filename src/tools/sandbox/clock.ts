/** The sandbox's own time, epoch ms. It runs on with its source; `set` and `advance` only shift it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Makes it this moment, epoch ms; back is allowed. */
  set(epochMs: number): void;
  /** Lets `ms` pass at once. */
  advance(ms: number): void;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A clock that tells how far it is ahead of its source, in ms. */
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

/** Whole seconds, as `expires_at` and `Date` carry them: what is announced is then exactly what happens. */
export function wholeSecond(epochMs: number): number {
  return Math.floor(epochMs / SECOND) * SECOND;
}

/** TMDB's `YYYY-MM-DD HH:mm:ss UTC`, which is not ISO 8601. */
export function tmdbDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
