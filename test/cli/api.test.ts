/** `tmdb-auth api`, as scripts use it. */
import { describe, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { createClient } from '../node/person.ts';
import { createStage } from '../node/processes.ts';
import {
  beGuestBefore,
  endOf,
  resultOf,
  run,
  secretsOf,
  signInBefore,
  startCommand,
  startWithInput,
} from './run.ts';

const LIMIT = { timeout: 60_000 };
const NOBODY = 'Nobody is signed in. Sign in: tmdb-auth login (session_invalid)';
const LISTS = 'GET /3/account/548/lists';

describe.concurrent('tmdb-auth api', LIMIT, () => {
  test.for(['movie/550', '/3/movie/550', '3/movie/550', 'https://api.themoviedb.org/3/movie/550'])(
    '%s sends a request without a user, and prints the answer as one line',
    async (path, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const { code, stdout, stderr } = await run(context, stage, ['api', path]);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout.match(/\n/g)).toHaveLength(1);
      expect(JSON.parse(stdout)).toMatchObject({ id: 550 });
      expect(stage.tmdb.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'GET /3/movie/550',
      ]);
    },
  );

  test('sends the request as the user who is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const { code, stdout, stderr } = await run(context, stage, ['api', 'account']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ username: 'sandra' });
    for (const secret of await secretsOf(stage)) expect(stdout + stderr).not.toContain(secret);
  });

  test('marks a guest as used after a rating', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const rated = await run(context, stage, ['api', 'movie/550/rating', '-F', 'value=8.5']);
    expect([rated.code, JSON.parse(rated.stdout).success]).toEqual([0, true]);
    expect((await stage.record())?.facts.guest?.used).toBe(true);
  });

  test.for([
    ['account', NOBODY],
    ['account/{account_id}/lists', NOBODY],
    ['/4/account/{account_id}/lists', NOBODY],
  ] as const)(
    'refuses %s without a request when nobody is signed in, and exits 3',
    async ([path, says], context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const { code, stdout, stderr } = await run(context, stage, ['api', path]);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain(says);
      expect(stage.tmdb.requests).toEqual([]);
    },
  );

  test('tells a guest who asks for an account that nobody is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const { code, stderr } = await run(context, stage, ['api', 'account/{account_id}/lists']);
    expect([code, stderr]).toEqual([3, `✗ ${NOBODY}\n`]);
  });

  test.for([[['POST', '/4/list', '-f', 'name=Noir']], [['/4/account/{account_id}/lists']]])(
    '%j tells a user of v3 which commands to run for v4',
    async ([request], context) => {
      const { expect } = context;
      const stage = await createStage(context);
      await signInBefore(context, stage);
      const { code, stderr } = await run(context, stage, ['api', ...(request ?? [])]);
      expect(code).toBe(1);
      expect(stderr).toContain('Run: tmdb-auth logout, then tmdb-auth login --v4 (not_allowed)');
    },
  );

  test.for(['-X', '--method'])('uses the method of %s, as gh does', async (option, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await run(context, stage, ['api', 'movie/550/rating', '-F', 'value=7']);
    const { code } = await run(context, stage, ['api', option, 'delete', 'movie/550/rating']);
    expect(code).toBe(0);
    expect(stage.tmdb.account().ratings).toEqual([]);
  });

  test('replaces {guest_session_id}, and does not show the id', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage, { 550: 9 });
    const path = 'guest_session/{guest_session_id}/rated/movies';
    const { code, stdout, stderr } = await run(context, stage, ['api', path, '-i']);
    expect(code).toBe(0);
    expect(stdout).toContain('"results"');
    for (const secret of await secretsOf(stage)) expect(stdout + stderr).not.toContain(secret);
  });

  test('combines -F and -f into one body in the order of the command line', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const fields = ['-F', 'value=2', '-f', 'value=x', '-F', 'value=7'];
    const { code } = await run(context, stage, ['api', 'movie/550/rating', ...fields]);
    expect(code).toBe(0);
    expect(stage.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 7 }]);
    const refused = await run(context, stage, ['api', 'movie/550/rating', '-F', 'value=7', '-f', 'value=x']);
    expect(refused.code).toBe(1);
  });

  test('sends standard input with --input -, and headers with --header', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const args = ['api', 'movie/550/rating', '--input', '-', '-H', 'Accept-Language: de'];
    const { code } = await resultOf(
      startWithInput(context, stage, [...args, '--folder', stage.folder], '{"value":7}'),
    );
    expect(code).toBe(0);
    expect(stage.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 7 }]);
  });

  test('prints the items of all pages with --paginate, one for each line', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const made = Array.from({ length: 23 }, (_, turn) => `List ${turn}`);
    const { auth } = createClient(context, stage);
    for (const name of made) await accountOf(auth).lists.create({ name });
    auth.dispose();
    stage.tmdb.resetRequests();
    const { code, stdout } = await run(context, stage, ['api', 'account/{account_id}/lists', '--paginate']);
    expect(code).toBe(0);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).name);
    expect(names.sort()).toEqual(made.sort());
    expect(stage.asked(LISTS)).toBe(2);
  });

  test('requests no more pages with --paginate once its reader has closed', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const { auth } = createClient(context, stage);
    for (let turn = 0; turn < 23; turn += 1) await accountOf(auth).lists.create({ name: `List ${turn}` });
    auth.dispose();
    stage.tmdb.faults.add({ kind: 'hang', match: LISTS, after: 1 });
    const args = ['api', 'account/{account_id}/lists', '--paginate', '--folder', stage.folder];
    const command = startCommand(context, stage, args);
    command.closeOutput();
    expect(await endOf(command)).toMatchObject({ code: 0, stderr: '' });
  });

  test('prints a refusal on stdout and its reason on stderr, and exits 1', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await run(context, stage, ['api', '/3/nowhere']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status_code: 34 });
    expect(stderr).toBe('✗ The resource you requested could not be found. (HTTP 404)\n');
  });

  test('prints status and headers with --include, and no body with --silent', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { stdout } = await run(context, stage, ['api', 'movie/550', '-i', '--silent']);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\n(?:[\w-]+: .*\n)+\n$/);
    const silent = await run(context, stage, ['api', 'movie/550', '--silent']);
    expect([silent.code, silent.stdout, silent.stderr]).toEqual([0, '', '']);
  });

  test('exits 130 on Ctrl-C during a request', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: 'GET /3/movie/550' });
    const command = startCommand(context, stage, ['api', 'movie/550', '--folder', stage.folder]);
    await stage.isAsked('GET /3/movie/550');
    command.signal('SIGINT');
    expect(await resultOf(command)).toMatchObject({
      code: 130,
      stdout: '',
      stderr: '✗ The request was cancelled. (cancelled)\n',
    });
  });

  test('drops a session that TMDB has forgotten', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.revoke();
    const { code, stderr } = await run(context, stage, ['api', 'account']);
    expect(code).toBe(1);
    expect(stderr).toContain('(HTTP 401)');
    expect(await stage.files()).toEqual([]);
  });

  test.for([
    [['api', 'GET', 'movie/550', 'more'], 'Give a method and a path'],
    [['api', '-X', 'GET', 'POST', 'movie/550'], 'Give a method and a path'],
    [['api', 'movie/550', '--json'], "unknown option '--json'"],
    [['api', 'FETCH', 'movie/550'], "'FETCH' is not a method"],
    [['api', 'https://example.org/3/movie/550'], "is not an address of TMDB's API"],
    [['api', '/'], 'Give a path'],
    [['api', 'movie/550', '-F', 'value'], "'value' is not a field"],
    [['api', 'movie/550', '-F', 'a[b=1'], "'a[b' is not a valid field name"],
    [['api', 'movie/550', '-F', 'a=@/nowhere'], '/nowhere cannot be read (ENOENT)'],
    [['api', 'list', '-F', 'a=1', '-F', 'a[b]=1'], 'is used both as a list and as an object'],
    [['api', 'GET', 'list', '-F', 'a[b]=1'], "'a' is a list or an object"],
    [['api', 'movie/550', '-H', 'no header'], "'no header' is not a header"],
    [['api', 'POST', 'movie/550', '--paginate'], '--paginate works with GET only'],
    [['api', 'GET', 'movie/550', '--input', '-'], 'A GET has no body'],
    [['api', 'movie/550', '--paginate'], 'This answer has no pages'],
  ] as [string[], string][])('%j exits 2 and says why', async ([args, says], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stderr } = await run(context, stage, args);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});
