/** Letters two columns wide: Chinese, Japanese, Korean, full-width forms, and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f/u;
/** Combining accents and joiners take no column. */
const NONE = /^(?:\p{Mn}|\p{Me}|\u200c|\u200d)+$/u;

const segmenter = new Intl.Segmenter();

const columnsOf = (letter: string) => (NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** The width of a text in terminal columns. */
export const widthOf = (text: string): number =>
  [...segmenter.segment(text)].reduce((sum, { segment }) => sum + columnsOf(segment), 0);

/** Cuts the text to `width` columns; a cut text ends in `…`. */
export function cutTo(width: number, text: string): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += columnsOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

export const padTo = (width: number, text: string): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));
