/** The commands of docs/guides/sandbox.md, as printed there. */
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sandboxForTest } from './helpers.ts';

const guide = await readFile(new URL('../../docs/guides/sandbox.md', import.meta.url), 'utf8');
const lines = [...guide.matchAll(/^\|[^|]*\| `(curl [^`]+)`/gm)].map(([, line = '']) => line);
const run = promisify(execFile);

const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

it('the guide has a line for every path of the control', () => {
  const words = lines.map((line) => /\$TMDB\/_sandbox\S*/.exec(line)?.[0].split('/')[2] ?? '');
  const known = ['', 'approve', 'clock', 'deny', 'faults', 'quirks', 'requests', 'reset', 'revoke', 'users'];
  expect([...new Set(words)].sort()).toEqual(known.sort());
});

it.skipIf(!has('curl', '--json', '{}', '--version'))(
  'the lines for cURL work as printed, one after another',
  async () => {
    const { sandbox, newToken, newSession } = await sandboxForTest();
    await newSession();
    const answers = new Map<string, Record<string, unknown>>();
    for (const line of lines) {
      const env = { ...process.env, TMDB: sandbox.url, TOKEN: await newToken() };
      const { stdout } = await run('bash', ['-c', `${line} --silent --fail-with-body`], { env });
      answers.set(line, JSON.parse(stdout));
    }
    expect([...answers].filter(([, answer]) => 'error' in answer)).toEqual([]);
    const answerOf = (part: string) => [...answers].find(([line]) => line.includes(part))?.[1];
    expect(answerOf('/revoke')).toEqual({ ended: 1 });
    expect(answerOf('rateLimited')).toEqual({ id: 1 });
    expect(answerOf('"now"')).toEqual({ now: 1767225600000 });
    expect(answerOf('/users/sandra')).toEqual({ favorites: [], watchlist: [], ratings: [], lists: [] });
    expect(sandbox.tokens()).toEqual([]);
  },
);
