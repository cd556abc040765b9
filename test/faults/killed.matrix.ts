import type { StepName } from './steps.ts';

/** What has to become of a process that was killed in a step. */
export interface KillEnd {
  /** Where the next process rests. */
  rests: string;
  /** What its view shows then, or what its first call rejects with: a code, or null. */
  says: string | null;
  /** What helps: nothing is needed, the same call, a sign-in, or the sign-in after the one that says what happened. */
  helps: 'nothing' | 'again' | 'login' | 'second login';
  /** Where it is in the end. */
  ends: string;
  /** What TMDB holds in the end that nobody knows of. */
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
/** The next one asks, hears that the token is spent, and says so. */
const isTold = (lost: KillEnd['lost']) => end('idle.failed', 'exchange_interrupted', 'login', lost);

/** Every step, and a process that dies in it: before TMDB did what it was asked, and after. */
export const KILLED: Record<StepName, Record<'before' | 'after', KillEnd>> = {
  restore: both(isThere()),
  token3: both(startsAnew),
  token4: both(startsAnew),
  // The token is kept, the password is not.
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
  // Wiped before TMDB is asked.
  logout3: { before: end('idle.fresh', null, 'login', SESSION), after: startsAnew },
  logout4: { before: end('idle.fresh', null, 'login', ACCESS), after: startsAnew },
  guest: both(end('idle.fresh', null, 'again', NONE, 'guestActive.unused')),
  rate: both(end('guestActive.unused', null, 'again', NONE, 'guestActive.used')),
};
