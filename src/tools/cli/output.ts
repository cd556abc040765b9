import { clearLine, cursorTo } from 'node:readline';
import { TmdbAuthError } from '../../errors.ts';
import type { AuthView, TmdbAuth } from '../../index.ts';

const SECOND = 1_000;

export interface Output {
  isJson: boolean;
  /** A line for people. Nothing with `--json`. */
  say(text: string): void;
  /** A line for people that is only of the moment. Nothing with `--json`, unless `always`. */
  note(text: string, always?: boolean): void;
  /** The result: one line of JSON with `--json`, else nothing. */
  json(value: unknown): void;
  failure(error: unknown): void;
  /** Keeps a line up to date with the state and the time left. With a pipe, a line per state. */
  live(auth: Pick<TmdbAuth, 'getView' | 'subscribe'>): void;
  end(): void;
}

/** Results go to stdout; everything that is only of the moment to stderr. */
export function createOutput(isJson: boolean): Output {
  const { stderr, stdout } = process;
  const isTerminal = stderr.isTTY === true;
  let ticker: NodeJS.Timeout | undefined;
  let stopFollowing = () => {};
  let shown = '';

  const wipe = () => {
    if (!isTerminal || shown === '') return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
    shown = '';
  };

  const end = () => {
    clearInterval(ticker);
    stopFollowing();
    wipe();
  };

  return {
    isJson,
    say(text) {
      wipe();
      if (!isJson) stdout.write(`${text}\n`);
    },
    note(text, always = false) {
      wipe();
      if (always || !isJson) stderr.write(`${text}\n`);
    },
    json(value) {
      wipe();
      if (isJson) stdout.write(`${JSON.stringify(value)}\n`);
    },
    failure(error) {
      end();
      const failure = TmdbAuthError.is(error)
        ? error.failure
        : {
            code:
              error instanceof TypeError
                ? 'wrong_usage'
                : ((error as NodeJS.ErrnoException).code ?? 'unexpected'),
            message: error instanceof Error ? error.message : String(error),
            retryable: false,
          };
      if (isJson) stdout.write(`${JSON.stringify({ failure })}\n`);
      else stderr.write(`${failure.message} (${failure.code})\n`);
    },
    live({ getView, subscribe }) {
      if (isJson) return;
      const draw = () => {
        const view = getView();
        const line = isTerminal
          ? `… ${view.state}${progressOf(view)}${timeLeft(view.expiresAt)}`
          : view.state;
        if (line === shown) return;
        if (isTerminal) {
          wipe();
          stderr.write(line);
        } else stderr.write(`${line}\n`);
        shown = line;
      };
      draw();
      stopFollowing = subscribe(draw);
      ticker = setInterval(draw, SECOND);
      ticker.unref();
    },
    end,
  };
}

const progressOf = ({ carryOver }: AuthView) =>
  carryOver?.total
    ? ` · ${carryOver.carried + carryOver.kept + carryOver.failed.length} of ${carryOver.total}`
    : '';

/** ` · 59:41 left`, or nothing where nothing ends. */
export function timeLeft(expiresAt: number | null): string {
  if (expiresAt === null) return '';
  const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = [minutes, rest].map((part) => String(part).padStart(2, '0')).join(':');
  return ` · ${hours > 0 ? `${hours}:${padded}` : padded} left`;
}
