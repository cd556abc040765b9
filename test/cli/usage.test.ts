/** Errors that are found before any request. */
import { describe, test } from 'vitest';
import { createStage } from '../node/processes.ts';
import { onlyLine, run, runBare } from './run.ts';

const LIMIT = { timeout: 60_000 };
const COMMANDS = [
  'login',
  'guest',
  'whoami',
  'status',
  'carry-over',
  'check',
  'logout',
  'sandbox',
  'inspect',
  'demo',
  'api',
  'rate',
  'favorite',
  'watchlist',
  'list',
  'completion',
];
const KEY = '0123456789abcdef0123456789abcdef';

describe.concurrent('the command, used wrongly or for the first time', LIMIT, () => {
  test('names every command, variable and exit code with --help', async (context) => {
    const { expect } = context;
    const { code, stdout, stderr } = await runBare(context, ['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `);
    expect(stdout).toContain('TMDB_ACCESS_TOKEN');
    expect(stdout).toContain('130 cancelled');
  });

  test('shows the options of login with login --help', async (context) => {
    const { expect } = context;
    const { code, stdout } = await runBare(context, ['login', '--help']);
    expect(code).toBe(0);
    const options = ['--port <number>', '--json', '--v4', '--qr', '--username <name>', '--folder <path>'];
    for (const option of options) expect(stdout).toContain(option);
  });

  test('shows the help of a nested command with help', async (context) => {
    const { expect } = context;
    const { code, stdout } = await runBare(context, ['help', 'list', 'create']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: tmdb-auth list create');
  });

  test.for([
    { args: [], says: 'Usage: tmdb-auth' },
    { args: ['logn'], says: 'Did you mean login?' },
    { args: ['login', '--jsn'], says: 'Did you mean --json?' },
    { args: ['login', '--jsn'], says: '(tmdb-auth login --help shows all options)' },
    { args: ['list', 'show', '--jsn'], says: '(tmdb-auth list show --help shows all options)' },
    { args: ['list'], says: 'Usage: tmdb-auth list' },
    { args: ['completion', 'csh'], says: 'Allowed choices are bash, zsh, fish' },
    { args: ['login', '--access-token', 'x'], says: "unknown option '--access-token'" },
    { args: ['login', '--password', 'x'], says: "unknown option '--password'" },
    { args: ['login', '--username'], says: 'argument missing' },
    { args: ['login', 'now'], says: 'too many arguments' },
    { args: ['sandbox', '--folder', 'x'], says: "unknown option '--folder'" },
    { args: ['inspect', '--folder', 'x'], says: "unknown option '--folder'" },
    { args: ['status', '--overwrite'], says: "unknown option '--overwrite'" },
    { args: ['login', '--port', '70000'], says: "'70000' is not a port" },
    { args: ['sandbox', '--port', '-1'], says: "'-1' is not a port" },
    { args: ['login', '--port', ''], says: "'' is not a port" },
  ])('exits 2 and says $says: $args', async ({ args, says }, context) => {
    const { expect } = context;
    const { code, stdout, stderr } = await runBare(context, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  test.for(['login', 'whoami', 'carry-over', 'check'])(
    'exits 2 without credentials and says what to set: %s',
    async (verb, context) => {
      const { expect } = context;
      const { code, stdout, stderr } = await runBare(context, [verb]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('Set TMDB_ACCESS_TOKEN (or TMDB_API_KEY)');
      expect(stderr).toContain('themoviedb.org/settings/api');
    },
  );

  test('reads the record with status without a credential, also with a wrong one', async (context) => {
    const { expect } = context;
    for (const env of [{}, { TMDB_ACCESS_TOKEN: 'secret-but-odd' }] as Record<string, string>[]) {
      const { code, stdout, stderr } = await runBare(context, ['status'], env);
      expect([code, stdout, stderr]).toEqual([3, 'Nobody is signed in\n', '']);
    }
  });

  test('prints the failure as its one line with --json and no credentials', async (context) => {
    const { expect } = context;
    const { code, stdout, stderr } = await runBare(context, ['login', '--json']);
    expect([code, stderr]).toEqual([2, '']);
    expect(onlyLine(stdout)).toMatchObject({ failure: { code: 'invalid_credentials', retryable: false } });
  });

  test.for([
    { name: 'TMDB_ACCESS_TOKEN', value: KEY, says: 'holds an API key (32 hex digits)' },
    { name: 'TMDB_API_KEY', value: 'eyJhbGci.eyJhdWQi.c2ln', says: 'holds a Read Access Token' },
    { name: 'TMDB_ACCESS_TOKEN', value: 'secret-but-odd', says: 'is not a whole Read Access Token' },
    { name: 'TMDB_API_KEY', value: 'secret-but-odd', says: 'is not an API key' },
  ])('exits 2 without showing the value when $name $says', async ({ name, value, says }, context) => {
    const { expect } = context;
    const { code, stdout, stderr } = await runBare(context, ['whoami'], { [name]: value });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain(value);
  });

  test.for([
    { TMDB_BASE_URL: 'themoviedb' },
    { TMDB_BASE_URL: 'http://api.test' },
    { TMDB_WEB_URL: 'https://www.themoviedb.org/login' },
  ])('exits 2 for an address that cannot be right, and names what is wrong: %o', async (env, context) => {
    const { expect } = context;
    const { code, stderr } = await runBare(context, ['status'], { TMDB_API_KEY: KEY, ...env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/baseURL|webURL|TMDB_/);
  });

  test('exits 1 at once for a key TMDB does not know', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const env = { TMDB_ACCESS_TOKEN: '', TMDB_API_KEY: KEY };
    const { code, stdout, stderr } = await run(context, stage, ['login'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('TMDB does not know this API key');
    expect(stderr).toContain('(invalid_api_key)');
    expect(stage.tmdb.requests).toHaveLength(1);
    expect(await stage.files()).toEqual([]);
  });

  test('accepts the API key in place of the access token', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const env = { TMDB_ACCESS_TOKEN: '', TMDB_API_KEY: stage.tmdb.apiKey };
    const { code, stdout, stderr } = await run(context, stage, ['guest'], env);
    expect([code, stdout.slice(0, 7)]).toEqual([0, '✓ Guest']);
    expect(stdout + stderr).not.toContain(stage.tmdb.apiKey);
  });
});
