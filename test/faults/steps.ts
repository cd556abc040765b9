import type { ApiVersion } from '../../machines/index.ts';
import type { AdoptOptions } from '../../src/index.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { keptAccessToken, keptSession } from '../support/kept.ts';
import type { CallName } from './calls.ts';

/** A step that can go wrong, and how to get there. */
export interface Step {
  words: string;
  apiVersion: ApiVersion;
  /** Its request to TMDB, as in the sandbox’s log; null if it uses only the storage. */
  request: string | null;
  /** The calls before it. `approve` is the user on TMDB’s page. */
  before: readonly (CallName | 'approve' | 'restart')[];
  /** The call that runs the step. */
  call: CallName;
  /** The state in which the client settles when nothing goes wrong. */
  goal: string;
  /** The app has stored this before. */
  keeps?: 'session' | 'access';
  /** The client polls for the approval. */
  polls?: boolean;
}

const SIGNED_IN = ['login', 'approve', 'comeBack'] as const;
const RATED = ['guest', 'rate', 'rateAnother', ...SIGNED_IN] as const;
const READY = 'sessionActive.ready';

/** Every step of the client, in the order in which a user meets them. */
export const STEPS = {
  restore: {
    words: 'read the record',
    apiVersion: 3,
    request: null,
    before: [...SIGNED_IN, 'restart'],
    call: 'begin',
    goal: READY,
  },
  token3: {
    words: 'request a v3 token',
    apiVersion: 3,
    request: 'GET /3/authentication/token/new',
    before: [],
    call: 'login',
    goal: 'awaitingApproval.waiting',
  },
  token4: {
    words: 'request a v4 token',
    apiVersion: 4,
    request: 'POST /4/auth/request_token',
    before: [],
    call: 'login',
    goal: 'awaitingApproval.waiting',
  },
  password: {
    words: 'send the password',
    apiVersion: 3,
    request: 'POST /3/authentication/token/validate_with_login',
    before: [],
    call: 'password',
    goal: READY,
  },
  check3: {
    words: 'poll for the v3 approval',
    apiVersion: 3,
    request: 'POST /3/authentication/session/new',
    before: ['login', 'approve'],
    call: 'login',
    goal: READY,
    polls: true,
  },
  check4: {
    words: 'poll for the v4 approval',
    apiVersion: 4,
    request: 'POST /4/auth/access_token',
    before: ['login', 'approve'],
    call: 'login',
    goal: READY,
    polls: true,
  },
  exchange3: {
    words: 'exchange for a v3 session',
    apiVersion: 3,
    request: 'POST /3/authentication/session/new',
    before: ['login', 'approve'],
    call: 'comeBack',
    goal: READY,
  },
  exchange4: {
    words: 'exchange for a v4 access token',
    apiVersion: 4,
    request: 'POST /4/auth/access_token',
    before: ['login', 'approve'],
    call: 'comeBack',
    goal: READY,
  },
  convert: {
    words: 'convert v4 to a session',
    apiVersion: 4,
    request: 'POST /3/authentication/session/convert/4',
    before: ['login', 'approve'],
    call: 'comeBack',
    goal: READY,
  },
  account: {
    words: 'read the account',
    apiVersion: 3,
    request: 'GET /3/account',
    before: ['login', 'approve'],
    call: 'comeBack',
    goal: READY,
  },
  adopt3: {
    words: 'adopt a session',
    apiVersion: 3,
    request: 'GET /3/account',
    before: [],
    call: 'adopt',
    goal: READY,
    keeps: 'session',
  },
  adopt4: {
    words: 'adopt a v4 access token',
    apiVersion: 4,
    request: 'POST /3/authentication/session/convert/4',
    before: [],
    call: 'adopt',
    goal: READY,
    keeps: 'access',
  },
  verify: {
    words: 'verify the session',
    apiVersion: 3,
    request: 'GET /3/account',
    before: SIGNED_IN,
    call: 'verify',
    goal: READY,
  },
  carryList: {
    words: "carry over: read the guest's ratings",
    apiVersion: 3,
    request: 'GET /3/guest_session/:guest_session_id/rated/movies',
    before: RATED,
    call: 'carry',
    goal: READY,
  },
  carryRate: {
    words: 'carry over: rate for the user',
    apiVersion: 3,
    request: 'POST /3/movie/550/rating',
    before: RATED,
    call: 'carry',
    goal: READY,
  },
  logout3: {
    words: 'delete the v3 session (logout)',
    apiVersion: 3,
    request: 'DELETE /3/authentication/session',
    before: SIGNED_IN,
    call: 'logout',
    goal: 'idle.loggedOut',
  },
  logout4: {
    words: 'delete the v4 access token (logout)',
    apiVersion: 4,
    request: 'DELETE /4/auth/access_token',
    before: SIGNED_IN,
    call: 'logout',
    goal: 'idle.loggedOut',
  },
  guest: {
    words: 'create a guest session',
    apiVersion: 3,
    request: 'GET /3/authentication/guest_session/new',
    before: [],
    call: 'guest',
    goal: 'guestActive.unused',
  },
  rate: {
    words: 'rate as a guest (auth.fetch)',
    apiVersion: 3,
    request: 'POST /3/movie/550/rating',
    before: ['guest'],
    call: 'rate',
    goal: 'guestActive.used',
  },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;
export const STEP_NAMES = Object.keys(STEPS) as StepName[];
/** Makes at this TMDB what the app has stored before, for this step. */
export const keptFor = ({ keeps }: Step, tmdb: Sandbox): AdoptOptions | null =>
  keeps === 'session'
    ? { sessionId: keptSession(tmdb) }
    : keeps === 'access'
      ? { accessToken: keptAccessToken(tmdb) }
      : null;
export const stepOf = (name: StepName): Step => STEPS[name];
