import { type AuthView, failure } from '../../../machines/index.ts';
import { insideOf } from '../../client/lending.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { replaced } from '../../lib/replaced.ts';
import { createPageAuth } from '../browser/create-browser-auth.ts';
import type { LazyOptions } from './find-session.ts';

/** Creates the real client and shows its views. */
export function startEngine(
  options: LazyOptions,
  host: typeof globalThis.fetch,
  show: (view: AuthView) => void,
): { auth: TmdbAuth; stop(): void } {
  const auth = createPageAuth(options, host);
  const follow = () => {
    const view = auth.getView();
    // Keeps the view shown until the engine has read the record, to avoid flicker.
    if (view.state !== 'restoring') show(view);
  };
  const stop = auth.subscribe(follow);
  follow();
  return { auth, stop };
}

/** Checks a session that looked wrong without the engine. `isGone`: TMDB said that it does not know the session. */
export async function findOut(auth: TmdbAuth, isGone: boolean): Promise<void> {
  const { state } = await auth.verify();
  // The server removed the session with that answer, so the engine does not see why it is gone.
  if (isGone && state === 'idle.fresh')
    auth.actor.send({ type: 'login.lost', failure: failure('session_invalid') });
}

/** Resolves once the engine has restored, and without a page at once. Rejects with `disposed`. */
export async function restored(auth: TmdbAuth): Promise<TmdbAuth> {
  await insideOf(auth)?.until((snapshot) => !snapshot.matches('restoring'));
  return auth;
}

/** Throws `cancelled` if the engine has found another user than `shown`. */
export async function expectUser(auth: TmdbAuth, shown: AuthView): Promise<void> {
  await restored(auth);
  const { status, account } = auth.getView();
  if (status === 'user' && account?.id !== shown.account?.id) throw replaced();
}
