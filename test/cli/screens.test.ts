/** The rows that a person sees in a terminal: wide and narrow, with colours and without. */
import { describe, test } from 'vitest';
import { press, until } from '../node/processes.ts';
import { withoutColors } from './qr.ts';
import { createScene, secretsOf, signInBefore } from './run.ts';
import { NARROW, type Screen, startOnScreen, WIDE } from './screen.ts';

const LIMIT = { timeout: 60_000 };
const LOGIN = ['login', '--no-browser'];

/** The address, also when it takes several rows. */
async function addressOn(screen: Screen): Promise<string> {
  const read = async () =>
    /http:\S+\/authenticate\/\w{40}/.exec((await screen.rows()).join('').replaceAll(/\s+/g, ' '))?.[0];
  await until(read, () => 'an address');
  return (await read()) ?? '';
}

const waiting = (rows: string[]) => rows.filter((row) => row.includes('Waiting for your'));
const blockRows = (rows: string[]) => rows.filter((row) => /[█▀▄]{5}/.test(row));

describe.concurrent('tmdb-auth login on a screen', LIMIT, () => {
  test('shows one line with what it waits for and how long, and at the end who signed in and what is next', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const screen = startOnScreen(context, stage, [...LOGIN, '--folder', stage.folder], WIDE);
    await screen.shows(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] Waiting for your approval · 59:5\d left$/);
    await screen.shows(/· 59:57 left$/);
    expect(waiting(await screen.rows())).toHaveLength(1);
    const address = await addressOn(screen);
    await press(address, 'allow');
    const { code, rows } = await screen.end();
    expect(code).toBe(0);
    expect(rows.slice(-2)).toEqual(['✓ Signed in as sandra', '  Rate a film: tmdb-auth rate movie/550 9']);
    expect(waiting(rows)).toEqual([]);
    expect(blockRows(rows).length).toBeGreaterThan(10);
    expect(await screen.isStyled()).toBe(true);
    const shown = rows.join('\n');
    expect(shown).not.toMatch(/awaitingApproval|sessionActive|idle/);
    for (const secret of await secretsOf(stage)) expect(shown).not.toContain(secret);
  });

  test('cuts the line at 30 columns, leaves the code out and says why in one line', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const screen = startOnScreen(context, stage, [...LOGIN, '--folder', stage.folder], NARROW);
    await screen.shows(/this window/);
    await screen.shows(/Waiting for your approval …$/);
    const rows = await screen.rows();
    expect(rows.join('')).toMatch(/No QR code: it needs \d+ columns and \d+ rows/);
    expect(blockRows(rows)).toEqual([]);
    await press(await addressOn(screen), 'allow');
    const end = await screen.end();
    expect(end.rows).toContain('✓ Signed in as sandra');
    expect(end.rows.join('')).not.toContain('Waiting');
  });

  test.for([20, 30, 40, 60, 100])(
    'keeps one line when the window becomes %i columns wide',
    async (columns, context) => {
      const { expect } = context;
      const stage = await createScene(context);
      const screen = startOnScreen(context, stage, [...LOGIN, '--folder', stage.folder], WIDE);
      await addressOn(screen);
      await screen.shows('Waiting for your approval');
      await screen.resize({ columns, rows: 40 });
      await screen.shows(columns < 41 ? /^. Waiting.*…$/ : /^. Waiting.*left$/);
      expect(waiting(await screen.rows())).toHaveLength(1);
      screen.command.type('\x03');
      const { code, rows } = await screen.end();
      expect(code).toBe(130);
      expect(rows.join('').replaceAll(/\s/g, '')).toContain('✗Thesign-inwascancelled.(cancelled)');
      expect(rows.join('\n')).not.toMatch(/Waiting|left/);
      expect(await stage.files()).toEqual([]);
    },
  );

  test('shows no code in a window of few rows', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const size = { columns: 80, rows: 15 };
    const screen = startOnScreen(context, stage, [...LOGIN, '--folder', stage.folder], size);
    await screen.shows('Waiting for your approval');
    await screen.shows('No QR code');
    const rows = await screen.rows();
    expect(blockRows(rows)).toEqual([]);
    expect(rows.join('\n')).toMatch(/No QR code: .* this window has 80 and 15\./);
    screen.command.type('\x03');
    expect((await screen.end()).code).toBe(130);
  });

  test('uses no colours and no spinner with NO_COLOR, and keeps one line', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const args = [...LOGIN, '--folder', stage.folder];
    const screen = startOnScreen(context, stage, args, WIDE, { NO_COLOR: '1' });
    await screen.shows(/^… Waiting for your approval · 59:57 left$/);
    expect(waiting(await screen.rows())).toHaveLength(1);
    await press(await addressOn(screen), 'allow');
    expect((await screen.end()).rows).toContain('✓ Signed in as sandra');
    expect(await screen.isStyled()).toBe(false);
    const written = screen.command.stdout();
    expect(withoutColors(written)).toBe(written);
    expect(written).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  });

  test('prints lines without an escape sequence with TERM=dumb', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const args = [...LOGIN, '--folder', stage.folder];
    const screen = startOnScreen(context, stage, args, WIDE, { TERM: 'dumb' });
    await screen.shows(/^Waiting for your approval$/);
    await press(await addressOn(screen), 'allow');
    const { rows } = await screen.end();
    expect(waiting(rows)).toHaveLength(1);
    expect(rows).toContain('✓ Signed in as sandra');
    expect(screen.command.stdout()).not.toContain('\x1b');
  });
});

