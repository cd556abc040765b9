import { type Answer, failure, json, sessionDenied } from '../answers.ts';
import { type Route, type RoutedCall, text } from '../call.ts';
import { tmdbDate } from '../clock.ts';
import type { Account } from '../records.ts';

export const authentication: readonly Route[] = [
  {
    method: 'GET',
    path: '/3/authentication',
    evidence: 'recorded',
    handle: () => json(200, { success: true }),
  },
  { method: 'GET', path: '/3/authentication/token/new', evidence: 'recorded', handle: newToken },
  {
    method: 'POST',
    path: '/3/authentication/token/validate_with_login',
    evidence: 'recorded',
    handle: (call) => validateWithLogin(call, (name) => text(call.body[name])),
  },
  {
    method: 'GET',
    path: '/3/authentication/token/validate_with_login',
    evidence: 'recorded',
    handle: (call) => validateWithLogin(call, (name) => call.query.get(name) ?? ''),
  },
  {
    method: 'POST',
    path: '/3/authentication/session/new',
    evidence: 'recorded',
    handle: (call) => newSession(call, text(call.body.request_token)),
  },
  {
    method: 'GET',
    path: '/3/authentication/session/new',
    evidence: 'recorded',
    handle: (call) => newSession(call, call.query.get('request_token') ?? ''),
  },
  { method: 'POST', path: '/3/authentication/session/convert/4', evidence: 'documented', handle: convert },
  { method: 'DELETE', path: '/3/authentication/session', evidence: 'documented', handle: deleteSession },
  {
    method: 'GET',
    path: '/3/authentication/guest_session/new',
    evidence: 'recorded',
    handle: newGuestSession,
  },
];

function newToken({ store, url }: RoutedCall): Answer {
  const token = store.newToken();
  return json(
    200,
    { success: true, expires_at: tmdbDate(token.expiresAt), request_token: token.id },
    { 'authentication-callback': `${url}/authenticate/${token.id}` },
  );
}

function validateWithLogin({ store }: RoutedCall, given: (name: string) => string): Answer {
  const [username, password] = [given('username'), given('password')];
  if (!username || !password) return failure(26);
  const token = store.openV3Token(given('request_token'));
  if (!token) return failure(33);
  const user = store.user(username);
  if (!user || user.password !== password) return failure(30);
  const refusal = REFUSALS[user.standing];
  if (refusal) return failure(refusal);
  token.state = 'approved';
  token.user = user;
  token.byPassword = true;
  return json(200, { success: true, expires_at: tmdbDate(token.expiresAt), request_token: token.id });
}

const REFUSALS: Record<Account['standing'], number> = {
  active: 0,
  disabled: 31,
  unverified: 32,
  suspended: 45,
};

/** A request for a token that is not approved leaves it valid (recorded); creating a session uses it up. */
function newSession({ store }: RoutedCall, requestToken: string): Answer {
  const token = store.openV3Token(requestToken);
  if (token?.state !== 'approved' || !token.user) return sessionDenied();
  if (token.byPassword && !store.quirks.passwordSessions) return sessionDenied();
  token.state = 'used';
  return json(200, { success: true, session_id: store.newSession(token.user) });
}

/**
 * Creates a v3 session from a v4 user access token, which stays valid. TMDB documents that it refuses the read token,
 * but not how: here with 401/36, as it lacks write permission. An unknown or ended token gets 401/35.
 */
function convert({ store, body }: RoutedCall): Answer {
  const accessToken = text(body.access_token);
  if (accessToken === store.credentials.accessToken) return failure(36);
  const user = store.userToken(accessToken)?.user;
  if (!user) return failure(35);
  return json(200, { success: true, session_id: store.newSession(user, accessToken) });
}

function deleteSession({ store, body }: RoutedCall): Answer {
  return store.deleteSession(text(body.session_id)) ? json(200, { success: true }) : failure(6);
}

function newGuestSession({ store }: RoutedCall): Answer {
  const guest = store.newGuest();
  return json(200, { success: true, guest_session_id: guest.id, expires_at: tmdbDate(guest.expiresAt) });
}
