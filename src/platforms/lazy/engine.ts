import { type AuthView, failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { replaced } from '../../lib/replaced.ts';
import { createPageAuth } from '../browser/create-browser-auth.ts';
import type { LazyOptions } from './find-session.ts';

/** Makes the client itself, and shows what it finds. */
export function startEngine(
  options: LazyOptions,
  host: typeof globalThis.fetch,
  show: (view: AuthView) => void,
): { auth: TmdbAuth; stop(): void } {
  const auth = createPageAuth(options, host);
  const follow = () => {
    const view = auth.getView();
    // What is shown already does not flicker while the engine finds the same.
    if (view.state !== 'restoring') show(view);
  };
  const stop = auth.subscribe(follow);
  follow();
  return { auth, stop };
}

/** Finds out what a glance was wrong about. `isGone`: TMDB has said that it does not know the session. */
export async function findOut(auth: TmdbAuth, isGone: boolean): Promise<void> {
  const { state } = await auth.verify();
  // A server has forgotten the session with that answer, and tells the next page nothing of it.
  if (isGone && state === 'idle.fresh')
    auth.actor.send({ type: 'login.lost', failure: failure('session_invalid') });
}

/** Throws `cancelled` if the engine has found another user than a glance had shown. */
export async function expectUser(auth: TmdbAuth, shown: AuthView): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (auth.getView().state !== 'restoring') resolve();
    };
    // A client that is disposed meanwhile says so itself.
    auth.actor.subscribe({ next: look, error: () => resolve(), complete: resolve });
    look();
  });
  const { status, account } = auth.getView();
  if (status === 'user' && account?.id !== shown.account?.id) throw replaced();
}
