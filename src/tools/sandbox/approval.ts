import type { Answer } from './answers.ts';
import { approvalPage, noticePage, redirect } from './pages.ts';
import type { Store } from './store.ts';
import type { TokenState } from './types.ts';

/** A request to the website, with the fields of a posted form. */
export interface PageVisit {
  method: string;
  segments: readonly string[];
  query: URLSearchParams;
  form: URLSearchParams;
}

type Choice = 'allow' | 'deny';

/** What the pages of v3 and v4 do differently. */
interface Approval {
  requestToken: string;
  /** undefined: no such token of this version. */
  state: TokenState | undefined;
  /** Where the buttons lead, without the choice. */
  action: string;
  /** Posted along with the choice. */
  hidden: Record<string, string>;
  redirectTo: string | null;
  /** The page the user ends on without `redirectTo`. */
  ending(choice: Choice): string;
  /** What the app gets to see. */
  answer(target: URL, choice: Choice): string;
}

/** TMDB's `/authenticate/:token` (v3) and `/auth/access?request_token=` (v4), and what their two buttons do. */
export function visitPage(store: Store, visit: PageVisit): Answer {
  const [first, second, ...rest] = visit.segments;
  if (first === 'authenticate') return approve(store, visit, approvalV3(store, visit, second ?? ''), rest);
  if (first === 'auth' && second === 'access') return approve(store, visit, approvalV4(store, visit), rest);
  return notFound();
}

function approve(store: Store, visit: PageVisit, approval: Approval, rest: readonly string[]): Answer {
  const [choice] = rest;
  if (rest.length > 1) return notFound();
  if (choice === undefined && visit.method === 'GET') return ask(store, approval);
  if (choice !== 'allow' && choice !== 'deny') return notFound();
  if (visit.method === 'GET') return outcome(approval, choice);
  if (visit.method === 'POST')
    return decide(store, approval, choice, visit.form.get('username') ?? undefined);
  return notFound();
}

/** v3: the page is told where to go back to, and the answer is appended there. */
function approvalV3(store: Store, visit: PageVisit, requestToken: string): Approval {
  const token = encodeURIComponent(requestToken);
  const action = `/authenticate/${token}`;
  const redirectTo = fieldsOf(visit).get('redirect_to') || null;
  return {
    requestToken,
    state: store.tokenState(requestToken, 3),
    action,
    hidden: redirectTo === null ? {} : { redirect_to: redirectTo },
    redirectTo,
    ending: (choice) => `${action}/${choice}`,
    answer: (target, choice) => {
      const said = choice === 'allow' ? 'approved' : 'denied';
      // Joined by hand: going through searchParams would rewrite the query the app put there.
      target.search += `${target.search ? '&' : '?'}request_token=${token}&${said}=true`;
      return target.href;
    },
  };
}

/** v4: the token knows where to go back to, and nothing is appended there (seen in several code bases). */
function approvalV4(store: Store, visit: PageVisit): Approval {
  const requestToken = fieldsOf(visit).get('request_token') ?? '';
  const action = '/auth/access';
  return {
    requestToken,
    state: store.tokenState(requestToken, 4),
    action,
    hidden: { request_token: requestToken },
    redirectTo: store.openV4Token(requestToken)?.redirectTo ?? null,
    ending: (choice) => `${action}/${choice}?request_token=${encodeURIComponent(requestToken)}`,
    answer: (target) => target.href,
  };
}

function fieldsOf({ method, query, form }: PageVisit): URLSearchParams {
  return method === 'POST' ? form : query;
}

function ask(store: Store, { state, action, hidden, redirectTo }: Approval): Answer {
  if (state !== 'pending' && state !== 'approved') return invalidToken();
  if (redirectTo && !targetOf(redirectTo)) return badTarget();
  const usernames = store.users.filter((user) => user.standing === 'active').map((user) => user.username);
  return approvalPage({ action, redirectTo, hidden, usernames });
}

function decide(store: Store, approval: Approval, choice: Choice, username: string | undefined): Answer {
  const { requestToken, state, redirectTo } = approval;
  if (state === undefined) return invalidToken();
  const target = redirectTo ? targetOf(redirectTo) : null;
  if (redirectTo && !target) return badTarget();
  const decided = choice === 'allow' ? allow(store, requestToken, username) : deny(store, requestToken);
  if (!decided) return invalidToken();
  return redirect(target ? approval.answer(target, choice) : approval.ending(choice));
}

/** A token that was exchanged in the meantime still was allowed: an app that polls may be quicker than this page. */
function outcome({ state }: Approval, choice: Choice): Answer {
  if (choice === 'allow' && (state === 'approved' || state === 'used')) {
    return noticePage(200, 'Allowed', 'The app may use your account now. You can close this page.');
  }
  if (choice === 'deny' && state === 'denied') {
    return noticePage(200, 'Denied', 'The app may not use your account. You can close this page.');
  }
  return invalidToken();
}

/** The user (default: the first) allows the app, v3 or v4. False if the token or the user does not exist any more. */
export function allow(store: Store, requestToken: string, username?: string): boolean {
  const token = store.openToken(requestToken);
  const user = store.user(username);
  if (!token || !user) return false;
  token.state = 'approved';
  token.user = user;
  return true;
}

export function deny(store: Store, requestToken: string): boolean {
  const token = store.openToken(requestToken);
  if (token) token.state = 'denied';
  return token !== undefined;
}

/** TMDB accepts every target without registration; only what would run as a script is refused here. */
function targetOf(redirectTo: string): URL | null {
  const url = URL.canParse(redirectTo) ? new URL(redirectTo) : null;
  return url && !['javascript:', 'data:', 'vbscript:'].includes(url.protocol) ? url : null;
}

function invalidToken(): Answer {
  return noticePage(
    404,
    'Invalid request token',
    'It is unknown, too old, or was answered already. Start again in the app.',
  );
}

function badTarget(): Answer {
  return noticePage(
    400,
    'Invalid redirect_to',
    'The address to go back to must be a complete URL, and not a script.',
  );
}

function notFound(): Answer {
  return noticePage(
    404,
    'Not found',
    'The API is below /3 and /4, the approval page is /authenticate/{request_token}, ' +
      'for v4 /auth/access?request_token={request_token}.',
  );
}
