import { canMove, hasColors } from '../../platforms/node/terminal.ts';
import { type Line, written } from './line.ts';
import { cutTo } from './width.ts';

/** Moves to the first column and clears to the end of the screen. */
const WIPE = '\r\u001b[J';
/** Turns line wrapping off and on: the window may have become narrower since the line was cut. */
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME = 80;
const SECOND = 1_000;
/** For terminals that do not report their width. */
const COLUMNS = 80;

export interface StatusLine {
  wipe(): void;
  /** Writes a lasting line above the status line. */
  write(line: Line): void;
  /** Keeps the line up to date. Outside of a terminal: writes each new text as a line. */
  follow(current: () => { doing: string; rest: string }): () => void;
  end(): void;
}

/**
 * The last line of a terminal. It is cut to the window's width, and the cursor stays in its first column: when a
 * narrower window makes the terminal rewrap the line, all of it is below the cursor and is cleared.
 */
export function createStatusLine(stream: NodeJS.WriteStream): StatusLine {
  const isMoving = canMove(stream);
  const isColored = hasColors(stream);
  const spins = isMoving && isColored;
  let shown = '';
  let stop = () => {};

  const wipe = () => {
    if (isMoving && shown) stream.write(WIPE);
    shown = '';
  };
  const write = (line: Line) => {
    wipe();
    stream.write(`${written(line, isColored)}\n`);
  };

  function follow(current: () => { doing: string; rest: string }) {
    let frame = 0;
    let said = '';
    const draw = () => {
      const { doing, rest } = current();
      if (!isMoving) {
        if (doing && doing !== said) write(doing);
        said = doing || said;
        return;
      }
      if (!doing) return wipe();
      const mark = spins ? (FRAMES[frame % FRAMES.length] ?? '') : '…';
      const text = cutTo((stream.columns || COLUMNS) - 3, doing + rest);
      const line = written([{ style: 'cyan', text: mark }, ' ', text], isColored);
      if (line === shown) return;
      stream.write(`${shown ? WIPE : ''}${NO_WRAP}${line}${WRAP}\r`);
      shown = line;
    };
    const redraw = () => {
      wipe();
      draw();
    };
    const ticker = setInterval(
      () => {
        frame += 1;
        draw();
      },
      spins ? FRAME : SECOND,
    );
    ticker.unref();
    if (isMoving) stream.on('resize', redraw);
    stop = () => {
      clearInterval(ticker);
      stream.off('resize', redraw);
      wipe();
    };
    draw();
    return draw;
  }

  return { wipe, write, follow, end: () => stop() };
}
