/** A network, a TMDB or a disk that does not do what it should. */
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

describe.concurrent('tmdb-auth, TMDB not being itself', LIMIT, () => {
  test('login: nobody there', async (context) => {
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

  test('whoami: nobody there; the session is kept', async (context) => {
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

  test.for([429, 503])('whoami: %i is no answer, and nobody is signed out', async (httpStatus, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.faults.add({ kind: 'status', status: httpStatus, match: ACCOUNT, times: FOR_EVER });
    const { code } = await run(context, stage, ['whoami']);
    expect((await stage.record())?.facts.session).not.toBeNull();
    // "ask TMDB who is signed in": it was asked and did not say.
    expect(code).toBe(1);
  });

  test.for([
    { verb: 'guest', request: GUEST_NEW },
    { verb: 'login', request: TOKEN_NEW },
  ])('$verb: a TMDB that never answers is given up', async ({ verb, request }, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: request, times: FOR_EVER });
    const { code, stdout, stderr } = await run(context, stage, [verb]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('TMDB did not answer in time. Try again. (timeout)');
  });

  test('whoami: a TMDB that never answers is given up', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.faults.add({ kind: 'hang', match: ACCOUNT, times: FOR_EVER });
    const command = startCommand(context, stage, ['whoami', '--folder', stage.folder]);
    expect((await endOf(command)).code).toBe(1);
    expect((await stage.record())?.facts.session).not.toBeNull();
  });

  test('guest: a page in place of an answer, then none: says what it may be', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'html', times: FOR_EVER });
    const { code, stdout } = await run(context, stage, ['guest', '--json']);
    expect(code).toBe(1);
    expect(onlyLine(stdout)).toMatchObject({ failure: { code: 'bad_answer' } });
  });

  test('login: a hotel network that redirects everything is sent no credentials twice', async (context) => {
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
  foreign: '{"some":"thing"}',
  'long and binary': '\u0000'.repeat(100_000),
};

describe.concurrent('tmdb-auth, a record it cannot use', LIMIT, () => {
  test.for(Object.entries(BAD_RECORDS))(
    '%s: says so, removes it, and signs in',
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
    'of a newer version: %s says so, and leaves it as it is',
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

  test('readable by others: private after the next write', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    await chmod(recordFile(stage), 0o644);
    await run(context, stage, ['logout']);
    await run(context, stage, ['guest']);
    expect((await stat(recordFile(stage))).mode & 0o777).toBe(0o600);
  });
});

describe.concurrent('tmdb-auth, a folder that cannot be used', LIMIT, () => {
  test.for(['login', 'guest'])(
    '%s with a file in its place says so before it asks TMDB for anything',
    async (verb, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      await writeFile(stage.folder, 'a file');
      const { code, stdout, stderr } = await run(context, stage, [verb]);
      expect(stderr).toContain('Storage is unavailable: this sign-in will not be remembered.');
      expect(stdout).toBe('');
      expect(stage.tmdb.requests).toEqual([]);
      // The shell must not believe that the next command finds somebody signed in.
      expect(code).toBe(1);
      expect(await readFile(stage.folder, 'utf8')).toBe('a file');
    },
  );

  test('status with a folder in the place of the file names it and does not say that nobody is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await mkdir(recordFile(stage), { recursive: true });
    const { code, stdout, stderr } = await run(context, stage, ['status']);
    expect(stderr).toContain(`${recordFile(stage)} is not a regular file.`);
    expect([code, stdout]).toEqual([1, '']);
  });

  test('a folder that others may write to is used with a warning, and with --shared-folder without', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await chmod(await makeFolder(stage), 0o777);
    const warned = await run(context, stage, ['guest']);
    expect(warned.stderr.split(`Other users may write to ${stage.folder}`)).toHaveLength(2);
    const silent = await run(context, stage, ['status', '--shared-folder']);
    expect([warned.code, silent.code, silent.stderr]).toEqual([0, 0, '']);
  });

  test('a folder that was there before keeps its own mode', async (context) => {
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
