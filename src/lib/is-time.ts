/** The last moment that a `Date` can show, epoch ms. */
const LAST_DATE = 8.64e15;

/** Epoch ms within the range of a `Date`. */
export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LAST_DATE;
