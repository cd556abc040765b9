import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../machines/', import.meta.url);
const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
const files = readdirSync(folder).map(
  (name) => [name, withoutComments(readFileSync(new URL(name, folder), 'utf8'))] as const,
);

const OUTSIDE =
  /\b(Date|performance|random|set(Timeout|Interval|Immediate)|queueMicrotask|fetch|process|globalThis|window|document|localStorage|crypto|console|require)\b(?!['"])|\bimport\s*[.(]/g;

describe('machines/', () => {
  test('is found', () => expect(files.length).toBeGreaterThan(5));

  test.each(files)('%s imports nothing but xstate and its own folder', (_, source) => {
    const imports = [...source.matchAll(/(?:from|import)\s*['"]([^'"]+)['"]/g)].map(([, from]) => from);
    expect(imports.filter((from) => from !== 'xstate' && !/^\.\/auth\.\w+\.ts$/.test(from ?? ''))).toEqual(
      [],
    );
  });

  test.each(files)('%s reads no clock, rolls no dice, and touches nothing outside', (_, source) => {
    expect([...source.matchAll(OUTSIDE)].map(([word]) => word)).toEqual([]);
  });

  test.each(files)('%s starts or stops nothing at import', (_, source) => {
    expect(source).not.toMatch(/^\s*(await|let|var)\b|\bcreateActor\b/m);
  });
});
