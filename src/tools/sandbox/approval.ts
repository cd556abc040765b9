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

/** The differences between the approval pages of v3 and v4. */
interface Approval {
  requestToken: string;
  /** Undefined if this version has no such token. */
  state: TokenState | undefined;
  /** The path that the buttons post to, without the choice. */
  action: string;
  /** Hidden fields of the form. */
  hidden: Record<string, string>;
  redirectTo: string | null;
  /** The last page without `redirectTo`. */
  ending(choice: Choice): string;
  /** The address that the app receives. */
  answer(target: URL, choice: Choice): string;
}

/** TMDB's approval pages `/authenticate/:token` (v3) and `/auth/access?request_token=` (v4), with their two buttons. */
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

/** v3: the page's address names the return address, to which the answer is appended. */
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
      // Appended by hand: `searchParams` would re-encode the app's own query.
      target.search += `${target.search ? '&' : '?'}request_token=${token}&${said}=true`;
      return target.href;
    },
  };
}

/** v4: the return address belongs to the token, and nothing is appended to it (seen in several code bases). */
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

/** A used token counts as allowed: an app that polls may exchange it before this page loads. */
function outcome({ state }: Approval, choice: Choice): Answer {
  if (choice === 'allow' && (state === 'approved' || state === 'used')) {
    return noticePage(200, 'Allowed', 'The app can use your account now. You can close this page.');
  }
  if (choice === 'deny' && state === 'denied') {
    return noticePage(200, 'Denied', 'The app cannot use your account. You can close this page.');
  }
  return invalidToken();
}

/**
 * Approves the token as that user (default: the first), v3 or v4. False for an unknown user, or if the token is not
 * open.
 */
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

/** TMDB accepts every target without registration; only script URLs are refused here. */
function targetOf(redirectTo: string): URL | null {
  const url = URL.canParse(redirectTo) ? new URL(redirectTo) : null;
  return url && !['javascript:', 'data:', 'vbscript:'].includes(url.protocol) ? url : null;
}

function invalidToken(): Answer {
  return noticePage(
    404,
    'Invalid request token',
    'The request is unknown or expired, or it was answered before. Start again in the app.',
  );
}

function badTarget(): Answer {
  return noticePage(
    400,
    'Invalid redirect_to',
    'The return address must be an absolute URL, and not a script.',
  );
}

function notFound(): Answer {
  return noticePage(
    404,
    'Not found',
    'The API is at /3 and /4, the approval page at /authenticate/{request_token}, ' +
      'for v4 at /auth/access?request_token={request_token}.',
  );
}
