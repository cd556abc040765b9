import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../machines/', import.meta.url);
const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
const files = readdirSync(folder).map(
  (name) => [name, withoutComments(readFileSync(new URL(name, folder), 'utf8'))] as const,
);

const OUTSIDE =
  /\b(Date|performance|random|set(Timeout|Interval|Immediate)|queueMicrotask|fetch|process|globalThis|window|document|localStorage|crypto|console|require)\b(?!['"])|\bimport\s*[.(]/g;

describe('the folder machines/', () => {
  test('has files to check', () => expect(files.length).toBeGreaterThan(5));

  test.each(files)('imports only xstate and its own folder in %s', (_, source) => {
    const imports = [...source.matchAll(/(?:from|import)\s*['"]([^'"]+)['"]/g)].map(([, from]) => from);
    expect(imports.filter((from) => from !== 'xstate' && !/^\.\/auth\.\w+\.ts$/.test(from ?? ''))).toEqual(
      [],
    );
  });

  test.each(files)(
    'reads no clock, draws no random numbers and touches nothing outside in %s',
    (_, source) => {
      expect([...source.matchAll(OUTSIDE)].map(([word]) => word)).toEqual([]);
    },
  );

  test.each(files)('starts and stops nothing at import of %s', (_, source) => {
    expect(source).not.toMatch(/^\s*(await|let|var)\b|\bcreateActor\b/m);
  });
});
