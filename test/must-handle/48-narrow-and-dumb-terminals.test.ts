// denoland/std#6975, kubernetes-sigs/kind#189, heroku/heroku-cli-util#68: A status line was wider than the window, so every update left rows of the last one; and a dumb terminal, or a pipe, got escape sequences.
// Here: The line is cut to the width of the window and cannot wrap, even when the window is resized. Without a terminal, or in a dumb one, each event prints one plain line.
import { describe, test } from 'vitest';
import { createScene, loginElsewhere } from '../cli/run.ts';
import { startOnScreen } from '../cli/screen.ts';
import { createStage } from '../node/processes.ts';

const LIMIT = { timeout: 60_000 };

describe.concurrent('a waiting login', LIMIT, () => {
  test.for([12, 20, 30, 40])(
    'at %i columns one row shows the wait, however long it lasts',
    async (columns, context) => {
      const { expect } = context;
      const stage = await createScene(context);
      const args = ['login', '--no-browser', '--folder', stage.folder];
      const screen = startOnScreen(context, stage, args, { columns, rows: 60 });
      await screen.shows(/^. Waiting/);
      await stage.isAsked('POST /3/authentication/session/new', 2);
      const rows = await screen.rows();
      expect(rows.filter((row) => /Waiti|proval|left/.test(row.replace(/^Open this.*/, '')))).toHaveLength(1);
      expect(rows.at(-1)).toMatch(/^. Waiting.*…$/);
      screen.command.type('\x03');
      expect((await screen.end()).rows.join('\n')).not.toContain('Waiti');
    },
  );

  test('a dumb terminal gets no escape sequence and no repeated line', async (context) => {
    const { expect } = context;
    const stage = await createScene(context);
    const args = ['login', '--no-browser', '--folder', stage.folder];
    const screen = startOnScreen(context, stage, args, { columns: 30, rows: 60 }, { TERM: 'dumb' });
    await screen.shows(/^Waiting for your approval$/);
    await stage.isAsked('POST /3/authentication/session/new', 2);
    screen.command.type('\x03');
    const { rows } = await screen.end();
    expect(rows.filter((row) => row.includes('Waiting'))).toHaveLength(1);
    expect(screen.command.stdout()).not.toContain('\x1b');
  });

  test('a pipe gets no escape sequence and no repeated line', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { stdout, stderr } = await loginElsewhere(context, stage);
    expect(stdout + stderr).not.toContain('\x1b');
    expect(stderr.match(/Waiting for your approval/g)).toHaveLength(1);
  });
});
