import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
// The package is CommonJS, and Node finds no named exports in it.
import xterm from '@xterm/headless';
import type { TestContext } from 'vitest';
import { type Running, type Stage, start, until } from '../node/processes.ts';
import { programOf } from '../support/program.ts';
import { type Env, envOf } from './run.ts';

export interface Size {
  columns: number;
  rows: number;
}

export interface Screen {
  command: Running;
  /** All rows that were ever shown, without empty ones at the end. */
  rows(): Promise<string[]>;
  /** Resolves when a row matches. */
  shows(text: string | RegExp): Promise<void>;
  /** Whether any letter on the screen is coloured, bold or dim. */
  isStyled(): Promise<boolean>;
  /** Changes the size of the window. */
  resize(size: Size): Promise<void>;
  /** Waits for the end of the command. Resolves to the rows on the screen then. */
  end(): Promise<{ code: number | null; rows: string[] }>;
}

export const WIDE: Size = { columns: 80, rows: 40 };
export const NARROW: Size = { columns: 30, rows: 40 };

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Starts `tmdb-auth` in a real (pseudo-)terminal of that size, and interprets its output as a terminal does. */
export function startOnScreen(
  context: TestContext,
  stage: Stage,
  args: string[],
  { columns, rows }: Size,
  env: Env = {},
): Screen {
  const resizing = join(dirname(stage.folder), `size-${Math.random()}`);
  const program = [process.execPath, programOf('src/tools/cli/main.ts'), ...args].map(quoted).join(' ');
  // The size is set from within the terminal. A size written to the file is set while the command runs.
  const watch = `(until [ -e ${resizing} ]; do sleep 0.05; done; stty $(cat ${resizing}) </dev/tty) &`;
  const script = `stty cols ${columns} rows ${rows}; ${watch} exec ${program}`;
  const command = start(context, 'script', ['-qfec', script, '/dev/null'], {
    ...envOf(stage),
    TERM: 'xterm-256color',
    SHELL: '/bin/sh',
    NO_COLOR: '',
    ...env,
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 500, allowProposedApi: true });
  let drawn = 0;
  const draw = () =>
    new Promise<void>((resolve) => {
      const text = command.stdout();
      terminal.write(text.slice(drawn), resolve);
      drawn = text.length;
    });
  const lines = async () => {
    await draw();
    const { active } = terminal.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)).filter((line) => !!line);
  };
  const read = async () => {
    const rows = (await lines()).map((line) => line.translateToString(true));
    while (rows.at(-1) === '') rows.pop();
    return rows;
  };

  return {
    command,
    rows: read,
    async shows(text) {
      let seen: string[] = [];
      await until(
        async () => {
          seen = await read();
          return seen.some((row) => row.match(text));
        },
        () => `${text} in\n${seen.join('\n')}`,
      );
    },
    async isStyled() {
      return (await lines()).some((line) =>
        Array.from({ length: line.length }, (_, at) => line.getCell(at)).some(
          (cell) => cell && (!cell.isFgDefault() || cell.isBold() || cell.isDim()),
        ),
      );
    },
    async resize(size) {
      await draw();
      terminal.resize(size.columns, size.rows);
      await writeFile(`${resizing}.part`, `cols ${size.columns} rows ${size.rows}`);
      await rename(`${resizing}.part`, resizing);
    },
    async end() {
      const { code } = await command.exit;
      return { code, rows: await read() };
    },
  };
}
