/** In a real (pseudo-)terminal, which echoes what is typed unless the program prevents it. */
import { describe, test } from 'vitest';
import { press, until } from '../node/processes.ts';
import { createScene, isShown, resultOf, secretsOf, shownUrl, startInTerminal } from './run.ts';

const LIMIT = { timeout: 60_000 };
const PROMPT = 'TMDB API Read Access Token or API Key';
const NO_CREDENTIALS = { TMDB_ACCESS_TOKEN: '' };

describe.concurrent('tmdb-auth in a terminal', LIMIT, () => {
  test('asks for the credentials and does not show what is typed', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['guest', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type(`${stage.tmdb.accessToken}\r`);
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(0);
    expect(stdout).toContain('Guest, not used yet');
    const [, afterPrompt = ''] = stdout.split(PROMPT);
    for (const secret of [...(await secretsOf(stage)), stage.tmdb.accessToken.slice(0, 12)]) {
      expect(afterPrompt).not.toContain(secret);
    }
  });

  test('takes what is pasted with blanks around it', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['guest', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type(`  ${stage.tmdb.accessToken} \r`);
    const { code, stdout } = await resultOf(command);
    expect(stdout).toContain('Guest, not used yet');
    expect(code).toBe(0);
  });

  test('Ctrl-C at the prompt exits 130', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type('\x03');
    expect((await command.exit).code).toBe(130);
    expect(command.stdout()).not.toContain('    at ');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('an empty line at the prompt exits 2', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type('\r');
    expect((await command.exit).code).toBe(2);
  });

  test('with --json it does not ask', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--json'], NO_CREDENTIALS);
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(2);
    expect(stdout).not.toContain(PROMPT);
  });

  test('keeps one line up to date with the state and the time left, and wipes it', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await isShown(command, /… awaitingApproval\.waiting · 59:5\d left/);
    const times = () => new Set(command.stdout().match(/59:\d\d left/g));
    await until(
      () => times().size >= 3,
      () => `a countdown in ${JSON.stringify(command.stdout())}`,
    );
    await press(await shownUrl(command), 'allow');
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(0);
    expect(lastScreenOf(stdout)).toContain('Signed in as Sandra Box (account 548)');
    expect(lastScreenOf(stdout).split('\n').slice(-2).join()).not.toContain('…');
    for (const secret of await secretsOf(stage)) expect(stdout).not.toContain(secret);
  });

  test('shows the address on a line of its own', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    const page = await shownUrl(command);
    await press(page, 'allow');
    const { stdout } = await resultOf(command);
    expect(lastScreenOf(stdout).split('\n')).toContain(`Open this page and approve: ${page}`);
  });

  test('Ctrl-C while it waits exits 130 and leaves a clean line', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--no-browser', '--folder', stage.folder]);
    await isShown(command, 'awaitingApproval');
    command.type('\x03');
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(130);
    expect(lastScreenOf(stdout)).toContain('The sign-in was cancelled. (cancelled)');
    expect(lastScreenOf(stdout).split('\n').slice(-2).join()).not.toContain('…');
    expect(await stage.files()).toEqual([]);
  });
});

/** What a terminal shows in the end: each line as it was last written, wiped ones gone. */
function lastScreenOf(output: string): string {
  return output
    .split('\r\n')
    .map((line) => line.split('\x1b[2K').at(-1) ?? '')
    .map((line) => line.split('\x1b[1G').join(''))
    .join('\n');
}
