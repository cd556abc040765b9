/** As much of a stream as tells what may be written to it. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** A terminal that does as it is told: it moves its cursor. */
export const canMove = ({ isTTY }: Terminal): boolean => isTTY === true && process.env.TERM !== 'dumb';

/** As Node decides it: `FORCE_COLOR` first, then `NO_COLOR`, then what the stream is. */
export function hasColors(stream: Terminal): boolean {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  if (FORCE_COLOR !== undefined) return /^([123]|true|)$/.test(FORCE_COLOR);
  return !NO_COLOR && canMove(stream);
}
