/** Character widths in em of DejaVu Sans, the widest of the fallback fonts. */
const WIDTHS: [characters: string, em: number][] = [
  ["ijl.,:;'|!I ", 0.32],
  ['()[]frt-/·', 0.41],
  ['JLFTszck"', 0.55],
  ['mMW%@', 0.95],
  ['wGNOQDHU→⚙', 0.8],
  ['ABCEKPRSVXYZ', 0.68],
];
const OTHER = 0.61;

export const SIZE = { title: 12.5, text: 11 } as const;

function emOf(character: string): number {
  return WIDTHS.find(([characters]) => characters.includes(character))?.[1] ?? OTHER;
}

export function widthOf(text: string, size: number = SIZE.text, isBold = false): number {
  const em = [...text].reduce((sum, character) => sum + emOf(character), 0);
  return Math.ceil(em * size * (isBold ? 1.13 : 1));
}
