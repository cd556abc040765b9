import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;

/** The code blocks of a page in that language. */
export const blocksIn = (page: string, language: string): string[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(
      new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'),
    ),
  ].map(([, code = '']) => code);

/** An empty project outside the repository, with the packed package installed as a stranger would. */
export function createConsumer(dependencies: string[], tools: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-consumer-'));
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' })) as [
    { filename: string; size: number; files: unknown[] },
  ];
  console.log(
    `Packed ${packed.filename}: ${packed.files.length} files, ${(packed.size / 1024).toFixed(0)} kB.`,
  );
  write('package.json', '{ "name": "consumer", "private": true, "type": "module" }');
  run('npm', 'install', `./${packed.filename}`, ...dependencies);
  if (tools.length > 0) run('npm', 'install', '--save-dev', ...tools);

  return { folder, run, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
