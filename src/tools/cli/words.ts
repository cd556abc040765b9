import type { AuthSnapshot } from '../../../machines/index.ts';
import type { Account, AuthView } from '../../index.ts';

const SECOND = 1_000;

type Value = AuthSnapshot['value'];
type Top<V> = V extends string ? V : keyof V;
type Sub<V, Name> = V extends object ? (Name extends keyof V ? V[Name] & string : never) : never;

/** The work under way in each state, for people; empty where the command is at rest. */
const DOING: Record<Exclude<Top<Value>, 'sessionActive'>, string> = {
  restoring: 'Reading what is stored here',
  idle: '',
  tokenRequested: 'Asking TMDB for a page to approve on',
  awaitingApproval: 'Waiting for your approval',
  adoptionRequested: 'Asking TMDB about the session',
  loginSubmitted: 'Signing in',
  sessionRequested: 'Signing in',
  loggingOut: 'Signing out',
  guestRequested: 'Starting a guest session',
  guestActive: '',
};
const DOING_SIGNED_IN: Record<Sub<Value, 'sessionActive'>, string> = {
  accountRequested: 'Asking TMDB whose session it is',
  ready: '',
  verifying: 'Asking TMDB whether the session still exists',
  carryingOver: 'Carrying over the ratings',
};
const WORDS: Record<string, string> = { ...DOING, ...DOING_SIGNED_IN };

export function doing({ state }: AuthView): string {
  const [top = '', sub = ''] = state.split('.');
  if (sub === 'backoff') return 'TMDB did not answer: trying again';
  return WORDS[top === 'sessionActive' ? sub : top] ?? '';
}

/** The name that a user signs in with: every user has one, unlike the name that is shown on TMDB. */
export const nameOf = ({ account }: AuthView) => account?.username || account?.name || '';

/** The same, with the name that is shown on TMDB where it is another. */
export function fullNameOf({ username, name }: Account): string {
  return name && username && name !== username ? `${username} (${name})` : username || name;
}

/** The user, the guest, or nobody, in a sentence. */
export function describe(view: AuthView): string {
  const { status, account, guest, expiresAt, state } = view;
  if (status === 'user' && account) {
    return `Signed in as ${fullNameOf(account)}`;
  }
  if (status === 'user') return 'Signed in; TMDB has not said as whom yet';
  if (status === 'guest') return `Guest${guest?.used ? '' : ', nothing rated yet'}${timeLeft(expiresAt)}`;
  if (state.startsWith('sessionRequested')) return 'An earlier sign-in was interrupted';
  return status === 'pending'
    ? `A sign-in is under way, and waits for your approval${timeLeft(expiresAt)}`
    : 'Nobody is signed in';
}

/** The next thing to do. */
export function nextOf({ status, guest, state, account }: AuthView): string {
  if (status === 'user' && !account) return 'Ask TMDB: tmdb-auth whoami';
  if (status === 'user')
    return guest?.used
      ? 'Keep what the guest has rated: tmdb-auth carry-over'
      : 'Rate a film: tmdb-auth rate movie/550 9';
  if (status === 'guest') {
    return guest?.used
      ? 'Keep the ratings for good: tmdb-auth login, then tmdb-auth carry-over'
      : 'Rate a film in time to stay for a day: tmdb-auth rate movie/550 9';
  }
  if (state.startsWith('sessionRequested')) return 'Find out how it ended: tmdb-auth login';
  return status === 'pending' ? 'Go on with it: tmdb-auth login' : 'Sign in: tmdb-auth login';
}

/** ` · 59:41 left`, or nothing where nothing ends. */
export function timeLeft(expiresAt: number | null): string {
  if (expiresAt === null) return '';
  const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = [minutes, rest].map((part) => String(part).padStart(2, '0')).join(':');
  return ` · ${hours > 0 ? `${hours}:${padded}` : padded} left`;
}
