import { readFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { createStage, type Running, type Stage, until } from '../node/processes.ts';
import {
  createScene,
  isShown,
  onlyLine,
  type Result,
  recordFile,
  resultOf,
  startCommand,
  startInTerminal,
  startWithInput,
} from './run.ts';

const LIMIT = { timeout: 60_000 };
const PASSWORD = ' correct horse, staple "ß ';
const USERS = { users: [{ username: 'sandra', name: 'Sandra Box', id: 548, password: PASSWORD }] };
const PROMPT = 'TMDB password:';
const VALIDATE = 'POST /3/authentication/token/validate_with_login';
const HELLO = '✓ Signed in as sandra';

const argsOf = ({ folder }: Stage, ...more: string[]) => [
  'login',
  '--username',
  'sandra',
  '--folder',
  folder,
  ...more,
];

/** Types this text, and waits for the end. */
async function ends(command: Running, typed: string): Promise<Result> {
  command.type(typed);
  return resultOf(command);
}

describe.concurrent('tmdb-auth login --username with the password on stdin', LIMIT, () => {
  test('signs in with three requests and no page, and stores no password', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const { code, stdout, stderr } = await ends(
      startCommand(context, stage, argsOf(stage)),
      `${PASSWORD}\nnot this\n`,
    );
    expect([code, stdout]).toEqual([0, `${HELLO}\n`]);
    expect(stderr).not.toContain('http');
    expect(stage.tmdb.requests.filter(({ kind }) => kind === 'web')).toEqual([]);
    expect(stage.asked(VALIDATE)).toBe(1);
    const record = await readFile(recordFile(stage), 'utf8');
    for (const text of [stdout, stderr, record]) expect(text).not.toContain(PASSWORD.trim());
  });

  test.for([
    ['Windows line ends', `${PASSWORD}\r\n`],
    ['no line end', PASSWORD],
  ] as const)('does not count %s as part of the password', async ([, typed], context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const { stdout } = await resultOf(startWithInput(context, stage, argsOf(stage), typed));
    expect(stdout).toBe(`${HELLO}\n`);
  });

  test('prints one line on stdout with --json', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const command = startCommand(context, stage, argsOf(stage, '--json'));
    const { code, stdout, stderr } = await ends(command, `${PASSWORD}\n`);
    expect([code, stderr]).toEqual([0, '']);
    expect(onlyLine(stdout)).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  });

  test('exits 1 with a wrong password, shows it nowhere and stores nothing', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const command = startCommand(context, stage, argsOf(stage));
    const { code, stdout, stderr } = await ends(command, 'incorrect horse\n');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('TMDB does not accept this user name and password. (invalid_login)');
    expect(stderr).not.toContain('incorrect');
    expect(await stage.files()).toEqual([]);
    expect(stage.tmdb.sessions()).toEqual([]);
    expect(stage.asked(VALIDATE)).toBe(1);
  });

  test.for([
    ['an empty line', '\n'],
    ['no input', ''],
  ] as const)('exits 1 with %s, says so, and sends no request', async ([, typed], context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const command = startWithInput(context, stage, argsOf(stage), typed);
    const { code, stderr } = await resultOf(command);
    expect(code).toBe(1);
    expect(stderr).toContain('User name or password is empty. (invalid_login)');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test.for([
    { standing: 'disabled', says: 'TMDB has disabled this account. (account_disabled)' },
    { standing: 'unverified', says: '(email_not_verified)' },
    { standing: 'suspended', says: 'TMDB has suspended this user. (user_suspended)' },
  ] as const)('exits 1 for a user who is $standing, and says so', async ({ standing, says }, context) => {
    const { expect } = context;
    const stage = await createStage(context, {
      users: [{ username: 'sandra', password: PASSWORD, standing }],
    });
    const command = startCommand(context, stage, argsOf(stage));
    const { code, stdout, stderr } = await ends(command, `${PASSWORD}\n`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(says);
    expect(await stage.files()).toEqual([]);
    expect(stage.tmdb.sessions()).toEqual([]);
  });

  test('hides the password from other users of this machine and from files', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const release = stage.tmdb.faults.add({ kind: 'hang', match: VALIDATE });
    const command = startCommand(context, stage, argsOf(stage));
    command.type(`${PASSWORD}\n`);
    await stage.isAsked(VALIDATE);
    const seen = await readFile(`/proc/${command.pid}/cmdline`, 'utf8').catch(() => null);
    const environment = await readFile(`/proc/${command.pid}/environ`, 'utf8').catch(() => '');
    const record = await readFile(recordFile(stage), 'utf8').catch(() => '');
    release();
    expect((await command.exit).code).toBe(0);
    if (seen === null) return context.skip('no /proc here');
    expect(seen).toContain('sandra');
    for (const text of [seen, environment, record]) expect(text).not.toContain(PASSWORD.trim());
  });

  test('takes no password as an argument', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const command = startCommand(context, stage, argsOf(stage, '--password', 'x'));
    const { code, stderr } = await resultOf(command);
    expect([code, stage.tmdb.requests]).toEqual([2, []]);
    expect(stderr).toContain("unknown option '--password'");
  });

  test('exits 130 on Ctrl-C during the request, and nobody is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    stage.tmdb.faults.add({ kind: 'hang', match: VALIDATE });
    const command = startCommand(context, stage, argsOf(stage));
    command.type(`${PASSWORD}\n`);
    await stage.isAsked(VALIDATE);
    command.signal('SIGINT');
    expect(await command.exit).toEqual({ code: 130, signal: null });
    expect(await stage.files()).toEqual([]);
    expect(stage.tmdb.sessions()).toEqual([]);
  });

  test('is refused with --v4, and nobody is signed in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context, USERS);
    const command = startCommand(context, stage, argsOf(stage, '--v4'));
    const { code, stdout, stderr } = await ends(command, `${PASSWORD}\n`);
    expect(stdout).toBe('');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/password|v4/i);
    expect(stderr).not.toContain('(unexpected)');
    // The password must not be sent in vain.
    expect(stage.asked(VALIDATE)).toBe(0);
    expect(await stage.files()).toEqual([]);
  });
});

