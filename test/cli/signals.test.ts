/** Ctrl-C, and what other programs see of a command that waits. */
import { readFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { createStage, press, startSource, until } from '../node/processes.ts';
import { GUEST_NEW, SESSION_DELETE, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { beGuestBefore, resultOf, shownUrl, signInBefore, startCommand } from './run.ts';

const LIMIT = { timeout: 60_000 };

describe.concurrent('tmdb-auth login, interrupted', LIMIT, () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends cleanly by %s with %i while it waits for approval',
    async ([signal, exitCode], context) => {
      const { expect } = context;
      const stage = await createStage(context);
      const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
      await shownUrl(command);
      await stage.isKept(({ facts }) => facts.token !== null);
      command.signal(signal);
      const { code, stdout, stderr } = await resultOf(command);
      expect([code, stdout]).toEqual([exitCode, '']);
      expect(stderr).toContain('The sign-in was cancelled. (cancelled)');
      expect(await stage.files()).toEqual([]);
      expect(stage.tmdb.sessions()).toEqual([]);
    },
  );

  test('prints the failure as its one line with --json', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const command = startCommand(context, stage, [
      'login',
      '--no-browser',
      '--json',
      '--folder',
      stage.folder,
    ]);
    await shownUrl(command);
    command.signal('SIGINT');
    const { code, stdout, stderr } = await resultOf(command);
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ failure: { code: 'cancelled' } });
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('ends without an answer while it requests a token', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
    const command = startCommand(context, stage, ['login', '--folder', stage.folder]);
    await stage.isAsked(TOKEN_NEW);
    command.signal('SIGINT');
    expect(await command.exit).toEqual({ code: 130, signal: null });
    expect(await stage.files()).toEqual([]);
  });

  test('deletes the session that still arrives from the exchange', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', when: 'after', match: SESSION_NEW });
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await press(await shownUrl(command), 'allow');
    await stage.isMade(1);
    command.signal('SIGINT');
    await until(
      () => command.stderr().includes('(cancelled)'),
      () => command.stderr(),
    );
    letThrough();
    expect(await command.exit).toEqual({ code: 130, signal: null });
    expect(stage.tmdb.sessions()).toEqual([]);
    expect(stage.asked(SESSION_DELETE)).toBe(1);
    expect(await stage.files()).toEqual([]);
  });

  test('ends at once when interrupted twice during the exchange', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await press(await shownUrl(command), 'allow');
    await stage.isAsked(SESSION_NEW);
    command.signal('SIGINT');
    await until(
      () => command.stderr().includes('(cancelled)'),
      () => command.stderr(),
    );
    command.signal('SIGINT');
    expect(await command.exit).toEqual({ code: null, signal: 'SIGINT' });
    expect(await stage.files()).toEqual([]);
  });

  test('keeps the guest who was signing in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await beGuestBefore(context, stage);
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await shownUrl(command);
    command.signal('SIGINT');
    expect((await command.exit).code).toBe(130);
    expect((await stage.record())?.facts).toMatchObject({ token: null, guest: { used: false } });
    expect(stage.asked(GUEST_NEW)).toBe(1);
  });

  test('also drops the old request when it continues after a kill -9', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const args = ['login', '--no-browser', '--folder', stage.folder];
    const first = startCommand(context, stage, args);
    const page = await shownUrl(first);
    await stage.isKept(({ facts }) => facts.token !== null);
    await first.kill();
    const second = startCommand(context, stage, args);
    expect(await shownUrl(second)).toBe(page);
    second.signal('SIGINT');
    expect((await second.exit).code).toBe(130);
    expect(await stage.files()).toEqual([]);
    expect(stage.asked(TOKEN_NEW)).toBe(1);
  });
});

describe.concurrent('a command that is interrupted while it writes', LIMIT, () => {
  test('ends cleanly', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const writer = startSource(context, 'test/cli/writer.ts', [stage.folder], {});
    await until(
      async () => (await stage.files()).filter((name) => name.endsWith('.json')).length === 4,
      () => writer.stderr(),
    );
    writer.signal('SIGINT');
    expect(await writer.exit).toEqual({ code: 0, signal: null });
    expect(writer.stdout()).toBe('writing\nended cleanly\n');
  });
});

describe.concurrent('tmdb-auth, seen by others on this machine', LIMIT, () => {
  test('has no credentials among its arguments', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const command = startCommand(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    const page = await shownUrl(command);
    const arguments_ = await readFile(`/proc/${command.pid}/cmdline`, 'utf8').catch(() => null);
    if (arguments_ === null) return context.skip('no /proc here');
    expect(arguments_).toContain('main.mjs');
    expect(arguments_).not.toContain(stage.tmdb.accessToken);
    expect(arguments_).not.toContain(page.slice(-40));
  });

  test('ends without a stack trace when its reader has closed', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const command = startCommand(context, stage, ['status', '--folder', stage.folder]);
    command.closeOutput();
    await command.exit;
    expect(command.stderr()).not.toContain('    at ');
  });
});
