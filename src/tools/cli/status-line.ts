import { canMove, hasColors } from '../../platforms/node/terminal.ts';
import { type Line, written } from './line.ts';
import { cutTo } from './width.ts';

/** Back to the first column, and everything below is wiped. */
const WIPE = '\r\u001b[J';
/** A line that is longer than the window, which may have changed a moment ago, must not go on in the next row. */
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME = 80;
const SECOND = 1_000;
/** Terminals that do not tell theirs. */
const COLUMNS = 80;

export interface StatusLine {
  wipe(): void;
  /** Writes what lasts: the status line makes way for it. */
  write(line: Line): void;
  /** Keeps a line up to date. Elsewhere than in a terminal: writes it as often as it is another. */
  follow(current: () => { doing: string; rest: string }): () => void;
  end(): void;
}

/**
 * The last line of a terminal. It is cut to the window's width, and the cursor waits in its first column: whatever a
 * terminal does to a line when its window becomes narrower, all of it is then below the cursor, and wiped with it.
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
