import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { reach } from './chunks.ts';

const OURS = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)\.tsx?["']/g;

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(OURS)].map(([, path = '']) =>
    resolve(dirname(file), `${path}.d.ts`),
  );

/** Deletes the declarations in `folder` that no entry's types import: they have only types of internals. */
export function deleteUnusedDeclarations(folder: string, entries: readonly string[]): void {
  const used = reach(entries, importsOf);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of names.map((name) => join(folder, name)))
    if (file.endsWith('.d.ts') && !used.has(file)) unlinkSync(file);
}
