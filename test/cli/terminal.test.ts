/** In a real (pseudo-)terminal, which echoes what is typed unless the program prevents it. */
import { describe, test } from 'vitest';
import { createScene, isShown, resultOf, secretsOf, startInTerminal } from './run.ts';

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
    expect(stdout).toContain('✓ Guest session started');
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
    expect(stdout).toContain('✓ Guest session started');
    expect(code).toBe(0);
  });

  test('Ctrl-C at the prompt exits 130', async (context) => {
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

  test('an empty line at the prompt exits 2', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--folder', stage.folder], NO_CREDENTIALS);
    await isShown(command, PROMPT);
    command.type('\r');
    expect((await command.exit).code).toBe(2);
    expect(command.stdout()).toContain('This is neither an API key nor a Read Access Token.');
  });

  test('with --json it does not ask', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const command = startInTerminal(context, stage, ['login', '--json'], NO_CREDENTIALS);
    const { code, stdout } = await resultOf(command);
    expect(code).toBe(2);
    expect(stdout).not.toContain(PROMPT);
  });
});
