import type { AuthStatus, AuthView } from '../../machines/index.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { TmdbAuthError } from '../errors.ts';
import { createWallClock, systemClock } from '../lib/clock.ts';
import { replaced } from '../lib/replaced.ts';
import { bounded } from './bounded.ts';

/** The user or guest of a request. `key` tells them apart, and is not a secret. */
export type Owner = User | Guest;
/** `user 548`. */
export interface User {
  key: string;
  isGuest: false;
  account: NonNullable<AuthView['account']>;
}
/** `guest 1799999999999`. */
interface Guest {
  key: string;
  isGuest: true;
}

/** The current user or guest (also while the guest signs in), or null. A user without a known account is null, too. */
export function ownerIn({ status, account, guest }: AuthView): Owner | null {
  if (status === 'user') return account && { key: `user ${account.id}`, isGuest: false, account };
  return guest && { key: `guest ${guest.unusedUntil}`, isGuest: true };
}

/** TMDB or the storage is about to name the user or guest. */
const isOwnerPending = ({ state, account }: AuthView) =>
  state === 'restoring' || (state === 'sessionActive.accountRequested' && !account);

/** The owner's key, and the status that a UI of their account shows: a guest who signs in is still a guest. */
export interface Presence {
  status: AuthStatus;
  key: string | null;
}

export function presenceIn(view: AuthView): Presence {
  const owner = isOwnerPending(view) ? null : ownerIn(view);
  if (owner) return { status: owner.isGuest ? 'guest' : 'user', key: owner.key };
  return { status: view.status === 'signedOut' ? 'signedOut' : 'pending', key: null };
}

/** The machine knows its user or guest within 15 s. A client without a page never does. In ms. */
const OWNER_TIMEOUT = 20_000;
const hostClock = createWallClock(systemClock);

/** The current user or guest, once that is known. Rejects with `session_invalid` if there is none. */
export async function presentOwner(auth: TmdbAuth, signal?: AbortSignal): Promise<Owner> {
  await bounded(hostClock, OWNER_TIMEOUT, (end) => until(auth, (view) => !isOwnerPending(view), end), signal);
  const actor = actorOf(auth);
  if (actor && actor.getSnapshot().status !== 'active') throw new TmdbAuthError('disposed');
  const view = auth.getView();
  const owner = ownerIn(view);
  if (owner) return owner;
  throw view.status === 'user'
    ? new TmdbAuthError('unavailable', NO_ACCOUNT)
    : new TmdbAuthError('session_invalid', NOBODY);
}

/** Null until the engine of a lazy client is loaded. */
function actorOf(auth: TmdbAuth): TmdbAuth['actor'] | null {
  try {
    return auth.actor;
  } catch {
    return null;
  }
}

function until(auth: TmdbAuth, isMet: (view: AuthView) => boolean, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (isMet(auth.getView())) return resolve();
    const finish = () => {
      stop();
      completion?.unsubscribe();
      resolve();
    };
    const stop = auth.subscribe((view) => isMet(view) && finish());
    const completion = actorOf(auth)?.subscribe({ complete: finish });
    end.addEventListener('abort', finish, { once: true });
  });
}

/** Throws `cancelled` if the user or guest has changed, so that nothing is asked or shown as another. */
export function stillThere(auth: TmdbAuth, owner: Owner): void {
  if (ownerIn(auth.getView())?.key !== owner.key) throw replaced();
}

const NO_ACCOUNT = {
  message: 'TMDB has not named the account of this session. Call retry(), then try again.',
};
const NOBODY = { message: 'Nobody is signed in. Sign in, or continue as a guest, first.' };
