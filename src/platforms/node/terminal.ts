/** The part of a stream that describes its terminal. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** Whether the terminal can move its cursor. */
export const canMove = ({ isTTY }: Terminal): boolean => isTTY === true && process.env.TERM !== 'dumb';

/** Decides as Node does: `FORCE_COLOR` first, then `NO_COLOR`, then the stream. */
export function hasColors(stream: Terminal): boolean {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  if (FORCE_COLOR !== undefined) return /^([123]|true|)$/.test(FORCE_COLOR);
  return !NO_COLOR && canMove(stream);
}
