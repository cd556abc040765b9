import { readFileSync } from 'node:fs';
import jsTokens, { type JSXToken, type Token } from 'js-tokens';

/** A text to measure: a comment, a test title or a line of a page. */
export interface Text {
  kind: 'comment' | 'title' | 'prose';
  file: string;
  /** Counted from 1. */
  line: number;
  text: string;
}

/** All texts of a file of code or Markdown. */
export function textsIn(file: string): Text[] {
  const source = readFileSync(file, 'utf8');
  if (file.endsWith('.md')) return proseIn(file, source);
  const tokens = placed(source, file.endsWith('x'));
  return [
    ...commentsIn(file, tokens),
    ...(/\.(?:test|full)\.tsx?$/.test(file) ? titlesIn(file, tokens) : []),
  ];
}

type Placed = (Token | JSXToken) & { line: number };

function placed(source: string, jsx: boolean): Placed[] {
  let line = 1;
  return [...jsTokens(source, { jsx })].map((token: Token | JSXToken) => {
    const at = { ...token, line };
    line += token.value.split('\n').length - 1;
    return at;
  });
}

const isComment = ({ type }: Placed) => type === 'SingleLineComment' || type === 'MultiLineComment';

/** Comments. Adjacent line comments are joined, as a sentence may span several. */
function commentsIn(file: string, tokens: Placed[]): Text[] {
  const comments: (Text & { end: number })[] = [];
  for (const { type, value, line } of tokens.filter(isComment)) {
    const text = spaced(
      value
        .replace(/^\/\*+|\*\/$|^\s*\* ?|^\/\/ ?/gm, ' ')
        .replace(/```[\s\S]*?```|`[^`]*`|\{@link [^}]*\}/g, ' x ')
        .replace(/@\w+|biome-ignore[^:]*:/g, ' '),
    );
    const last = comments.at(-1);
    if (last && type === 'SingleLineComment' && last.end === line - 1) {
      last.text += ` ${text}`;
      last.end = line;
    } else comments.push({ kind: 'comment', file, line, end: line + value.split('\n').length - 1, text });
  }
  return comments;
}

const OPENING = '([{';
const CLOSING = ')]}';

/** Test titles without group names: `test('…')`, `it.skipIf(…)('…')`, `test.each(…)('…')`. */
function titlesIn(file: string, tokens: Placed[]): Text[] {
  const code = tokens.filter(
    (token) => !isComment(token) && !/^(?:WhiteSpace|LineTerminatorSequence)$/.test(token.type),
  );
  return code.flatMap(({ type, value }, start): Text[] => {
    const before = code[start - 1]?.value;
    if (type !== 'IdentifierName' || !/^(?:test|it)$/.test(value) || before === '.') return [];
    for (let at = start + 1; at < code.length; at++) {
      const { value: sign = '', type: kind } = code[at] ?? {};
      if (sign === '.') at += 1;
      else if (sign === '<') at = endOfTypes(code, at);
      else if (sign === '(') {
        const { value: title = '', type: what, line = 0 } = code[at + 1] ?? {};
        if (what === 'StringLiteral' || what === 'NoSubstitutionTemplate')
          return [titleOf(file, line, title.slice(1, -1))];
        if (what === 'TemplateHead') return [titleOf(file, line, wholeTemplate(code, at + 1))];
        at = endOfGroup(code, at);
      } else if (kind !== 'NoSubstitutionTemplate') return [];
    }
    return [];
  });
}

const titleOf = (file: string, line: number, text: string): Text => ({
  kind: 'title',
  file,
  line,
  text: text.replace(/\\(['"`])/g, '$1'),
});

/** The template's text, with `it` for each placeholder. */
function wholeTemplate(code: Placed[], start: number): string {
  const parts: string[] = [];
  for (let at = start; at < code.length; at++) {
    const { type, value } = code[at] as Placed;
    if (/^Template/.test(type)) parts.push(value.replace(/^[`}]|\$\{$|`$/g, ''));
    if (type === 'TemplateTail') break;
  }
  return parts.join('it');
}

function endOfGroup(code: Placed[], start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    const { type, value } = code[at] as Placed;
    if (type !== 'Punctuator') continue;
    if (OPENING.includes(value)) depth += 1;
    if (CLOSING.includes(value)) depth -= 1;
    if (depth === 0) return at;
  }
  return code.length;
}

/** The end of `<…>`, where `>>` may close two. */
function endOfTypes(code: Placed[], start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    const { value } = code[at] as Placed;
    if (/^<+$/.test(value)) depth += value.length;
    if (/^>+$/.test(value)) depth -= value.length;
    if (depth <= 0) return at;
  }
  return code.length;
}

function proseIn(file: string, source: string): Text[] {
  const plain = source
    .replace(/^---\n[\s\S]*?\n---\n/, blank)
    .replace(/```[\s\S]*?```|<!--[\s\S]*?-->|<[^>]+>/g, blank)
    .replace(/!?\[((?:[^\]`]|`[^`]*`)*)\]\([^)]*\)/g, '$1')
    .replace(/`[^`\n]*`/g, 'x');
  return plain
    .split('\n')
    .map(
      (text, index): Text => ({
        kind: 'prose',
        file,
        line: index + 1,
        text: spaced(text.replace(/^[\s>*#|-]+/, '')),
      }),
    )
    .filter(({ text }) => text);
}

/** Keeps line breaks, so that line numbers stay right. */
const blank = (text: string) => text.replace(/[^\n]/g, ' ');
const spaced = (text: string) => text.replace(/\s+/g, ' ').trim();
