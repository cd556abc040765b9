/**
 * Characters that move a terminal's cursor, reorder letters, or are invisible. Those that join letters and emoji
 * (ZWNJ, ZWJ) are part of names.
 */
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same without the line feed, which formatted JSON contains. */
const HIDDEN_IN_JSON = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Unicode has pictures of the oldest control characters: `␛` for ESC. */
const PICTURES = 0x2400;
const DELETE = 0x7f;
const PICTURE_OF_DELETE = '\u2421';

/** A one-line text with nothing hidden: control and format characters are written out, as `␛` or `<U+202E>`. */
export const visible = (text: string): string => text.replace(HIDDEN, picture);

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(PICTURES + code);
  if (code === DELETE) return PICTURE_OF_DELETE;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** Equivalent JSON with nothing hidden: such characters in its strings are escaped. */
export const visibleJson = (json: string): string =>
  json.replace(HIDDEN_IN_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
