/** The options of `tmdb-auth sandbox`. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { start, startSource, until } from '../node/processes.ts';
import { freePort } from '../support/free-port.ts';
import { endOf, onlyLine, runBare } from './run.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const LIMIT = { timeout: 60_000 };

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-test-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Told {
  url: string;
  apiKey: string;
  accessToken: string;
  control: boolean;
}

/** Starts the command, and the program that it starts. */
async function run(context: TestContext, ...args: string[]) {
  const command = startSource(context, 'src/tools/cli/main.ts', ['sandbox', '--json', ...args], {
    HOME: '/nonexistent',
  });
  await until(
    () => command.stdout().includes('\n'),
    () => command.stdout() + command.stderr(),
  );
  const told: Told = onlyLine(command.stdout());
  const call = async (request: string, body?: unknown) => {
    const [method = '', path = ''] = request.split(' ');
    const response = await fetch(told.url + path, {
      method,
      headers: { authorization: `Bearer ${told.accessToken}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { command, told, call };
}

describe.concurrent('tmdb-auth sandbox', LIMIT, () => {
  test('can be started by the command of the Dockerfile, and controlled', async (context) => {
    const { expect } = context;
    const file = await readFile('examples/sandbox/Dockerfile', 'utf8');
    const [program = '', , ...args] = ['ENTRYPOINT', 'CMD'].flatMap((name) =>
      JSON.parse(new RegExp(`^${name} (.*)$`, 'm').exec(file)?.[1] ?? ''),
    );
    const { bin } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(Object.keys(bin)).toEqual([basename(program)]);
    expect(args.splice(args.indexOf('--port'), 2)).toEqual(['--port', '8080']);
    const { call } = await run(context, ...args);
    expect((await call('POST /_sandbox/reset')).status).toBe(200);
  });

  test('has the same credentials each time, as its guide says, and they are obviously invented', async (context) => {
    const { expect } = context;
    const port = String(await freePort());
    const first = await run(context, '--port', port);
    await first.command.kill();
    const second = await run(context, '--port', port);
    expect(second.told).toEqual(first.told);
    expect((await second.call('GET /3/authentication')).status).toBe(200);
    const { apiKey, accessToken } = first.told;
    const [header, claims, signature] = accessToken.split('.');
    const read = (part = '') => JSON.parse(String(Buffer.from(part, 'base64url')));
    expect([apiKey, read(header), signature]).toEqual(['0'.repeat(32), { alg: 'none' }, 'sandbox']);
    expect(read(claims)).toMatchObject({ aud: apiKey, sub: 'tmdb-auth-sandbox' });
    const guide = await readFile('docs/guides/sandbox.md', 'utf8');
    expect([guide.includes(apiKey), guide.includes(accessToken)]).toEqual([true, true]);
  });

  test.skipIf(!hasPython)(
    'passes the Python test of its guide, which fails without its approval',
    async (context) => {
      const { expect } = context;
      const { told } = await run(context);
      const guide = await readFile('docs/guides/sandbox.md', 'utf8');
      const [, code = ''] = /```python\n([\s\S]*?)```/.exec(guide) ?? [];
      const env = {
        TMDB_BASE_URL: told.url,
        TMDB_ACCESS_TOKEN: told.accessToken,
        PYTHONDONTWRITEBYTECODE: '1',
      };
      const folder = await folderFor(context);
      const play = async (text: string) => {
        const file = join(folder, 'test_sign_in.py');
        await writeFile(file, text);
        return endOf(start(context, 'python3', ['-W', 'error', file], env));
      };
      expect((await play(code)).stderr).toMatch(/^Ran 3 tests[\s\S]*^OK$/m);
      const unapproved = await play(code.replace(/^ +control\('POST', '\/approve'.*\n/m, ''));
      expect(unapproved.stderr).toContain('FAILED (errors=1)');
    },
  );

  test('replaces sandra by the users of --user', async (context) => {
    const { call } = await run(context, '--user', 'ada', '--user', 'bo', '--user', 'ada');
    const { body } = await call('GET /_sandbox');
    context.expect(body.users.map(({ username }: { username: string }) => username)).toEqual(['ada', 'bo']);
  });

  test('answers other machines with --host, and their control requests only with --control', async (context) => {
    const { expect } = context;
    const open = await run(context, '--host', '0.0.0.0');
    expect([open.told.control, (await open.call('POST /_sandbox/reset')).status]).toEqual([false, 403]);
    expect((await open.call('GET /3/authentication')).status).toBe(200);
    const { port } = new URL(open.told.url);
    expect((await fetch(`http://127.0.0.2:${port}/3/authentication`)).status).toBe(401);
    const controlled = await run(context, '--host', '0.0.0.0', '--control');
    expect([controlled.told.control, (await controlled.call('POST /_sandbox/reset')).status]).toEqual([
      true,
      200,
    ]);
  });

  test('keeps with --state a session that was answered just before the process was killed', async (context) => {
    const { expect } = context;
    const file = join(await folderFor(context), 'new', 'state.json');
    const first = await run(context, '--state', file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const request_token = (await first.call('GET /3/authentication/token/new')).body.request_token;
    await first.call('POST /_sandbox/users', { username: 'ada' });
    await first.call('POST /_sandbox/approve', { request_token, username: 'ada' });
    const made = await first.call('POST /3/authentication/session/new', { request_token });
    await first.command.kill();

    const second = await run(context, '--state', file);
    const account = await second.call(`GET /3/account?session_id=${made.body.session_id}`);
    expect(account.body.username).toBe('ada');
    await second.call('POST /_sandbox/clock', { advance: 3_600_000 });
    second.command.signal('SIGTERM');
    expect(await second.command.exit).toEqual({ code: 0, signal: null });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(file, '..'))).toEqual(['state.json']);

    const third = await run(context, '--state', file, '--user', 'bo');
    const { body } = await third.call('GET /_sandbox');
    expect(body.users.map(({ username }: { username: string }) => username)).toEqual(['sandra', 'ada', 'bo']);
    expect(body.now).toBeGreaterThan(Date.now() + 3_000_000);
    await third.call('POST /_sandbox/revoke');
    expect((await third.call(`GET /3/account?session_id=${made.body.session_id}`)).status).toBe(401);
  });

  test.for([['a state that is cut off'], ['an empty file']])(
    'exits 1 for --state with %s, says so, and leaves the file unchanged',
    async ([kind], context) => {
      const { expect } = context;
      const file = join(await folderFor(context), 'state.json');
      if (kind === 'a state that is cut off') {
        const { command } = await run(context, '--state', file);
        await command.kill();
      } else await writeFile(file, '');
      const broken = (await readFile(file, 'utf8')).slice(0, 500);
      await writeFile(file, broken);
      const { code, stdout, stderr } = await runBare(context, ['sandbox', '--state', file]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toBe(
        `✗ ${file} is broken or was not saved by this version. Move it away, or name another file. (storage_unavailable)\n`,
      );
      expect(await readFile(file, 'utf8')).toBe(broken);
    },
  );

  test('ends when the file of --state cannot be written at the start, and later warns once and tries again', async (context) => {
    const { expect } = context;
    const folder = await folderFor(context);
    const { code, stderr } = await runBare(context, ['sandbox', '--state', folder]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${folder} is not a regular file.`)]);

    const file = join(folder, 'inner', 'state.json');
    const { command, call } = await run(context, '--state', file);
    const meetGuest = async () =>
      expect((await call('GET /3/authentication/guest_session/new')).status).toBe(200);
    const complaints = () => command.stderr().match(/The state could not be saved/g)?.length;
    await rename(join(folder, 'inner'), join(folder, 'moved'));
    for (let tries = 0; tries < 3; tries++) await meetGuest();
    expect(complaints()).toBe(1);
    await rename(join(folder, 'moved'), join(folder, 'inner'));
    const before = await readFile(file, 'utf8');
    await meetGuest();
    expect((await readFile(file, 'utf8')).length).toBeGreaterThan(before.length);
    expect(complaints()).toBe(1);
  });
});
