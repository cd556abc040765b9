import { TmdbAuthError } from '../../src/index.ts';
import type { Answer } from '../../src/tmdb/parse.ts';

const DATE = 'Fri, 26 Aug 2016 16:04:39 GMT';

/** An answer of TMDB with this body; a text is sent unchanged. */
export const answer = (body: unknown, changed: Partial<Answer> = {}): Answer => ({
  status: 200,
  date: DATE,
  retryAfter: null,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  ...changed,
});

/** A JWT with this payload; a text is taken unchanged. */
export const jwt = (claims: unknown, signature = 'c2lnbmF0dXJl') => {
  const text = typeof claims === 'string' ? claims : JSON.stringify(claims);
  return `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(text).toString('base64url')}.${signature}`;
};

/** The failure that the parser throws. */
export function failureIn(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (TmdbAuthError.is(error)) return error.failure;
    throw error;
  }
  throw new Error('It was taken for a success.');
}
