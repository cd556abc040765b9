import { TmdbAuthError } from '../../errors.ts';
import { localizing } from '../../lib/messages.ts';
import type { MaybePromise } from '../../ports.ts';
import { isSettled } from '../attempts.ts';
import { engineOf } from '../engine-of.ts';
import { insideOf } from '../lending.ts';
import type { TmdbAuth } from '../tmdb-auth.ts';

/** The secrets that name the user at TMDB. Each is as good as a password, and does not expire by itself. */
export interface LentSecrets {
  /** For v3. */
  sessionId: string;
  /** For v4, if the user signed in with it. */
  accessToken?: string;
}

const NOBODY = { message: 'Nobody is signed in, so there is no session to lend. Sign in first.' };
const ON_A_SERVER = {
  message:
    'This page has no session to lend: its server keeps it. Use auth.fetch, or the library on the server.',
};
const UNKNOWN =
  'tmdb-auth: this client has no vault here. It was made by another copy of the package, or there is no page.';

/**
 * Lends the session's id to a library that does its own requests, and resolves to the result of `use`. Waits until
 * the client is settled, also for a running sign-in. The app has to guard the id: use it in `use`, and keep it
 * nowhere. The library's errors and logs may contain it (axios puts the address into its errors): they are handed on
 * as they are.
 *
 * If the user signs out while `use` runs, TMDB refuses the library's further requests, and nothing stops them. The
 * client does not see the library's answers: call `auth.verify()` after a 401 with code 3.
 *
 * Rejects with the error of `use`, `session_invalid` if nobody is signed in, `unexpected` if a server keeps the
 * page's session, `disposed`, and an `Error` for a client of another copy of this package.
 *
 * @example
 * ```ts
 * import { createNodeAuth } from 'tmdb-auth/node';
 * import { withSession } from 'tmdb-auth/unsafe';
 *
 * declare const library: { favorites(options: { session_id: string }): Promise<string[]> };
 * const auth = createNodeAuth();
 * const favorites = await withSession(auth, ({ sessionId }) => library.favorites({ session_id: sessionId }));
 * console.log(favorites.length);
 * ```
 */
export async function withSession<Result>(
  auth: TmdbAuth,
  use: (secrets: LentSecrets) => MaybePromise<Result>,
): Promise<Result> {
  const lend = localizing(auth.messages)(async () => secretsOf(await engineOf(auth)));
  return use(await lend());
}

async function secretsOf(auth: TmdbAuth): Promise<LentSecrets> {
  const inside = insideOf(auth);
  if (!inside) throw new Error(UNKNOWN);
  await inside.until(isSettled);
  if (!inside.snapshot().matches('sessionActive')) throw new TmdbAuthError('session_invalid', NOBODY);
  if (!inside.keepsSessions) throw new TmdbAuthError('unexpected', ON_A_SERVER);
  const sessionId = inside.read('sessionId');
  if (sessionId === null) throw new TmdbAuthError('unexpected');
  // The vault may still hold the access token of an earlier session.
  const accessToken = inside.snapshot().context.facts.access && inside.read('accessToken');
  return { sessionId, ...(accessToken && { accessToken }) };
}
