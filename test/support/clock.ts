import type { ClockPort } from '../../src/index.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface TestClock extends ClockPort {
  /** Lets time pass: timers that fall due fire in order, each at its own moment. */
  advance(ms: number): void;
  /** A laptop sleeps: time passes and no timer fires until an event wakes the clock. */
  sleep(ms: number): void;
  wake(): void;
  /** The user sets the clock; timers keep their remaining time. */
  set(epochMs: number): void;
  /** The number of timers, and of listeners for a wake. */
  pending(): { timers: number; listeners: number };
  /** The time to the next timer, in ms; null without one. */
  untilNext(): number | null;
}

/** Simulated time, in epoch ms. It passes only when a test says so. */
export function createTestClock(start = Date.UTC(2026, 10, 23, 12)): TestClock {
  let now = start;
  /** The monotonic time by which timers fire: setting the clock does not change it. */
  let elapsed = 0;
  const timers = new Map<object, { due: number; run: () => void }>();
  const listeners = new Set<() => void>();
  const next = (until: number) =>
    [...timers].filter(([, { due }]) => due <= until).sort(([, one], [, other]) => one.due - other.due)[0];
  return {
    now: () => now,
    setTimeout(run, ms) {
      const handle = {};
      timers.set(handle, { due: elapsed + ms, run });
      return handle;
    },
    clearTimeout: (handle) => void timers.delete(handle as object),
    onWake(check) {
      listeners.add(check);
      return () => void listeners.delete(check);
    },
    advance(ms) {
      const end = elapsed + ms;
      for (let timer = next(end); timer; timer = next(end)) {
        const [handle, { due, run }] = timer;
        now += Math.max(0, due - elapsed);
        elapsed = Math.max(elapsed, due);
        timers.delete(handle);
        run();
      }
      now += end - elapsed;
      elapsed = end;
    },
    sleep(ms) {
      now += ms;
    },
    wake() {
      for (const check of [...listeners]) check();
    },
    set(epochMs) {
      now = epochMs;
    },
    pending: () => ({ timers: timers.size, listeners: listeners.size }),
    untilNext() {
      const [, first] = next(Number.POSITIVE_INFINITY) ?? [];
      return first ? first.due - elapsed : null;
    },
  };
}
