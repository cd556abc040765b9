// resend/resend-cli#240, pallets/click#3832: Texts of a server or a user were printed unchanged: escape sequences in them cleared the screen, set the title, or added lines that looked like the command's own.
// Here: All output passes one function that makes control and format characters visible. JSON escapes them and keeps its meaning. In a pipe only `tmdb-auth api` prints what TMDB sent.
import { describe, expect, test } from 'vitest';
import { visible, visibleJson } from '../../src/lib/visible.ts';
import { pageOf } from '../../src/platforms/node/page.ts';
import { written } from '../../src/tools/cli/line.ts';
import { onlyLine, run, signInBefore } from '../cli/run.ts';
import { createStage } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };
/** Clears the screen, sets the title, begins a line, and reverses the order of letters. */
const NAME = 'eve\x1b[2J\x1b]0;title\x07\nSigned in as root\r\x9b2J\u202egnp\u2066\u2028\x7f\u{e0041}';
const SHOWN = 'eve␛[2J␛]0;title␇␊Signed in as root␍<U+009B>2J<U+202E>gnp<U+2066><U+2028>␡<U+E0041>';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const STEERS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

describe.concurrent('an account whose names contain escape sequences', LIMIT, () => {
  test.for(['status', 'whoami', 'login', 'logout', 'guest'])(
    '%s prints one line without a control character',
    async (verb, context) => {
      const { expect } = context;
      const users = [{ username: NAME, name: NAME, password: 'x' }];
      const stage = await createStage(context, { users });
      await signInBefore(context, stage);
      const { code, stdout, stderr } = await run(context, stage, [verb]);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(SHOWN);
      expect(stdout).not.toMatch(STEERS);
      expect(stdout.split('\n')).toHaveLength(2);
    },
  );

  test.for(['status', 'whoami'])(
    '%s --json escapes the name and keeps its meaning',
    async (verb, context) => {
      const { expect } = context;
      const users = [{ username: 'eve', name: NAME, password: 'x' }];
      const stage = await createStage(context, { users });
      await signInBefore(context, stage);
      const { stdout } = await run(context, stage, [verb, '--json']);
      expect(stdout).not.toMatch(STEERS);
      expect(onlyLine(stdout).account.name).toBe(NAME);
    },
  );

  test('a list with such a name, description and items prints ordinary rows', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const list = (...args: string[]) => run(context, stage, ['list', ...args]);
    const made = await list('create', NAME, '--description', NAME);
    expect(made.stdout).toMatch(/^✓ Created the list eve␛.*: \d+\n$/);
    expect((await list('ls')).stdout).toBe(`${made.stdout.match(/\d+$/m)?.[0]}\t${SHOWN}\t0\teveryone\n`);
  });

  test('an error message makes the control characters of an argument visible', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { stderr } = await run(context, stage, ['rate', 'movie/\x1b[2J', '8']);
    expect(stderr).toContain("'movie/␛[2J' is not a film");
    const wrong = await run(context, stage, ['status', '--\x1b[2J']);
    expect(wrong.stderr).toContain("unknown option '--␛[2J'");
    expect(stderr + wrong.stderr).not.toMatch(STEERS);
  });
});

test('names in any script, and joined emoji, print unchanged', () => {
  for (const name of ['Zoë', '千と千尋', 'می‌خواهم', '👩‍💻', 'Мир', 'नमस्ते', 'a b'])
    expect(visible(name)).toBe(name);
});

test('the browser’s final page shows names in the order of their characters', () => {
  expect(pageOf({ httpStatus: 200, mark: '✓', title: `Signed in as ${NAME}`, text: '' })).not.toMatch(STEERS);
});

test('style comes from the command, never from the text', () => {
  expect(written([{ style: 'bold', text: 'a\x1b[0mb' }, '\x1b[31m'], true)).toBe(
    '\x1b[1ma␛[0mb\x1b[22m␛[31m',
  );
});

test('escaping keeps JSON valid, whatever its strings contain', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    expect(JSON.parse(visibleJson(JSON.stringify({ [text]: text }, null, 2)))).toEqual({ [text]: text });
  }
  expect(JSON.parse(visibleJson(JSON.stringify(NAME)))).toBe(NAME);
});
