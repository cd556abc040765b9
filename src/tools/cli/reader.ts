import { EXIT } from './exit-codes.ts';

/** Ends early, without a failure, when the reader closes the pipe, as in `… | head -1`. */
export async function whileRead(
  interrupt: AbortSignal,
  run: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const left = new AbortController();
  const leave = (error: NodeJS.ErrnoException) => left.abort(error);
  process.stdout.once('error', leave);
  try {
    return await run(AbortSignal.any([interrupt, left.signal]));
  } catch (error) {
    if (!left.signal.aborted) throw error;
    const { code } = left.signal.reason as NodeJS.ErrnoException;
    if (code === 'EPIPE') return EXIT.done;
    throw left.signal.reason;
  } finally {
    process.stdout.off('error', leave);
  }
}
