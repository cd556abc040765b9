/** The command's verbs, in words and in JSON. */
import { describe, test } from 'vitest';
import { act, createStage, press } from '../node/processes.ts';
import { ACCOUNT } from '../support/requests.ts';
import {
  beGuestBefore,
  loginElsewhere,
  onlyLine,
  resultOf,
  run,
  secretsOf,
  shownUrl,
  signInBefore,
  startCommand,
  startWithBrowser,
} from './run.ts';

const LIMIT = { timeout: 60_000 };

describe.concurrent('tmdb-auth login', LIMIT, () => {
  test('shows the address, waits, says who signed in and remembers it', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await loginElsewhere(context, stage);
    expect(stdout).toBe('✓ Signed in as sandra\n');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Open this page and approve: http\S+\/authenticate\/\w{40}$/m);
    expect(stderr).toContain('\nWaiting for your approval\n');
    expect(stdout + stderr).not.toContain('awaitingApproval');
    for (const secret of await secretsOf(stage)) expect(stdout + stderr).not.toContain(secret);
    expect(stage.tmdb.sessions()).toHaveLength(1);
    expect(await stage.record()).toMatchObject({ facts: { account: { username: 'sandra' } } });
  });

  test('prints one line with --json, and only the address on stderr', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await loginElsewhere(context, stage, ['--json']);
    expect(code).toBe(0);
    expect(onlyLine(stdout)).toMatchObject({ state: 'sessionActive.ready', account: { id: 548 } });
    expect(stderr).toMatch(/^Open this page and approve: \S+\n$/);
    for (const secret of await secretsOf(stage)) expect(stdout + stderr).not.toContain(secret);
  });

  test('says so without a request when a user is signed in already', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.resetRequests();
    const { code, stdout, stderr } = await run(context, stage, ['login']);
    expect([code, stdout]).toEqual([0, 'Already signed in as sandra\n']);
    expect(stderr).not.toContain('http');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('can be ended by Ctrl-C after a denial while it polls, and makes no session', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await press(await shownUrl(command), 'deny');
    await stage.isAsked('POST /3/authentication/session/new');
    command.signal('SIGINT');
    expect((await command.exit).code).toBe(130);
    expect(stage.tmdb.sessions()).toEqual([]);
  });

  test('opens the browser and takes the return', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { command, openedWith } = await startWithBrowser(context, stage, 'exit 0');
    const page = await act(await openedWith(), 'allow');
    expect(await page.text()).toContain('Signed in as Sandra Box');
    const { code, stdout, stderr } = await resultOf(command);
    expect([code, stdout]).toEqual([0, '✓ Signed in as sandra\n']);
    expect(stderr).toContain('Approve in the browser, or here: http');
  });

  test('exits 1 after a denial in the browser, and says so', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { command, openedWith } = await startWithBrowser(context, stage, 'exit 0');
    await act(await openedWith(), 'deny');
    const { code, stderr, stdout } = await resultOf(command);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('(approval_denied)');
    expect(await stage.files()).toEqual([]);
  });

  // On a busy machine the browser may fail only after the address was shown as that of an open page.
  test.for(['exit 1', 'sleep 2; exit 1'])(
    'shows the address and polls when the browser does not work (%s)',
    async (script, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const { command } = await startWithBrowser(context, stage, script);
      await press(await shownUrl(command), 'allow');
      const { code, stderr } = await resultOf(command);
      expect(code).toBe(0);
      expect(stderr).toContain('Open this page and approve: http');
    },
  );
});

const SAYS = {
  status: 'Signed in as sandra (Sandra Box)\n',
  whoami: 'Signed in as sandra (Sandra Box)\n',
  logout: '✓ Signed out sandra\n',
  guest: 'Already signed in as sandra\n',
};
const VERBS = ['status', 'whoami', 'logout', 'guest'] as const;

describe.concurrent('with a user signed in, tmdb-auth', LIMIT, () => {
  test.for(VERBS)('%s says who the user is', async (verb, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const secrets = await secretsOf(stage);
    stage.tmdb.resetRequests();
    const { code, stdout, stderr } = await run(context, stage, [verb]);
    expect(code).toBe(0);
    expect(stdout).toBe(SAYS[verb]);
    expect(stage.tmdb.sessions()).toHaveLength(verb === 'logout' ? 0 : 1);
    expect(stage.tmdb.requests).toHaveLength(verb === 'whoami' || verb === 'logout' ? 1 : 0);
    expect((await stage.files()).length).toBe(verb === 'logout' ? 0 : 1);
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  });

  test.for(VERBS)('%s --json prints one line and nothing else', async (verb, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const secrets = await secretsOf(stage);
    const { code, stdout, stderr } = await run(context, stage, [verb, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(onlyLine(stdout)).toMatchObject({ status: verb === 'logout' ? 'signedOut' : 'user' });
    for (const secret of secrets) expect(stdout).not.toContain(secret);
  });

  test('whoami notices that TMDB has forgotten the session', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.revoke();
    const { code, stdout } = await run(context, stage, ['whoami']);
    expect([code, stdout]).toEqual([
      3,
      'Nobody is signed in\nTMDB no longer knows this session. Sign in again.\n',
    ]);
    expect(await stage.files()).toEqual([]);
    expect(stage.asked(ACCOUNT)).toBeGreaterThan(0);
  });

  test('logout says what remains to do when TMDB cannot be told', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    stage.tmdb.faults.add({ kind: 'status', status: 503, times: Number.POSITIVE_INFINITY });
    const { code, stdout } = await run(context, stage, ['logout', '--json']);
    expect(code).toBe(1);
    const { state, failure } = onlyLine(stdout);
    expect([state, failure.code]).toEqual(['idle.loggedOut', 'revoke_failed']);
    expect(failure.message).toContain('themoviedb.org/settings/sessions');
    expect(await stage.files()).toEqual([]);
  });
});

describe.concurrent('without a user, tmdb-auth', LIMIT, () => {
  test.for(['status', 'whoami', 'guest'])('%s shows the guest and the time left', async (verb, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const { code, stdout } = await run(context, stage, [verb]);
    expect(code).toBe(0);
    const says = verb === 'guest' ? 'Already a guest' : 'Guest, nothing rated yet';
    expect(stdout.replace(/(59:\d\d|1:00:00)/, 'N')).toBe(`${says} · N left\n`);
    expect(stage.tmdb.guests()).toHaveLength(1);
  });

  test('guest starts a guest session and keeps it', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await run(context, stage, ['guest', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(onlyLine(stdout)).toMatchObject({ status: 'guest', guest: { used: false } });
    expect((await stage.record())?.facts.guest).not.toBeNull();
    for (const secret of await secretsOf(stage)) expect(stdout).not.toContain(secret);
  });

  test.for([
    ['status', 3],
    ['whoami', 3],
    ['logout', 0],
  ] as const)('%s exits %i without a request when nobody is signed in', async ([verb, expected], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { code, stdout, stderr } = await run(context, stage, [verb]);
    expect([code, stdout, stderr]).toEqual([expected, 'Nobody is signed in\n', '']);
    expect(stage.tmdb.requests).toEqual([]);
  });
});
