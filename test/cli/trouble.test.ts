/** A network, a TMDB or a disk that does not work as it should. */
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, test } from 'vitest';
import { createStage, until } from '../node/processes.ts';
import { ACCOUNT, GUEST_NEW, TOKEN_NEW } from '../support/requests.ts';
import {
  cutOff,
  endOf,
  makeFolder,
  onlyLine,
  recordFile,
  resultOf,
  run,
  signInBefore,
  startCommand,
} from './run.ts';

const LIMIT = { timeout: 60_000 };
const FOR_EVER = Number.POSITIVE_INFINITY;

describe.concurrent('with a broken TMDB, tmdb-auth', LIMIT, () => {
  test('login says that TMDB cannot be reached', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    cutOff(stage);
    const { code, stdout, stderr } = await run(context, stage, ['login']);
    expect([code, stdout]).toEqual([1, '']);
    const { host } = new URL(stage.tmdb.baseURL);
    expect(stderr).toMatch(/TMDB could not be reached: .* \((ECONNRESET|UND_ERR_SOCKET)\)\. .*\(network\)/);
    expect(stderr).toContain(host);
    expect(stderr).not.toMatch(/fetch failed|https?:|token\/new/);
    expect(await stage.files()).toEqual([]);
  });

  test('whoami says that TMDB cannot be reached, and keeps the session', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    cutOff(stage);
    const { code, stderr } = await run(context, stage, ['whoami']);
    expect(code).toBe(1);
    expect(stderr).toContain('(network)');
    expect((await stage.record())?.facts.session).not.toBeNull();
    const status = await run(context, stage, ['status']);
    expect([status.code, status.stdout]).toEqual([0, 'Signed in as sandra (Sandra Box)\n']);
  });

  test.for([429, 503])('whoami keeps the user signed in after a %i', async (httpStatus, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.faults.add({ kind: 'status', status: httpStatus, match: ACCOUNT, times: FOR_EVER });
    const { code } = await run(context, stage, ['whoami']);
    expect((await stage.record())?.facts.session).not.toBeNull();
    // The user asked TMDB who is signed in, and got no answer.
    expect(code).toBe(1);
  });

  test.for([
    { verb: 'guest', request: GUEST_NEW },
    { verb: 'login', request: TOKEN_NEW },
  ])('$verb gives up a TMDB that never answers', async ({ verb, request }, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: request, times: FOR_EVER });
    const { code, stdout, stderr } = await run(context, stage, [verb]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('TMDB did not answer in time. Try again. (timeout)');
  });

  test('whoami gives up a TMDB that never answers', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.faults.add({ kind: 'hang', match: ACCOUNT, times: FOR_EVER });
    const command = startCommand(context, stage, ['whoami', '--folder', stage.folder]);
    expect((await endOf(command)).code).toBe(1);
    expect((await stage.record())?.facts.session).not.toBeNull();
  });

  test('guest says what may be wrong after a web page in place of an answer, and then none', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'html', times: FOR_EVER });
    const { code, stdout } = await run(context, stage, ['guest', '--json']);
    expect(code).toBe(1);
    expect(onlyLine(stdout)).toMatchObject({ failure: { code: 'bad_answer' } });
  });

  test('login sends its credentials once to a hotel network that redirects everything', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const asked: string[] = [];
    const portal = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/sign-in-to-the-hotel' }).end('<html>');
    }).listen(0, '127.0.0.1');
    context.onTestFinished(() => void portal.close());
    await until(
      () => portal.listening,
      () => 'the portal',
    );
    const { port } = portal.address() as { port: number };
    const env = { TMDB_BASE_URL: `http://127.0.0.1:${port}` };
    const { code, stderr } = await run(context, stage, ['login'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('(bad_answer)');
    expect(new Set(asked)).toEqual(new Set(['/3/authentication/token/new']));
  });
});

const BAD_RECORDS = {
  torn: '{"v":1,"facts":{"token":nul',
  'of another program': '{"some":"thing"}',
  'long and binary': '\u0000'.repeat(100_000),
};

describe.concurrent('with an unusable record, tmdb-auth', LIMIT, () => {
  test.for(Object.entries(BAD_RECORDS))(
    'removes one that is %s, says so, and signs in',
    async ([, text], context) => {
      const { expect } = context;
      const stage = await createStage(context);
      await makeFolder(stage);
      await writeFile(recordFile(stage), text);
      const { code, stdout, stderr } = await run(context, stage, ['status']);
      expect([code, stdout]).toEqual([3, 'Nobody is signed in\n']);
      expect(stderr).toBe('The stored record was unreadable and has been removed.\n');
      expect(await stage.files()).toEqual([]);
      const guest = await run(context, stage, ['guest', '--json']);
      expect([guest.code, guest.stderr]).toEqual([0, '']);
      expect((await stage.record())?.facts.guest).not.toBeNull();
    },
  );

  test.for(['status', 'whoami', 'login', 'guest', 'logout'])(
    'leaves one of a newer version unchanged, and says so: %s',
    async (verb, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      await signInBefore(context, stage);
      const newer = JSON.stringify({ ...(await stage.record()), v: 2 });
      await writeFile(recordFile(stage), newer);
      stage.tmdb.resetRequests();
      const { code, stdout, stderr } = await run(context, stage, [verb]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('(record_newer)');
      expect(await readFile(recordFile(stage), 'utf8')).toBe(newer);
      expect(stage.tmdb.requests).toEqual([]);
    },
  );

  test('makes one private at the next write that others could read', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await chmod(recordFile(stage), 0o644);
    await run(context, stage, ['logout']);
    await run(context, stage, ['guest']);
    expect((await stat(recordFile(stage))).mode & 0o777).toBe(0o600);
  });
});

describe.concurrent('with an unusable folder, tmdb-auth', LIMIT, () => {
  test.for(['login', 'guest'])(
    '%s reports a file in its place before it sends a request',
    async (verb, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      await writeFile(stage.folder, 'a file');
      const { code, stdout, stderr } = await run(context, stage, [verb]);
      expect(stderr).toContain('Storage is unavailable: changes will not be remembered.');
      expect(stdout).toBe('');
      expect(stage.tmdb.requests).toEqual([]);
      // Scripts must not believe that the next command finds a user signed in.
      expect(code).toBe(1);
      expect(await readFile(stage.folder, 'utf8')).toBe('a file');
    },
  );

  test('status names a folder in the place of the file, and does not say that nobody is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await mkdir(recordFile(stage), { recursive: true });
    const { code, stdout, stderr } = await run(context, stage, ['status']);
    expect(stderr).toContain(`${recordFile(stage)} is not a regular file.`);
    expect([code, stdout]).toEqual([1, '']);
  });

  test('warns about a folder that others may write to, and not with --shared-folder', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await chmod(await makeFolder(stage), 0o777);
    const warned = await run(context, stage, ['guest']);
    expect(warned.stderr.split(`Other users may write to ${stage.folder}`)).toHaveLength(2);
    const silent = await run(context, stage, ['status', '--shared-folder']);
    expect([warned.code, silent.code, silent.stderr]).toEqual([0, 0, '']);
  });

  test('keeps the mode of a folder that existed before', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const shared = join(dirname(stage.folder), 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    const { code } = await resultOf(startCommand(context, stage, ['guest', '--folder', shared]));
    expect(code).toBe(0);
    expect((await stat(shared)).mode & 0o7777).toBe(0o1777);
  });
});
