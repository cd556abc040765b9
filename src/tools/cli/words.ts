import type { AuthSnapshot } from '../../../machines/index.ts';
import type { Account, AuthView } from '../../index.ts';

const SECOND = 1_000;

type Value = AuthSnapshot['value'];
type Top<V> = V extends string ? V : keyof V;
type Sub<V, Name> = V extends object ? (Name extends keyof V ? V[Name] & string : never) : never;

/** The current step of each state, for people; empty in settled states. */
const DOING: Record<Exclude<Top<Value>, 'sessionActive'>, string> = {
  restoring: 'Reading the stored session',
  idle: '',
  tokenRequested: 'Starting the sign-in',
  awaitingApproval: 'Waiting for your approval',
  adoptionRequested: 'Asking TMDB about the session',
  loginSubmitted: 'Signing in',
  sessionRequested: 'Signing in',
  loggingOut: 'Signing out',
  guestRequested: 'Starting a guest session',
  guestActive: '',
};
const DOING_SIGNED_IN: Record<Sub<Value, 'sessionActive'>, string> = {
  accountRequested: 'Asking TMDB for the account',
  ready: '',
  verifying: 'Asking TMDB about the session',
  carryingOver: 'Carrying over the ratings',
};
const WORDS: Record<string, string> = { ...DOING, ...DOING_SIGNED_IN };

export function doing({ state }: AuthView): string {
  const [top = '', sub = ''] = state.split('.');
  if (sub === 'backoff') return 'TMDB did not answer: trying again';
  return WORDS[top === 'sessionActive' ? sub : top] ?? '';
}

/** The user name, which every account has; the display name may be empty. */
export const nameOf = ({ account }: AuthView) => account?.username || account?.name || '';

/** The user name, with the display name if it differs. */
export function fullNameOf({ username, name }: Account): string {
  return name && username && name !== username ? `${username} (${name})` : username || name;
}

/** The user or guest, as a sentence. */
export function describe(view: AuthView): string {
  const { status, account, guest, expiresAt, state } = view;
  if (status === 'user' && account) {
    return `Signed in as ${fullNameOf(account)}`;
  }
  if (status === 'user') return 'Signed in; the account is not known yet';
  if (status === 'guest') return `Guest${guest?.used ? '' : ', nothing rated yet'}${timeLeft(expiresAt)}`;
  if (state.startsWith('sessionRequested')) return 'An earlier sign-in was interrupted';
  return status === 'pending'
    ? `A sign-in is waiting for your approval${timeLeft(expiresAt)}`
    : 'Nobody is signed in';
}

/** The next command to try. */
export function nextOf({ status, guest, state, account }: AuthView): string {
  if (status === 'user' && !account) return 'Ask TMDB for it: tmdb-auth whoami';
  if (status === 'user')
    return guest?.used
      ? 'Keep the guest’s ratings: tmdb-auth carry-over'
      : 'Rate a film: tmdb-auth rate movie/550 9';
  if (status === 'guest') {
    return guest?.used
      ? 'Keep the ratings for good: tmdb-auth login, then tmdb-auth carry-over'
      : 'Rate a film to keep the session for a day: tmdb-auth rate movie/550 9';
  }
  if (state.startsWith('sessionRequested')) return 'Continue it: tmdb-auth login';
  return status === 'pending' ? 'Continue it: tmdb-auth login' : 'Sign in: tmdb-auth login';
}

/** ` · 3 of 5` while ratings are carried over, else nothing. */
export const progressOf = ({ carryOver, state }: AuthView) =>
  carryOver?.total && state === 'sessionActive.carryingOver'
    ? ` · ${carryOver.carried + carryOver.kept + carryOver.failed.length} of ${carryOver.total}`
    : '';

/** ` · 59:41 left`; empty without an expiry. */
export function timeLeft(expiresAt: number | null): string {
  if (expiresAt === null) return '';
  const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = [minutes, rest].map((part) => String(part).padStart(2, '0')).join(':');
  return ` · ${hours > 0 ? `${hours}:${padded}` : padded} left`;
}
