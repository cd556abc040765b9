/**
 * Writes the command's output to `coverage/cli-screens.txt`, for a person to read: every command in terminals of 80
 * and 30 columns, without colours, and in a pipe. Run: `npm run docs screens`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { resultOf, shownUrl, startCommand, startWithInput } from '../test/cli/run.ts';
import { NARROW, startOnScreen, WIDE } from '../test/cli/screen.ts';
import { createStage, press, type Stage } from '../test/node/processes.ts';

const FILE = fileURLToPath(new URL('../coverage/cli-screens.txt', import.meta.url));
const cleaners: (() => unknown)[] = [];
/** The part of Vitest's context that the helpers need. */
const context = { onTestFinished: (clean: () => unknown) => cleaners.push(clean) } as unknown as TestContext;

const STORY = [
  ['--help'],
  ['login', '--help'],
  ['login', '--jsn'],
  ['status'],
  ['rate', 'movie/550', '9'],
  ['guest'],
  ['guest'],
  ['rate', 'movie/550', '9'],
  ['status'],
  ['login', '--no-browser'],
  ['login'],
  ['status'],
  ['whoami'],
  ['carry-over'],
  ['check'],
  ['rate', 'tv/1396/season/1/episode/2', '8.5'],
  ['rate', 'movie/550', '--remove'],
  ['favorite', 'movie/550'],
  ['watchlist', 'movie/550'],
  ['list', 'ls'],
  ['list', 'create', 'Films that were better than the book they were made of'],
  ['list', 'create', '千と千尋の神隠し、もののけ姫、となりのトトロ'],
  ['list', 'create', 'Cl\x1b[2Jear\nForged', '--private'],
  ['list', 'ls'],
  ['list', 'add', 'ID', 'movie/550', 'movie/1001', 'movie/99999'],
  ['list', 'show', 'ID'],
  ['list', 'delete', 'ID'],
  ['api', 'movie/550'],
  ['api', 'nowhere'],
  ['logout'],
  ['logout'],
];

type Run = (stage: Stage, args: string[]) => Promise<string>;
const LOGIN = 'login --no-browser';

const onScreen =
  (size: typeof WIDE, env = {}): Run =>
  async (stage, args) => {
    const screen = startOnScreen(context, stage, args, size, env);
    let before = '';
    if (args.join(' ').startsWith(LOGIN)) {
      await screen.shows('Waiting for your');
      const address = () => /http:\S+\/authenticate\/\w{40}/.exec(joined)?.[0];
      let joined = '';
      while (!address()) joined = (await screen.rows()).join('');
      await screen.shows('Waiting for your');
      before = `${(await screen.rows()).join('\n')}\n---------- approved ----------\n`;
      await press(address() ?? '', 'allow');
    }
    const { code, rows } = await screen.end();
    return `${before}${rows.join('\n')}\n[${code}]`;
  };

const inPipe: Run = async (stage, args) => {
  const command = startCommand(context, stage, args);
  if (args.join(' ').startsWith(LOGIN)) await press(await shownUrl(command), 'allow');
  const { code, stdout, stderr } = await resultOf(command);
  const escapes = (stdout + stderr).includes('\x1b') ? ' WITH ESCAPES' : '';
  return `${stdout}${stderr && `-- stderr --\n${stderr}`}[${code}]${escapes}`;
};

const WAYS: Record<string, Run> = {
  '80 columns': onScreen(WIDE),
  '30 columns': onScreen(NARROW),
  'NO_COLOR, 80 columns': onScreen(WIDE, { NO_COLOR: '1' }),
  'TERM=dumb, 80 columns': onScreen(WIDE, { TERM: 'dumb' }),
  'in a pipe': inPipe,
};

let text = '';
for (const [way, run] of Object.entries(WAYS)) {
  const stage = await createStage(context);
  text += `\n\n################ ${way}\n`;
  for (const args of STORY) {
    const id = async () => {
      const { stdout } = await resultOf(
        startWithInput(context, stage, ['list', 'ls', '--folder', stage.folder], ''),
      );
      return stdout.split('\t')[0] ?? '';
    };
    const given = await Promise.all(args.map((arg) => (arg === 'ID' ? id() : arg)));
    const hasClient = !args.includes('--help') && args[1] !== '--jsn';
    text += `\n$ tmdb-auth ${given.map((arg) => (/\s/.test(arg) ? JSON.stringify(arg) : arg)).join(' ')}\n`;
    text += `${await run(stage, hasClient ? [...given, '--folder', stage.folder] : given)}\n`;
  }
}
mkdirSync(fileURLToPath(new URL('../coverage', import.meta.url)), { recursive: true });
writeFileSync(FILE, text.trimStart());
for (const clean of cleaners.reverse()) await clean();
console.log(`${Object.keys(WAYS).length} times ${STORY.length} screens: ${FILE}`);
