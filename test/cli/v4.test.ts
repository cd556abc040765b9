/** `login --v4`, and the other verbs afterwards, which need no option. */
import { describe, type TestContext, test } from 'vitest';
import { act, createStage, type Stage } from '../node/processes.ts';
import { loginElsewhere, onlyLine, resultOf, run, secretsOf, signInBefore, startWithBrowser } from './run.ts';

const LIMIT = { timeout: 60_000 };
const HELLO = '✓ Signed in as sandra\n';

async function signedIn(context: TestContext): Promise<Stage> {
  const stage = await createStage(context);
  await loginElsewhere(context, stage, ['--v4']);
  stage.tmdb.resetRequests();
  return stage;
}

const aliveAt = ({ tmdb }: Stage) => [tmdb.accessTokens().length, tmdb.sessions().length];

describe.concurrent('tmdb-auth login --v4', LIMIT, () => {
  test('shows the address, and signs in for both versions', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await loginElsewhere(context, stage, ['--v4']);
    expect([code, stdout]).toEqual([0, HELLO]);
    expect(stderr).toMatch(/^Open this page and approve: \S+\/auth\/access\?request_token=\S+$/m);
    expect(stderr).not.toContain('v3 only');
    expect(aliveAt(stage)).toEqual([1, 1]);
    expect((await stage.record())?.secrets).toMatchObject({
      accessToken: expect.stringMatching(/^eyJ/),
      sessionId: expect.stringMatching(/^\w{40}$/),
    });
    for (const secret of await secretsOf(stage)) expect(stdout + stderr).not.toContain(secret);
  });

  test('prints the v4 account with --json', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout } = await loginElsewhere(context, stage, ['--v4', '--json']);
    expect(code).toBe(0);
    expect(onlyLine(stdout)).toMatchObject({
      status: 'user',
      account: { id: 548, objectId: expect.stringMatching(/^[0-9a-f]{24}$/) },
    });
  });

  test('opens the browser and takes the return', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { command, openedWith } = await startWithBrowser(context, stage, 'exit 0', ['--v4']);
    const page = await act(await openedWith(), 'allow');
    expect(await page.text()).toContain('Signed in as Sandra Box');
    expect(await resultOf(command)).toMatchObject({ code: 0, stdout: HELLO });
    expect(aliveAt(stage)).toEqual([1, 1]);
  });

  test('exits 1 after a denial in the browser, and says so', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { command, openedWith } = await startWithBrowser(context, stage, 'exit 0', ['--v4']);
    await act(await openedWith(), 'deny');
    const { code, stdout, stderr } = await resultOf(command);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('(approval_denied)');
    expect(await stage.files()).toEqual([]);
  });

  test('exits 2 with only an API key, says what to set, and sends no request', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const env = { TMDB_ACCESS_TOKEN: '', TMDB_API_KEY: stage.tmdb.apiKey };
    const { code, stdout, stderr } = await run(context, stage, ['login', '--v4'], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('v4 takes no API key');
    expect(stderr).toMatch(/TMDB_ACCESS_TOKEN|API Read Access Token/);
    expect(stderr).toContain('(invalid_credentials)');
    expect(stderr).not.toContain(stage.tmdb.apiKey);
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('says so, and what to do, when the user is signed in for v3 already', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.resetRequests();
    const { code, stdout, stderr } = await run(context, stage, ['login', '--v4']);
    expect([code, stdout]).toEqual([0, 'Already signed in as sandra\n']);
    expect(stderr).toContain(
      'Already signed in, for v3 only. To sign in for v4 too: tmdb-auth logout, then tmdb-auth login --v4',
    );
    expect(stage.tmdb.requests).toEqual([]);
    expect((await run(context, stage, ['login'])).stderr).not.toContain('v3 only');
  });
});

describe.concurrent('with a v4 user signed in, tmdb-auth', LIMIT, () => {
  test.for(['status', 'whoami', 'login'])('%s says who the user is', async (verb, context) => {
    const { expect } = context;
    const stage = await signedIn(context);
    const { code, stdout, stderr } = await run(context, stage, [verb, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(onlyLine(stdout).account.objectId).toMatch(/^[0-9a-f]{24}$/);
    expect(stage.tmdb.requests).toHaveLength(verb === 'whoami' ? 1 : 0);
    expect(aliveAt(stage)).toEqual([1, 1]);
    for (const secret of await secretsOf(stage)) expect(stdout).not.toContain(secret);
  });

  test('logout deletes session and access token at TMDB', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context);
    const { code, stdout, stderr } = await run(context, stage, ['logout']);
    expect([code, stdout, stderr]).toEqual([0, '✓ Signed out sandra\n', '']);
    expect(aliveAt(stage)).toEqual([0, 0]);
    expect(await stage.files()).toEqual([]);
    const requests = stage.tmdb.requests.map(({ method, path }) => `${method} ${path}`);
    expect(requests.sort()).toEqual(['DELETE /3/authentication/session', 'DELETE /4/auth/access_token']);
  });

  test('logout exits 1 when one of the two cannot be deleted, and says what remains to do', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context);
    const forEver = Number.POSITIVE_INFINITY;
    stage.tmdb.faults.add({
      kind: 'status',
      status: 503,
      match: 'DELETE /4/auth/access_token',
      times: forEver,
    });
    const { code, stdout } = await run(context, stage, ['logout']);
    expect(code).toBe(1);
    expect(stdout).toContain('themoviedb.org/settings/sessions');
    expect(aliveAt(stage)).toEqual([1, 0]);
    expect(await stage.files()).toEqual([]);
  });

  test('whoami notices that the session was revoked', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context);
    stage.tmdb.revoke();
    const { code, stdout } = await run(context, stage, ['whoami']);
    expect(code).toBe(3);
    expect(stdout).toContain('Nobody is signed in\nTMDB no longer knows this session.');
    expect(await stage.files()).toEqual([]);
  });
});
