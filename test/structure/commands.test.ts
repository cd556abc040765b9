import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

// The steps take minutes and write `dist`, so stub programs record how they were called instead.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-commands-'));
  for (const program of ['npm', 'tsx', 'vitest']) {
    const path = join(folder, program);
    writeFileSync(path, `#!/bin/sh\necho "${program} $*" >> "$NOTES"\n`);
    chmodSync(path, 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...words: string[]) {
  const notes = join(folder, 'notes');
  writeFileSync(notes, '');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts/run.ts'), ...words],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: folder + delimiter + process.env.PATH, NOTES: notes },
    },
  );
  return { status, stderr, steps: readFileSync(notes, 'utf8').trim().split('\n').filter(Boolean) };
}

const PEERS = (more = '') => ['npm run build', `tsx test/bench/main.ts${more}`];

test.skipIf(process.platform === 'win32').for([
  { words: ['bench'], steps: PEERS() },
  { words: ['bench', '--only', 'size,hop', '--write'], steps: PEERS(' --only size,hop --write') },
  { words: ['bench', 'server', '--write'], steps: ['tsx test/bench/bench-server.ts --write'] },
])('npm run $words runs its steps with the given options', ({ words, steps }) => {
  expect(run(...words)).toMatchObject({ status: 0, steps });
});

test
  .skipIf(process.platform === 'win32')
  .for([{ words: ['bench', 'peer'] }, { words: ['proof', '--check'] }])(
  'npm run $words lists the commands of the group and exits with 2',
  ({ words }) => {
    const { status, stderr, steps } = run(...words);
    expect([status, steps]).toEqual([2, []]);
    expect(stderr).toContain(`npm run ${words[0]} takes one of:`);
  },
);
