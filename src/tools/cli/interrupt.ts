import { EXIT } from './exit-codes.ts';

let interruptedBy: NodeJS.Signals = 'SIGINT';

/** The exit code of an interrupted command. */
export const exitOfInterrupt = () => (interruptedBy === 'SIGTERM' ? EXIT.terminated : EXIT.cancelled);

/** Aborts on the first Ctrl-C, so that the command can end cleanly; the second one kills the process. */
export async function untilInterrupted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    interruptedBy = signal;
    process.off('SIGINT', stop).off('SIGTERM', stop);
    interrupt.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await run(interrupt.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
