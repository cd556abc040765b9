import { TmdbAuthError } from '../../errors.ts';
import type { AuthView, TmdbAuth } from '../../index.ts';
import { visible, visibleJson } from '../../lib/visible.ts';
import { hasColors } from '../../platforms/node/terminal.ts';
import { dim, type Line, styled, written } from './line.ts';
import { createStatusLine } from './status-line.ts';
import { type Table, tableLines } from './table.ts';
import { doing, timeLeft } from './words.ts';

/** All that a command writes. Texts of TMDB's and of users cannot steer the terminal, whichever of these they go through. */
export interface Output {
  isJson: boolean;
  /** A line for people. Nothing with `--json`. */
  say(line: Line): void;
  /** A line for people that is only of the moment. Nothing with `--json`, unless `always`. */
  note(line: Line, always?: boolean): void;
  /** The next thing to do, for a person at a terminal. */
  hint(text: string): void;
  /** Rows for people: as wide as the terminal, in a pipe whole and with tabs. Nothing with `--json`. */
  table(table: Table): void;
  /** The address as a QR code, or why there is none. */
  qr(address: string, where?: 'stdout'): Promise<void>;
  /** The result: one line of JSON with `--json`, else nothing. */
  json(value: unknown): void;
  /** An answer of TMDB's: as it came, and in a terminal laid out. */
  body(text: string): void;
  failure(error: unknown): void;
  /** Keeps a line up to date with what is done and the time left. With a pipe, a line for each thing. */
  live(auth: Pick<TmdbAuth, 'getView' | 'subscribe'>): void;
  end(): void;
}

/** Results go to stdout; everything that is only of the moment to stderr. */
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

/** JSON with an indent. Anything else, an error page for instance, line by line. */
function laidOut(text: string): string {
  try {
    return visibleJson(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return text.split('\n').map(visible).join('\n');
  }
}

const progressOf = ({ carryOver }: AuthView) =>
  carryOver?.total
    ? ` · ${carryOver.carried + carryOver.kept + carryOver.failed.length} of ${carryOver.total}`
    : '';
