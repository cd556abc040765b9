import type { ClockPort } from '../ports.ts';
import { onAbort } from './abort.ts';

/** A sleep or a changed clock is noticed within this time, in ms. */
const RECHECK = 30_000;
/** Waits longer than this do not keep a Node process alive by themselves, in ms. */
const KEEPS_PROCESS_ALIVE = 60_000;

/** A clock for XState by wall time: timers fire at a point in time. */
export interface WallClock {
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

interface Timer {
  handle: unknown;
  /** Fires if it is due. */
  check(): void;
}

/** The host's own clock and timers. */
export const systemClock: ClockPort = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};

/**
 * Timers that are right across sleep, throttled tabs, changed clocks, and waits past 2^31-1 ms (which `setTimeout`
 * would fire at once). A timer is due when the clock shows its time, or when it has waited its whole length: a clock
 * set back does not lengthen a wait. An infinite wait is never armed.
 */
export function createWallClock(host: ClockPort): WallClock {
  const timers = new Set<Timer>();
  let stopListening: (() => void) | undefined;

  const add = (timer: Timer) => {
    timers.add(timer);
    stopListening ??= host.onWake?.(() => {
      for (const pending of [...timers]) pending.check();
    });
  };
  const remove = (timer: Timer) => {
    host.clearTimeout(timer.handle);
    timers.delete(timer);
    if (timers.size > 0) return;
    stopListening?.();
    stopListening = undefined;
  };

  return {
    now: () => host.now(),
    setTimeout(run, ms) {
      if (!Number.isFinite(ms)) return null;
      const due = host.now() + ms;
      let left = ms;
      const timer: Timer = {
        handle: undefined,
        check: () => {
          const isDue = host.now() >= due || left <= 0;
          // Another timer that fired on the same wake-up may have cleared this one.
          if (!isDue || !timers.has(timer)) return;
          remove(timer);
          run();
        },
      };
      const arm = () => {
        const nap = Math.max(0, Math.min(due - host.now(), left, RECHECK));
        timer.handle = host.setTimeout(() => {
          left -= nap;
          timer.check();
          if (timers.has(timer)) arm();
        }, nap);
        if (ms > KEEPS_PROCESS_ALIVE) (timer.handle as { unref?: () => void } | null | undefined)?.unref?.();
      };
      add(timer);
      arm();
      return timer;
    },
    clearTimeout(timer) {
      if (timer) remove(timer as Timer);
    },
  };
}

/** Resolves after `ms` on that clock, or at once when the signal is aborted. */
export function pause(clock: WallClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clock.clearTimeout(timer);
      ignore();
      resolve();
    };
    const timer = clock.setTimeout(finish, ms);
    const ignore = onAbort(signal, finish);
    if (signal.aborted) finish();
  });
}

/** Resolves after the callbacks of all promises that are settled by now. */
export const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
