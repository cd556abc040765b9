import encodeQr from 'qr';

/** Black on white, whatever the terminal's own colours are. */
const WHITE_ON_BLACK = '\u001b[97;40m';
const RESET = '\u001b[0m';

/**
 * An address as a QR code for a terminal, to be opened on a phone: lines of half blocks, light on dark. `colors`:
 * set them, so that it can be read in a light terminal too. Default: unless the environment has `NO_COLOR`.
 *
 * @example
 * ```ts
 * import { qrCode } from 'tmdb-auth/node';
 *
 * console.log(qrCode('https://www.themoviedb.org', false).split('\n').length); // 17 lines
 * ```
 */
export function qrCode(address: string, colors = !process.env.NO_COLOR): string {
  const lines = encodeQr(address, 'ascii', { ecc: 'low' }).trimEnd().split('\n');
  return lines.map((line) => (colors ? WHITE_ON_BLACK + line + RESET : line)).join('\n');
}
