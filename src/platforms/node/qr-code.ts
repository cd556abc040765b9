import encodeQr from 'qr';
import { hasColors, type Terminal } from './terminal.ts';

/** ANSI colours that make the code readable with any colour scheme. */
const WHITE_ON_BLACK = '\u001b[97;40m';
const RESET = '\u001b[0m';
/** Rows below the code: the status line and the cursor's row. */
const ROWS_BELOW = 2;

/**
 * An address as a QR code for a terminal, to be opened on a phone: lines of half blocks, light on dark. `colors`: set
 * the colours explicitly, so that it is readable in a light terminal, too. Default: if stdout is a terminal with
 * colours (respects `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb`).
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

/** The QR code for that stream, or a sentence that the window is too small for it. */
export function qrCodeFor(address: string, stream: Terminal): string {
  const plain = qrCode(address, false).split('\n');
  const [width, height] = [plain[0]?.length ?? 0, plain.length + ROWS_BELOW];
  // Some terminals report no size, or 0.
  const { columns = 0, rows = 0 } = stream;
  const isTooSmall = (columns > 0 && columns < width) || (rows > 0 && rows < height);
  return stream.isTTY && isTooSmall
    ? `No QR code: it needs ${width} columns and ${height} rows, and this window has ${columns} and ${rows}.`
    : qrCode(address, hasColors(stream));
}