describe.concurrent('the other commands on a screen', LIMIT, () => {
  const SCREENS: [string[], string[]][] = [
    [['status'], ['Signed in as sandra (Sandra Box)', '  Rate a film: tmdb-auth rate movie/550 9']],
    [['whoami'], ['Signed in as sandra (Sandra Box)', '  Rate a film: tmdb-auth rate movie/550 9']],
    [['login'], ['Already signed in as sandra', '  Sign in as another user: tmdb-auth logout']],
    [['logout'], ['✓ Signed out sandra', '  Sign in: tmdb-auth login']],
    [['rate', 'movie/550', '8.5'], ['✓ Rated movie/550: 8.5']],
    [['favorite', 'tv/1396'], ['✓ tv/1396 is a favourite']],
    [['watchlist', 'movie/550', '--remove'], ['✓ movie/550 is no longer on the watchlist']],
    [['check'], ['✓ TMDB accepts this credential']],
    [
      ['list', 'ls'],
      ['No lists yet', '  Create one: tmdb-auth list create "Seen in 2026"'],
    ],
  ];

  const LOOKS = [
    { look: 'wide, in colours', size: WIDE, env: {} },
    { look: 'narrow, in colours', size: NARROW, env: {} },
    { look: 'narrow, without colours', size: NARROW, env: { NO_COLOR: '1' } },
  ];
  /** A narrow window breaks lines anywhere. */
  const unbroken = (rows: readonly string[]) => rows.join('').replaceAll(/\s/g, '');

  test.for(SCREENS.flatMap((screen) => LOOKS.map((look) => ({ screen, ...look }))))(
    '$screen.0 shows its message, $look',
    async ({ screen: [args, expected], size, env }, context) => {
      const { expect } = context;
      const stage = await createScene(context);
      await signInBefore(context, stage);
      const screen = startOnScreen(context, stage, [...args, '--folder', stage.folder], size, env);
      const { code, rows } = await screen.end();
      expect([code, unbroken(rows)]).toEqual([0, unbroken(expected)]);
      if (size === WIDE) expect(rows).toEqual(expected);
      expect(await screen.isStyled()).toBe(!('NO_COLOR' in env));
    },
  );

  test('fit a table to the window, also wide letters, and cut it where they must', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    await signInBefore(context, stage);
    const create = (name: string) =>
      startOnScreen(context, stage, ['list', 'create', name, '--folder', stage.folder], WIDE).end();
    expect((await create('千と千尋の神隠し、もののけ姫、となりのトトロ')).code).toBe(0);
    await create('A\x1b[2J\x1b]0;title\x07\x9b31m\u202eb\r\nForged line');
    const ls = ['list', 'ls', '--folder', stage.folder];
    const wide = await startOnScreen(context, stage, ls, WIDE).end();
    expect(wide.rows).toHaveLength(4);
    expect(wide.rows[0]).toMatch(/^ID +NAME +ITEMS +SEEN BY$/);
    expect(wide.rows.join('\n')).toContain('A␛[2J␛]0;title␇<U+009B>31m<U+202E>b␍␊Forged line');
    const narrow = await startOnScreen(context, stage, ls, NARROW).end();
    // The last line, which says what to do next, takes two rows.
    expect(narrow.rows).toHaveLength(wide.rows.length + 1);
    expect(narrow.rows[0]).toMatch(/^ID +NAME +ITEMS/);
    expect(narrow.rows.some((row) => row.includes('千と') && row.includes('…'))).toBe(true);
  });

  test('lay out an answer of TMDB’s, and let nothing in it control the terminal', async (context) => {
    const { expect } = context;
    const stage = await createScene(context, {
      users: [{ username: 'eve', password: 'x', name: 'Eve\x9b2J\u202e\x1b]0;t\x07' }],
    });
    await signInBefore(context, stage);
    const screen = startOnScreen(context, stage, ['api', 'account', '--folder', stage.folder], WIDE);
    const { code, rows } = await screen.end();
    expect([code, rows[0]]).toEqual([0, '{']);
    expect(rows).toContain('  "name": "Eve\\u009b2J\\u202e\\u001b]0;t\\u0007",');
    expect(JSON.parse(rows.join('\n'))).toMatchObject({ name: 'Eve\x9b2J\u202e\x1b]0;t\x07' });
  });
});