describe.concurrent('tmdb-auth login --username in a terminal', LIMIT, () => {
  test('asks for the password without an echo', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const command = startInTerminal(context, stage, argsOf(stage));
    await isShown(command, PROMPT);
    const { code, stdout } = await ends(command, `${PASSWORD}\r`);
    expect(stdout).toContain(HELLO);
    expect(code).toBe(0);
    for (const part of PASSWORD.split(/\W+/).filter((word) => word.length > 3)) {
      expect(stdout).not.toContain(part);
    }
    expect(await readFile(recordFile(stage), 'utf8')).not.toContain('horse');
  });

  test('hides the password when its output goes to a file, which gets no prompt', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const file = `${stage.folder}.out`;
    const command = startInTerminal(context, stage, [...argsOf(stage), '>', file]);
    const written = () => readFile(file, 'utf8').catch(() => '');
    await until(
      async () => `${command.stdout()}${await written()}`.includes(PROMPT),
      () => command.stdout(),
    );
    const { code, stdout } = await ends(command, `${PASSWORD}\r`);
    expect(code).toBe(0);
    expect(stdout).not.toContain('horse');
    expect(await written()).toBe(`${HELLO}\n`);
  });

  test('hides the password with --json', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const command = startInTerminal(context, stage, argsOf(stage, '--json'));
    // Before the prompt the terminal itself echoes what is typed, so the test waits for the prompt.
    await until(
      () => /TMDB password|"failure"/.test(command.stdout()),
      () => `a prompt or a refusal in ${JSON.stringify(command.stdout())}`,
    );
    const { stdout } = await ends(command, `${PASSWORD}\r`);
    expect(stdout).not.toContain('horse');
  });

  test('exits 130 on Ctrl-C at the prompt', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const command = startInTerminal(context, stage, argsOf(stage));
    await isShown(command, PROMPT);
    const { code, stdout } = await ends(command, 'corr\x03');
    expect(code).toBe(130);
    expect(stdout).not.toMatch(/corr|^ {4}at /m);
    expect(stage.tmdb.requests).toEqual([]);
    expect(await stage.files()).toEqual([]);
  });

  test('ends on Ctrl-D at the prompt, without a warning of Node’s', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const command = startInTerminal(context, stage, argsOf(stage));
    await isShown(command, PROMPT);
    const { code, stdout } = await ends(command, '\x04');
    expect(stdout).not.toContain('unsettled');
    expect([1, 130]).toContain(code);
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('exits 1 with an empty line, and says so', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const command = startInTerminal(context, stage, argsOf(stage));
    await isShown(command, PROMPT);
    const { code, stdout } = await ends(command, '\r');
    expect(code).toBe(1);
    expect(stdout).toContain('User name or password is empty. (invalid_login)');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('exits 1 with a wrong password, says so and does not show it', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, USERS);
    const command = startInTerminal(context, stage, argsOf(stage));
    await isShown(command, PROMPT);
    const { code, stdout } = await ends(command, 'incorrect horse\r');
    expect(code).toBe(1);
    expect(stdout).toContain('(invalid_login)');
    expect(stdout).not.toContain('incorrect');
  });
});
