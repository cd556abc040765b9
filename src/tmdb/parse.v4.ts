import { TmdbAuthError } from '../errors.ts';
import { claimsOf } from './jwt.ts';
import { type Answer, bodyOf, secretIn, text } from './parse.ts';

/** The longest believable lifetime, in ms. TMDB's v4 tokens live for 15 minutes. */
const LONGEST_LIFE = 366 * 24 * 60 * 60_000;

/** A v4 request token is a JWT that states its own lifetime: `exp` and `nbf`, in seconds. */
export function parseV4RequestToken(answer: Answer): { requestToken: string; lifetime: number } {
  const requestToken = secretIn(bodyOf(answer), 'request_token', answer);
  const { exp, nbf } = claimsOf(requestToken) ?? {};
  const lifetime = typeof exp === 'number' && typeof nbf === 'number' ? (exp - nbf) * 1_000 : Number.NaN;
  if (lifetime > 0 && lifetime <= LONGEST_LIFE) return { requestToken, lifetime };
  throw new TmdbAuthError('bad_answer', {
    httpStatus: answer.status,
    message:
      'The v4 request token is not a readable JWT, so its expiry is unknown. Check baseURL. If TMDB changed its tokens, use apiVersion 3.',
  });
}

export function parseAccessToken(answer: Answer): { secret: string; accountObjectId: string } {
  const body = bodyOf(answer);
  return { secret: secretIn(body, 'access_token', answer), accountObjectId: text(body.account_id) };
}
