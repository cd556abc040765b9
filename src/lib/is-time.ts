/** The last moment a `Date` can show, epoch ms: nothing can be counted to, or shown of, a later one. */
const LAST_DATE = 8.64e15;

/** Epoch ms, as far as a `Date` goes. */
export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LAST_DATE;
