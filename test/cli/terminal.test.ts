/** The command in a real (pseudo-)terminal, which echoes what is typed unless the program prevents it. */
import { describe, test } from 'vitest';
import { createScene, isShown, resultOf, secretsOf, startInTerminal } from './run.ts';

const LIMIT = { timeout: 60_000 };
const PROMPT = 'TMDB API Read Access Token or API Key';
const NO_CREDENTIALS = { TMDB_ACCESS_TOKEN: '' };

describe.concurrent('the command in a terminal', LIMIT, () => {
  test('asks for the credentials without an echo', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['guest', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type(`${stage.tmdb.accessToken}\r`);
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ Guest session started');
    const [, afterPrompt = ''] = stdout.split(PROMPT);
    for (const secret of [...(await secretsOf(stage)), stage.tmdb.accessToken.slice(0, 12)]) {
      expect(afterPrompt).not.toContain(secret);
    }
  });

  test('accepts pasted text with blanks around it', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['guest', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type(`  ${stage.tmdb.accessToken} \r`);
    const { code, stdout } = await resultOf(command);
    expect(stdout).toContain('✓ Guest session started');
    expect(code).toBe(0);
  });

  test('exits 130 on Ctrl-C at the prompt', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type('\x03');
    expect((await command.exit).code).toBe(130);
    expect(command.stdout()).toContain('Cancelled. (cancelled)');
    expect(command.stdout()).not.toContain('    at ');
    expect(stage.tmdb.requests).toEqual([]);
  });

  test('exits 2 with an empty line at the prompt', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type('\r');
    expect((await command.exit).code).toBe(2);
    expect(command.stdout()).toContain('This is neither an API key nor a Read Access Token.');
  });

  test('does not ask with --json', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--json'], NO_CREDENTIALS);
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(2);
    expect(stdout).not.toContain(PROMPT);
  });
});
