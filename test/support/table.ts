const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** A table in Markdown. `align` is for its columns, `---` by default. */
export const table = (head: string[], rows: string[][], align = head.map(() => '---')) =>
  [head, align, ...rows].map(row).join('\n');
