import { type AuthView, type TmdbAuth, TmdbAuthError } from '../../index.ts';
import { createWallClock, systemClock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';

const clock = createWallClock(systemClock);

/**
 * Resolves to the view as soon as `isMet` holds, or to the current one after `ms`. Rejects with `cancelled` when the
 * signal is aborted.
 */
export async function viewWhen(
  auth: TmdbAuth,
  isMet: (view: AuthView) => boolean,
  ms: number,
  signal: AbortSignal,
): Promise<AuthView> {
  const reached = (end: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (isMet(auth.getView())) return resolve();
      const stop = auth.subscribe((view) => {
        if (!isMet(view)) return;
        stop();
        resolve();
      });
      end.addEventListener('abort', stop, { once: true });
    });
  await within(clock, ms, reached, signal).catch((error: unknown) => {
    if (!TmdbAuthError.is(error) || error.code !== 'timeout') throw error;
  });
  return auth.getView();
}
