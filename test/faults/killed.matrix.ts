import type { StepName } from './steps.ts';

/** The expected end after a process was killed in a step. */
export interface KillEnd {
  /** The state in which the next process settles. */
  rests: string;
  /** The code that its view shows then, or with which its first call rejects; null without one. */
  says: string | null;
  /** The remedy: nothing, the same call, a sign-in, or a second sign-in after the first has reported what happened. */
  helps: 'nothing' | 'again' | 'login' | 'second login';
  /** The state after the remedy. */
  ends: string;
  /** The orphans at TMDB. */
  lost: { sessions: number; accessTokens: number };
}

const NONE = { sessions: 0, accessTokens: 0 };
const SESSION = { sessions: 1, accessTokens: 0 };
const ACCESS = { sessions: 0, accessTokens: 1 };
const READY = 'sessionActive.ready';

const end = (
  rests: string,
  says: string | null,
  helps: KillEnd['helps'],
  lost = NONE,
  ends = READY,
): KillEnd => ({ rests, says, helps, ends, lost });

const isThere = (lost = NONE) => end(READY, null, 'nothing', lost);
const startsAnew = end('idle.fresh', null, 'login');
const both = (one: KillEnd) => ({ before: one, after: one });
/** The next process sends the token, learns that it is spent, and fails. */
const isTold = (lost: KillEnd['lost']) => end('idle.failed', 'exchange_interrupted', 'login', lost);

/** Every step, with a process that is killed before and after TMDB handled its request. */
export const KILLED: Record<StepName, Record<'before' | 'after', KillEnd>> = {
  restore: both(isThere()),
  token3: both(startsAnew),
  token4: both(startsAnew),
  // The token is stored, the password is not.
  password: both(end('awaitingApproval.waiting', null, 'again')),
  check3: {
    before: end('awaitingApproval.waiting', null, 'login'),
    after: end('awaitingApproval.waiting', 'exchange_interrupted', 'second login', SESSION),
  },
  check4: {
    before: end('awaitingApproval.waiting', null, 'login'),
    after: end('awaitingApproval.waiting', 'exchange_interrupted', 'second login', ACCESS),
  },
  exchange3: { before: isThere(), after: isTold(SESSION) },
  exchange4: { before: isThere(), after: isTold(ACCESS) },
  convert: { before: isThere(), after: isThere(SESSION) },
  account: both(isThere()),
  adopt3: both(end('idle.fresh', null, 'again')),
  adopt4: {
    before: end('idle.fresh', null, 'again'),
    after: end('idle.fresh', null, 'again', SESSION),
  },
  verify: both(isThere()),
  carryList: both(end(READY, null, 'again')),
  carryRate: both(end(READY, null, 'again')),
  // The facts are wiped before the request.
  logout3: { before: end('idle.fresh', null, 'login', SESSION), after: startsAnew },
  logout4: { before: end('idle.fresh', null, 'login', ACCESS), after: startsAnew },
  guest: both(end('idle.fresh', null, 'again', NONE, 'guestActive.unused')),
  rate: both(end('guestActive.unused', null, 'again', NONE, 'guestActive.used')),
};
