import type { Answer } from './answers.ts';
import { approvalPage, noticePage, redirect } from './pages.ts';
import type { Store } from './store.ts';

/** A request to the website, with the fields of a posted form. */
export interface PageVisit {
  method: string;
  segments: readonly string[];
  query: URLSearchParams;
  form: URLSearchParams;
}

/** TMDB's `/authenticate/:token`, and what its two buttons do. */
export function visitPage(store: Store, { method, segments, query, form }: PageVisit): Answer {
  const [first, requestToken = '', choice, ...rest] = segments;
  if (first !== 'authenticate' || rest.length > 0) return notFound();
  if (choice === undefined && method === 'GET') return ask(store, requestToken, query.get('redirect_to'));
  if (choice !== 'allow' && choice !== 'deny') return notFound();
  if (method === 'GET') return outcome(store, requestToken, choice);
  if (method === 'POST') return decide(store, requestToken, choice, form);
  return notFound();
}

function ask(store: Store, requestToken: string, redirectTo: string | null): Answer {
  if (!store.openToken(requestToken)) return invalidToken();
  if (redirectTo && !targetOf(redirectTo)) return badTarget();
  const usernames = store.users.filter((user) => user.standing === 'active').map((user) => user.username);
  const action = `/authenticate/${encodeURIComponent(requestToken)}`;
  return approvalPage({ action, redirectTo: redirectTo || null, usernames });
}

function decide(store: Store, requestToken: string, choice: 'allow' | 'deny', form: URLSearchParams): Answer {
  const redirectTo = form.get('redirect_to');
  const target = redirectTo ? targetOf(redirectTo) : null;
  if (redirectTo && !target) return badTarget();
  const decided =
    choice === 'allow'
      ? allow(store, requestToken, form.get('username') ?? undefined)
      : deny(store, requestToken);
  if (!decided) return invalidToken();
  if (!target) return redirect(`/authenticate/${encodeURIComponent(requestToken)}/${choice}`);
  const said = choice === 'allow' ? 'approved' : 'denied';
  // Joined by hand: going through searchParams would rewrite the query the app put there.
  target.search += `${target.search ? '&' : '?'}request_token=${encodeURIComponent(requestToken)}&${said}=true`;
  return redirect(target.href);
}

/** A token that was exchanged in the meantime still was allowed: an app that polls may be quicker than this page. */
function outcome(store: Store, requestToken: string, choice: 'allow' | 'deny'): Answer {
  const state = store.tokenState(requestToken);
  if (choice === 'allow' && (state === 'approved' || state === 'used')) {
    return noticePage(200, 'Allowed', 'The app may use your account now. You can close this page.');
  }
  if (choice === 'deny' && state === 'denied') {
    return noticePage(200, 'Denied', 'The app may not use your account. You can close this page.');
  }
  return invalidToken();
}

/** The user (default: the first) allows the app. False if the token or the user does not exist any more. */
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
    'The API is below /3, the approval page is /authenticate/{request_token}.',
  );
}
