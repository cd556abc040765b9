import { TmdbAuthError } from '../../errors.ts';
import type { TmdbAuth } from '../../index.ts';
import { visible, visibleJson } from '../../lib/visible.ts';
import { hasColors } from '../../platforms/node/terminal.ts';
import { dim, type Line, styled, written } from './line.ts';
import { createStatusLine } from './status-line.ts';
import { type Table, tableLines } from './table.ts';
import { doing, progressOf, timeLeft } from './words.ts';

/** All output of a command. Each method makes control characters in texts from TMDB and users harmless. */
export interface Output {
  isJson: boolean;
  /** A line of the result for people. Nothing with `--json`. */
  say(line: Line): void;
  /** A transient line for people, on stderr. Nothing with `--json`, unless `always`. */
  note(line: Line, always?: boolean): void;
  /** The next command to try, in a terminal only. */
  hint(text: string): void;
  /** Rows for people: fitted to the terminal, in a pipe uncut and tab-separated. Nothing with `--json`. */
  table(table: Table): void;
  /** The address as a QR code, or the reason why none is shown. */
  qr(address: string, where?: 'stdout'): Promise<void>;
  /** The result: one line of JSON with `--json`, else nothing. */
  json(value: unknown): void;
  /** An answer of TMDB: indented in a terminal, else unchanged. */
  body(text: string): void;
  failure(error: unknown): void;
  /** Keeps a status line with the current step and the time left. In a pipe: one line per step. */
  live(auth: Pick<TmdbAuth, 'getView' | 'subscribe'>): void;
  end(): void;
}

/** Results go to stdout, transient lines to stderr. */
export function createOutput(isJson: boolean): Output {
  const { stderr, stdout } = process;
  const status = createStatusLine(stderr);
  let stopFollowing = () => {};

  const print = (text: string) => {
    status.wipe();
    stdout.write(`${text}\n`);
  };
  const say = (line: Line) => {
    if (!isJson) print(written(line, hasColors(stdout)));
  };
  const hint = (text: string) => {
    if (!isJson && stderr.isTTY) status.write([dim(`  ${text}`)]);
  };
  const end = () => {
    stopFollowing();
    status.end();
  };

  return {
    isJson,
    say,
    note(line, always = false) {
      if (always || !isJson) status.write(line);
    },
    hint,
    table(table) {
      if (stdout.isTTY) for (const line of tableLines(table, stdout)) say(line);
      else if (!isJson) for (const row of table.rows) print(row.map(visible).join('\t'));
    },
    async qr(address, where) {
      const { qrCodeFor } = await import('../../platforms/node/qr-code.ts');
      const stream = where ? stdout : stderr;
      status.wipe();
      stream.write(`${qrCodeFor(address, stream)}\n`);
    },
    json(value) {
      if (isJson) print(visibleJson(JSON.stringify(value)));
    },
    body(text) {
      if (stdout.isTTY) print(laidOut(text));
      else if (text) print(text.replace(/\n$/, ''));
    },
    failure(error) {
      end();
      const failure = failureOf(error);
      if (isJson) return print(visibleJson(JSON.stringify({ failure })));
      status.write([styled('red', '✗'), ` ${failure.message} (${failure.code})`]);
      if (failure.code === 'session_invalid' && !failure.message.includes('tmdb-auth'))
        hint('Sign in: tmdb-auth login, or: tmdb-auth guest');
    },
    live({ getView, subscribe }) {
      if (isJson) return;
      const current = () => {
        const view = getView();
        return { doing: doing(view), rest: progressOf(view) + timeLeft(view.expiresAt) };
      };
      stopFollowing = subscribe(status.follow(current));
    },
    end,
  };
}

function failureOf(error: unknown) {
  if (TmdbAuthError.is(error)) return error.failure;
  const { code = 'unexpected' } = error as NodeJS.ErrnoException;
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof TypeError ? 'wrong_usage' : code, message, retryable: false };
}

/** Indents JSON. Other text, such as an error page, is kept line by line. */
function laidOut(text: string): string {
  try {
    return visibleJson(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return text.split('\n').map(visible).join('\n');
  }
}
