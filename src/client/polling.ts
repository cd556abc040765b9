import { MAX_TRIES } from '../../machines/index.ts';

const GROWTH = 1.4;
/** The share of a wait that is left to chance. */
const JITTER = 0.2;

/**
 * How long to wait before TMDB is asked whether the user approved, in ms: after every question a little longer, up
 * to 2.7 times the interval, and not in step with other devices.
 */
export function pollWait(interval: number, asked: number, random: () => number = Math.random): number {
  const spent = Math.min(asked, MAX_TRIES - 1);
  return spent === 0 ? interval : interval * GROWTH ** spent * (1 + random() * JITTER);
}
