/** Every verb after a `login` that was killed. */
import { describe, type TestContext, test } from 'vitest';
import { createStage, press, type Stage } from '../node/processes.ts';
import { SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { endOf, onlyLine, resultOf, run, secretsOf, shownUrl, startCommand } from './run.ts';

/** Kills a `login` while it waits for approval. Resolves to the approval page. */
async function killLogin(context: TestContext, stage: Stage): Promise<string> {
  const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
  const page = await shownUrl(command);
  await stage.isKept(({ facts }) => facts.token !== null);
  await command.kill();
  return page;
}

describe.concurrent('after a killed login, tmdb-auth', { timeout: 60_000 }, () => {
  test.for(['status', 'whoami'])(
    '%s says what is under way and does not change it',
    async (verb, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const page = await killLogin(context, stage);
      stage.tmdb.resetRequests();
      const { code, stdout, stderr } = await run(context, stage, [verb]);
      expect(stdout).toMatch(/^A sign-in is waiting for your approval · (59:\d\d|1:00:00) left\n$/);
      expect([code, stderr]).toEqual([3, '']);
      expect(page).toContain((await stage.record())?.secrets.requestToken);
      expect(stage.tmdb.requests).toEqual([]);
    },
  );

  test('login continues with the same page', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const page = await killLogin(context, stage);
    await press(page, 'allow');
    const command = startCommand(context, stage, ['login', '--json', '--folder', stage.folder]);
    const { code, stdout, stderr } = await resultOf(command);
    expect([code, stderr]).toEqual([0, '']);
    expect(onlyLine(stdout)).toMatchObject({ state: 'sessionActive.ready' });
    for (const secret of await secretsOf(stage)) expect(stdout).not.toContain(secret);
    expect([stage.asked(TOKEN_NEW), stage.asked(SESSION_NEW)]).toEqual([1, 1]);
  });

  test('guest starts a guest session and does not wait for the approval', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await killLogin(context, stage);
    const command = startCommand(context, stage, ['guest', '--folder', stage.folder]);
    const { code, stdout } = await endOf(command);
    expect(stdout).toMatch(/^✓ Guest session started/);
    expect(code).toBe(0);
    expect((await stage.record())?.facts).toMatchObject({ token: null, guest: { used: false } });
  });

  test('logout drops the sign-in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await killLogin(context, stage);
    const { code, stdout } = await run(context, stage, ['logout']);
    expect([code, stdout]).toEqual([0, '✓ The pending sign-in is cancelled\n']);
    expect(await stage.files()).toEqual([]);
  });

  test.for(['status', 'whoami'])(
    '%s does not spend the token of an exchange that was killed',
    async (verb, context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const page = await killLogin(context, stage);
      await press(page, 'allow');
      await stage.rewrite(({ facts }) => {
        facts.exchanging = {
          by: 'a killed process',
          at: Date.now() - 60_000,
          asking: false,
          isInterrupted: false,
        };
      });
      const { code, stdout } = await run(context, stage, [verb]);
      expect(stdout).toContain('An earlier sign-in was interrupted');
      expect(code).toBe(3);
      const login = await run(context, stage, ['login', '--json']);
      expect(login.code).toBe(0);
      expect(stage.tmdb.sessions()).toHaveLength(1);
      expect(stage.asked(TOKEN_NEW)).toBe(1);
    },
  );

  test('login says what an exchange that was killed may have left at TMDB, and the next one is new', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const page = await killLogin(context, stage);
    await press(page, 'allow');
    await stage.rewrite(({ facts }) => {
      facts.exchanging = {
        by: 'a killed process',
        at: Date.now() - 60_000,
        asking: false,
        isInterrupted: false,
      };
    });
    stage.tmdb.faults.add({ kind: 'status', code: 17, match: SESSION_NEW });
    const { code, stderr } = await run(context, stage, ['login']);
    expect(code).toBe(1);
    expect(stderr).toContain('(exchange_interrupted)');
    expect(stderr).toContain('themoviedb.org/settings/sessions');
    const again = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await press(await shownUrl(again), 'allow');
    expect((await again.exit).code).toBe(0);
  });
});
