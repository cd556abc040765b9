import type { WallClock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';
import type { Prepared } from './direct.ts';

/** A prepared token with less left than this, in ms, is not worth starting a sign-in with. */
const WORTH_STARTING = 5 * 60_000;

/** One slot for a request token that was fetched ahead. */
export function createPreparation(
  clock: WallClock,
  timeout: number,
  fetchAhead: (signal: AbortSignal, redirectTo?: string) => Promise<Prepared>,
) {
  let prepared: Prepared | null = null;
  let underWay: Promise<void> | null = null;

  const isFresh = () => prepared !== null && prepared.expiresAt - clock.now() > WORTH_STARTING;

  const fetchOnce = async (redirectTo?: string) => {
    try {
      prepared = await within(clock, timeout, (signal) => fetchAhead(signal, redirectTo));
    } catch {
      // Silent: the sign-in that follows asks again and says what is wrong.
    } finally {
      underWay = null;
    }
  };

  return {
    async fill(redirectTo?: string): Promise<void> {
      if (isFresh() && prepared?.redirectTo === redirectTo) return;
      underWay ??= fetchOnce(redirectTo);
      await underWay;
    },
    /** `fits`: whether that token will do. */
    async take(fits: (candidate: Prepared) => boolean): Promise<Prepared | null> {
      await underWay;
      const taken = isFresh() ? prepared : null;
      prepared = null;
      return taken && fits(taken) ? taken : null;
    },
  };
}
