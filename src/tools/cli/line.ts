import { styleText } from 'node:util';
import { visible } from '../../lib/visible.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** A piece of a line: plain, or with a style for terminals that have colours. */
export type Part = string | { text: string; style: Style };

/** One line for people. A line feed in it is shown like any other control character: it would begin a line of its own. */
export type Line = string | Part[];

export const styled = (style: Style, text: string): Part => ({ text, style });
export const bold = (text: string) => styled('bold', text);
export const dim = (text: string) => styled('dim', text);
export const done = (...parts: Part[]): Part[] => [styled('green', '✓'), ' ', ...parts];

/** The line as it is written: the one place where a text of TMDB's or of a user's loses its power over the terminal. */
export function written(line: Line, hasColors: boolean): string {
  const parts = typeof line === 'string' ? [line] : line;
  return parts
    .map((part) => {
      if (typeof part === 'string') return visible(part);
      const text = visible(part.text);
      return hasColors ? colored(part.style, text) : text;
    })
    .join('');
}

/** Newer versions of Node look at stdout, which need not be the stream that is written to. */
const colored = (style: Style, text: string) =>
  (styleText as (style: Style, text: string, options: object) => string)(style, text, {
    validateStream: false,
  });
