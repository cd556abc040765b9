import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;

/** A piece of code in a page, or in a doc comment. */
export interface Block {
  /** `ts`, `tsx`, `sh`, … */
  language: string;
  code: string;
  /** What its first line calls it: `// app.tsx`. Blocks of a page that have names can import each other. */
  name: string | undefined;
}

/** The code blocks of a page; of a source those of its doc comments. */
export const blocksOf = (file: string): Block[] => {
  const text = readFileSync(join(root, file), 'utf8');
  const page = file.endsWith('.md') ? text : text.replace(/^ *\* ?/gm, '');
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
    name: /^\/\/ ([\w.-]+\.tsx?)\n/.exec(code)?.[1],
  }));
};

/** The code blocks of a page in that language. */
export const blocksIn = (file: string, language: string): string[] =>
  blocksOf(file)
    .filter((block) => block.language === language)
    .map(({ code }) => code);

/** An empty project outside the repository, with the packed package installed as a stranger would. */
export function createConsumer(dependencies: string[], tools: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-consumer-'));
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' })) as [
    { filename: string; size: number; files: unknown[] },
  ];
  console.log(
    `Packed ${packed.filename}: ${packed.files.length} files, ${(packed.size / 1024).toFixed(0)} kB.`,
  );
  write('package.json', '{ "name": "consumer", "private": true, "type": "module" }');
  run('npm', 'install', `./${packed.filename}`, ...dependencies);
  run('npm', 'install', '--save-dev', ...tools);

  return { folder, run, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
