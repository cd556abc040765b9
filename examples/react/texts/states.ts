import type { AuthView } from 'tmdb-auth';
import { CARRYING_OVER, outcomeOf } from './carry-over.ts';
import { FAILURES } from './failures.ts';

/** Titles for users, by `view.state` or the part of it before the dot. */
const TITLES: Record<string, string> = {
  restoring: 'One moment',
  'idle.fresh': 'Films you will want to keep',
  'idle.loggedOut': 'You are signed out',
  'idle.approvalDenied': 'Not approved',
  'idle.tokenExpired': 'That took too long',
  'idle.guestExpired': 'Your guest visit has ended',
  'idle.sessionRevoked': 'TMDB signed you out',
  'idle.failed': 'That did not work',
  tokenRequested: 'Asking TMDB',
  awaitingApproval: 'Waiting for you on TMDB',
  loginSubmitted: 'Signing you in',
  sessionRequested: 'Signing you in',
  adoptionRequested: 'Signing you in',
  sessionActive: 'Signed in',
  [CARRYING_OVER]: 'Keeping your ratings',
  loggingOut: 'Signing you out',
  guestRequested: 'Starting a guest visit',
  guestActive: 'You are a guest',
};

export const titleOf = (state: string): string => TITLES[state] ?? TITLES[state.split('.')[0] ?? ''] ?? state;

/** The failure in a user's words. A cancelled sign-in needs none: the user wanted it. */
export function reasonOf({ failure }: Pick<AuthView, 'failure'>): string | null {
  return failure && failure.code !== 'cancelled' ? FAILURES[failure.code] : null;
}

/** The whole state as text for screen readers. */
export function sentenceOf({ state, status, account, carryOver, failure }: AuthView): string {
  if (state === 'restoring') return '';
  const isUser = status === 'user' && state !== CARRYING_OVER;
  const who = isUser && account ? ` as ${account.name || account.username}` : '';
  return [`${titleOf(state)}${who}.`, reasonOf({ failure }), outcomeOf({ state, carryOver })]
    .filter(Boolean)
    .join(' ');
}
