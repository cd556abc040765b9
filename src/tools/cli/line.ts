import { styleText } from 'node:util';
import { visible } from '../../lib/visible.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** A piece of a line: plain, or with a style for terminals that have colours. */
export type Part = string | { text: string; style: Style };

/**
 * One line of output. A line feed in it is made visible like other control characters, so that no text can fake a
 * line.
 */
export type Line = string | Part[];

export const styled = (style: Style, text: string): Part => ({ text, style });
export const bold = (text: string) => styled('bold', text);
export const dim = (text: string) => styled('dim', text);
export const done = (...parts: Part[]): Part[] => [styled('green', '✓'), ' ', ...parts];

/** The text to write. The only place where control characters in texts from TMDB and users are made harmless. */
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

/** By default newer versions of Node check stdout, but the line may go to stderr. */
const colored = (style: Style, text: string) =>
  (styleText as (style: Style, text: string, options: object) => string)(style, text, {
    validateStream: false,
  });
