/**
 * Consonants only, so that no word appears; no Y, and no digits that look like letters (RFC 8628, section 6.1).
 */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;
/** The highest multiple of 20 in a byte: above it some letters would be more likely. */
const FAIR = 256 - (256 % LETTERS.length);

/** One of 20^8 (2.56 × 10^10) codes, as eight letters. */
export function randomUserCode(): string {
  let code = '';
  while (code.length < LENGTH)
    for (const byte of globalThis.crypto.getRandomValues(new Uint8Array(LENGTH)))
      if (byte < FAIR && code.length < LENGTH) code += LETTERS[byte % LETTERS.length];
  return code;
}

/** As people see it: `BCDF-GHJK`. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

const TYPED = new RegExp(`^[${LETTERS}]{${LENGTH}}$`);
/** Maximum length of a typed code, with its spaces and dashes. */
const LONGEST = 40;

/** The code in what a person typed: any case, with spaces and dashes of any kind. Null if it cannot be a code. */
export function typedCode(text: string | null | undefined): string | null {
  if (!text || text.length > LONGEST) return null;
  const code = text.replace(/[\s\p{Pd}]/gu, '').toUpperCase();
  return TYPED.test(code) ? code : null;
}
