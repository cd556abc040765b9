/** The two commands that bring their own TMDB. */
import { readFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { createStage, press, startSource, until } from '../node/processes.ts';
import { onlyLine, resultOf, runBare, shownUrl, startCommand } from './run.ts';

const LIMIT = { timeout: 60_000 };
const HOME = { HOME: '/nonexistent' };

describe.concurrent('tmdb-auth sandbox', LIMIT, () => {
  test('runs until Ctrl-C, and prints all that a login needs', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const sandbox = startSource(context, 'src/tools/cli/main.ts', ['sandbox'], HOME);
    await until(
      () => sandbox.stdout().includes('Ctrl-C ends it.'),
      () => sandbox.stdout() + sandbox.stderr(),
    );
    const exports = [...sandbox.stdout().matchAll(/^ {2}export (\w+)=(\S+)$/gm)];
    const env = Object.fromEntries(exports.map(([, name, value]) => [name, value]));
    expect(Object.keys(env)).toEqual(['TMDB_BASE_URL', 'TMDB_WEB_URL', 'TMDB_ACCESS_TOKEN']);
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder], env);
    await press(await shownUrl(command), 'allow');
    expect((await resultOf(command)).stdout).toBe('✓ Signed in as sandra\n');
    sandbox.signal('SIGINT');
    expect(await sandbox.exit).toEqual({ code: 0, signal: null });
    expect(sandbox.stderr()).toBe('');
  });

  test('prints one line with --json', async (context) => {
    const { expect } = context;
    const sandbox = startSource(context, 'src/tools/cli/main.ts', ['sandbox', '--json'], HOME);
    await until(
      () => sandbox.stdout().includes('\n'),
      () => sandbox.stderr(),
    );
    const { url, apiKey, accessToken } = onlyLine(sandbox.stdout());
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await fetch(`${url}/3/authentication/token/new`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/3/authentication/token/new?api_key=${apiKey}`)).status).toBe(200);
    sandbox.signal('SIGTERM');
    expect(await sandbox.exit).toEqual({ code: 0, signal: null });
    expect(sandbox.stdout().trim().split('\n')).toHaveLength(1);
  });

  test('exits 1 on a port that is taken, and says so', async (context) => {
    const { expect } = context;
    const { tmdb } = await createStage(context);
    const { code, stderr } = await runBare(context, ['sandbox', '--port', new URL(tmdb.url).port]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Port \d+ is in use\./);
    expect(stderr).not.toContain('    at ');
  });
});

/** The sign-ins of the demo, by a state that each of them shows. */
const STATES = [
  'restoring',
  'idle.fresh',
  'tokenRequested.trying',
  'awaitingApproval.waiting',
  'awaitingApproval.checking',
  'sessionRequested.exchanging',
  'sessionRequested.converting',
  'loginSubmitted',
  'sessionActive.accountRequested',
  'sessionActive.ready',
  'sessionActive.verifying',
  'sessionActive.carryingOver',
  'idle.approvalDenied',
  'idle.tokenExpired',
  'idle.sessionRevoked',
  'guestRequested.trying',
  'guestActive.unused',
  'guestActive.used',
  'loggingOut',
  'idle.loggedOut',
];

describe.concurrent('tmdb-auth demo', LIMIT, () => {
  test('ends by itself and shows every state', async (context) => {
    const { expect } = context;
    const { code, stdout, stderr } = await runBare(context, ['demo']);
    expect([code, stderr]).toEqual([0, '']);
    for (const state of STATES) expect(stdout).toMatch(new RegExp(`^ +\\d+ ms {2}${state} +[A-Z]`, 'm'));
    expect(stdout).toContain('Signed in as sandra (Sandra Box)\n            3 requests to TMDB\n');
    expect(stdout).toContain('approval_denied');
    expect(stdout).toContain('token_expired');
    expect(stdout).toContain('session_invalid');
    for (const title of [/ v4/, /keeps the ratings$/, /by user name and password$/]) {
      expect(stdout.split('\n').filter((line) => /^[A-Z]/.test(line) && title.test(line))).toHaveLength(1);
    }
    expect(stdout).not.toContain('unexpected');
  });

  test('plays first the scenes that the README shows', async (context) => {
    const { expect } = context;
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, shown = ''] = /```text\n(A user signs in\n[\s\S]*?)```/.exec(readme) ?? [];
    const { stdout } = await runBare(context, ['demo']);
    const timeless = (text: string) => text.replace(/^ +\d+ ms/gm, 'ms');
    expect(shown).not.toBe('');
    expect(timeless(stdout)).toContain(timeless(shown));
  });

  test('prints a line of JSON for each state with --json, and nothing else', async (context) => {
    const { expect } = context;
    const { code, stdout, stderr } = await runBare(context, ['demo', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trim().split('\n');
    const states = new Set(lines.map((line) => JSON.parse(line).state));
    expect([...states].sort()).toEqual([...STATES].sort());
  });

  test('plays the same with a credential, and sends nothing to the TMDB of that credential', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout } = await resultOf(startCommand(context, stage, ['demo']));
    expect(code).toBe(0);
    expect(stdout).toContain('A user signs in\n');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('signs in to the TMDB of the credential with --real', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const command = startCommand(context, stage, ['demo', '--real']);
    await press(await shownUrl(command), 'allow');
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(0);
    expect(stdout).toBe('✓ Signed in as sandra\n');
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });
});
