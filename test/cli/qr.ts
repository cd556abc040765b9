import decodeQr from 'qr/decode.js';

/** The upper and the lower module of a character, true where it is lit. */
const BLOCKS: Record<string, [boolean, boolean]> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
};
/** Width of a module, in pixels. */
const MODULE = 4;
/** The margin around the code, in modules. */
const AROUND = 4;

/** The lines of the QR code in an output, with their colours; empty without a code. */
export const qrLinesIn = (output: string): string[] =>
  output.split(/\r?\n/).filter((line) => /^[█▀▄ ]{20,}$/.test(withoutColors(line)));

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a colour begins
export const withoutColors = (text: string) => text.replace(/\x1b\[[\d;]*m/g, '');

/** Reads the code as a camera does on a dark or a light terminal. Throws if there is no QR code. */
export function readQr(text: string, background: 'dark' | 'light' = 'dark'): string {
  const lines = qrLinesIn(text).map(withoutColors);
  const modules = lines.flatMap((line) =>
    [0, 1].map((half) => [...line].map((character) => BLOCKS[character]?.[half] ?? false)),
  );
  // The lower half of the last line is not part of the code.
  if (lines.at(-1)?.includes('▀') && !/[█▄]/.test(lines.at(-1) ?? '')) modules.pop();
  const width = (Math.max(...modules.map((row) => row.length)) + 2 * AROUND) * MODULE;
  const height = (modules.length + 2 * AROUND) * MODULE;
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const module = modules[Math.floor(y / MODULE) - AROUND]?.[Math.floor(x / MODULE) - AROUND];
      const isLight = module ?? background === 'light';
      data.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return decodeQr({ width, height, data }, { effort: 8, timeLimit: 5_000 });
}
