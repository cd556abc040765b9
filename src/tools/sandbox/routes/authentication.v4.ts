import { type Answer, done, failure, json } from '../answers.ts';
import { type Route, type RoutedCall, text } from '../call.ts';

/** The sign-in of v4. TMDB requires the read token as Bearer; a user access token is accepted too. */
export const authenticationV4: readonly Route[] = [
  { method: 'POST', path: '/4/auth/request_token', evidence: 'recorded', handle: newToken },
  { method: 'POST', path: '/4/auth/access_token', evidence: 'recorded', handle: newAccessToken },
  {
    method: 'DELETE',
    path: '/4/auth/access_token',
    evidence: 'documented',
    handle: deleteAccessToken,
  },
];

const SUCCESS = { status_code: 1, status_message: 'Success.', success: true };

/** `redirect_to` is not validated before the approval page. There is no `expires_at`: the JWT holds it (recorded). */
function newToken({ store, body }: RoutedCall): Answer {
  const token = store.newV4Token(text(body.redirect_to) || null);
  return json(200, { ...SUCCESS, request_token: token.id });
}

/**
 * Creating an access token uses up the request token. Before the user has decided the answer is 422/41, and the token
 * stays valid.
 */
function newAccessToken({ store, body }: RoutedCall): Answer {
  const { invalidToken = 33, deniedToken = invalidToken } = store.v4;
  const id = text(body.request_token);
  const token = store.openV4Token(id);
  if (!token) return failure(store.tokenState(id, 4) === 'denied' ? deniedToken : invalidToken);
  if (token.state !== 'approved' || !token.user) return failure(41);
  token.state = 'used';
  const access_token = store.newUserToken(token.user, token.jti);
  return json(200, { ...SUCCESS, access_token, account_id: token.user.object_id });
}

/** 401/35 for an unknown, deleted or revoked token (TMDB does not document the code). */
function deleteAccessToken({ store, body }: RoutedCall): Answer {
  const { deletionEndsSessions = false } = store.v4;
  return store.deleteUserToken(text(body.access_token), deletionEndsSessions) ? done(13) : failure(35);
}
