import encodeQr from 'qr';
import { hasColors, type Terminal } from './terminal.ts';

/** Black on white, whatever the terminal's own colours are. */
const WHITE_ON_BLACK = '\u001b[97;40m';
const RESET = '\u001b[0m';
/** Below the code: the line that says what is waited for, and the cursor's own. */
const ROWS_BELOW = 2;

/**
 * An address as a QR code for a terminal, to be opened on a phone: lines of half blocks, light on dark. `colors`:
 * set them, so that it can be read in a light terminal too. Default: where stdout is a terminal with colours (`NO_COLOR`,
 * `FORCE_COLOR` and `TERM=dumb` are respected).
 *
 * @example
 * ```ts
 * import { qrCode } from 'tmdb-auth/node';
 *
 * console.log(qrCode('https://www.themoviedb.org', false).split('\n').length); // 17 lines
 * ```
 */
export function qrCode(address: string, colors = hasColors(process.stdout)): string {
  const lines = encodeQr(address, 'ascii', { ecc: 'low' }).trimEnd().split('\n');
  return lines.map((line) => (colors ? WHITE_ON_BLACK + line + RESET : line)).join('\n');
}

/** The code for that stream; where it does not fit the window, a sentence that says so. A camera reads no half of it. */
export function qrCodeFor(address: string, stream: Terminal): string {
  const plain = qrCode(address, false).split('\n');
  const [width, height] = [plain[0]?.length ?? 0, plain.length + ROWS_BELOW];
  // Some terminals do not tell their size, or tell 0.
  const { columns = 0, rows = 0 } = stream;
  const isTooSmall = (columns > 0 && columns < width) || (rows > 0 && rows < height);
  return stream.isTTY && isTooSmall
    ? `No QR code: it needs ${width} columns and ${height} rows, and this window has ${columns} and ${rows}.`
    : qrCode(address, hasColors(stream));
}
