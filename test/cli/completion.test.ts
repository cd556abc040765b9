/** The completion scripts, in their own shells. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { createStage } from '../node/processes.ts';
import { makeFolder, runBare } from './run.ts';

const LIMIT = { timeout: 60_000 };
const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

/** Prints the words that each shell offers for the last of the given words. */
const ASK: Record<string, (file: string, words: string[]) => string> = {
  bash: (file, words) => `source ${file}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
    _tmdb_auth; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (file, words) => `source ${file}; complete -C '${words.join(' ')}' | string split -f1 \\t`,
  // The functions of zsh’s line editor are replaced by ones that print.
  zsh: (file, words) => `compdef() { : }; _files() { print FILES }
    _describe() { local -a all=("\${(@P)2}"); for one in $all; do one=\${one%%:*}; [[ $one == \${words[CURRENT]}* ]] && print -- $one; done }
    source ${file}; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _tmdb_auth; true`,
};

const CASES: [string[], string[], string[]][] = [
  [
    ['tmdb-auth', 'lo'],
    ['login', 'logout'],
    ['list', 'status'],
  ],
  [['tmdb-auth', 'list', ''], ['ls', 'create', 'delete'], ['login']],
  [['tmdb-auth', 'list', 'create', '--p'], ['--private'], ['--port', '--paginate']],
  [['tmdb-auth', 'login', '--'], ['--qr', '--v4', '--no-browser', '--json'], ['--paginate']],
  [['tmdb-auth', 'login', '--json', '--q'], ['--qr'], ['--json']],
  [['tmdb-auth', 'completion', ''], ['bash', 'zsh', 'fish'], ['login']],
  [['tmdb-auth', 'help', 'log'], ['login', 'logout'], []],
];

describe.each(Object.keys(ASK))('tmdb-auth completion %s', (shell) => {
  test.for(CASES)('completes %j', LIMIT, async ([words, offered, others], context) => {
    const { expect } = context;
    if (!has(shell)) return context.skip(`no ${shell} here`);
    const stage = await createStage(context);
    const file = join(await makeFolder(stage), 'script');
    const { code, stdout } = await runBare(context, ['completion', shell]);
    expect(code).toBe(0);
    await writeFile(file, stdout);
    const asked = spawnSync(shell, ['-c', ASK[shell]?.(file, words) ?? ''], { encoding: 'utf8' });
    expect(asked.stderr).toBe('');
    const answers = asked.stdout.trim().split('\n');
    expect(answers).toEqual(expect.arrayContaining(offered));
    for (const other of others) expect(answers).not.toContain(other);
  });
});

test(
  'completion leaves the value of an option to the shell, which completes files',
  LIMIT,
  async (context) => {
    const { expect } = context;
    if (!has('bash')) return context.skip('no bash here');
    const stage = await createStage(context);
    const file = join(await makeFolder(stage), 'script');
    await writeFile(file, (await runBare(context, ['completion', 'bash'])).stdout);
    const ask = ASK.bash?.(file, ['tmdb-auth', 'login', '--folder', '']) ?? '';
    expect(spawnSync('bash', ['-c', ask], { encoding: 'utf8' }).stdout.trim()).toBe('');
    const line = `source ${file}; complete -p tmdb-auth`;
    expect(spawnSync('bash', ['-c', line], { encoding: 'utf8' }).stdout).toContain('-o default');
  },
);
