import { MAX_TRIES } from '../../machines/index.ts';

const GROWTH = 1.4;
/** The random share of a wait. */
const JITTER = 0.2;

/**
 * How long to wait before asking TMDB whether the user approved, in ms. Grows with every question, up to 2.7 times
 * the interval, and is random, so that devices do not ask in step.
 */
export function pollWait(interval: number, asked: number, random: () => number = Math.random): number {
  const spent = Math.min(asked, MAX_TRIES - 1);
  return spent === 0 ? interval : interval * GROWTH ** spent * (1 + random() * JITTER);
}
