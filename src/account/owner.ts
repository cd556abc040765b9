import type { AuthStatus, AuthView } from '../../machines/index.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { TmdbAuthError } from '../errors.ts';
import { createWallClock, systemClock } from '../lib/clock.ts';
import { bounded } from './bounded.ts';

/** The user or the guest a request is made for. */
export interface Owner {
  /** Tells them apart, and is no secret: `user 548`, `guest 1799999999999`. */
  key: string;
  isGuest: boolean;
  /** Null for a guest, and where TMDB has not said who the user is. */
  account: AuthView['account'];
}

/** Who is there: a user, a guest (also while they sign in), or null. */
export function ownerIn({ status, account, guest }: AuthView): Owner | null {
  if (status === 'user') return { key: `user ${account?.id ?? ''}`, isGuest: false, account };
  return guest && { key: `guest ${guest.unusedUntil}`, isGuest: true, account: null };
}

/** TMDB or the storage is about to say who is there. */
const isComing = ({ state, account }: AuthView) =>
  state === 'restoring' || (state === 'sessionActive.accountRequested' && !account);

/** The owner's key, and the status that a UI of their account shows: a guest who signs in is still a guest. */
export interface Presence {
  status: AuthStatus;
  key: string | null;
}

export function presenceIn(view: AuthView): Presence {
  const owner = isComing(view) ? null : ownerIn(view);
  if (owner) return { status: owner.isGuest ? 'guest' : 'user', key: owner.key };
  return { status: view.status === 'signedOut' ? 'signedOut' : 'pending', key: null };
}

/** The machine says who is there within 15 s. A client that was disposed, or runs without a page, never does. In ms. */
const PATIENCE = 20_000;
const hostClock = createWallClock(systemClock);

/** Who is there, once that is known. Rejects with `session_invalid` if there is no user and no guest. */
export async function whoIsThere(auth: TmdbAuth, signal?: AbortSignal): Promise<Owner> {
  await bounded(hostClock, PATIENCE, (end) => until(auth, (view) => !isComing(view), end), signal);
  const owner = ownerIn(auth.getView());
  if (!owner) throw new TmdbAuthError('session_invalid', NOBODY);
  return owner;
}

function until(auth: TmdbAuth, isSo: (view: AuthView) => boolean, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (isSo(auth.getView())) return resolve();
    const finish = () => {
      stop();
      resolve();
    };
    const stop = auth.subscribe((view) => isSo(view) && finish());
    end.addEventListener('abort', finish, { once: true });
  });
}

/** Throws `cancelled` if another user or guest has taken this one's place: nothing is asked or shown as another. */
export function stillThere(auth: TmdbAuth, owner: Owner): void {
  if (ownerIn(auth.getView())?.key !== owner.key) throw replaced();
}

const NOBODY = { message: 'Nobody is signed in. Sign in, or continue as a guest, first.' };

export const replaced = () =>
  new TmdbAuthError('cancelled', {
    message: 'The user has changed since this was asked. Ask again as the present one.',
  });
