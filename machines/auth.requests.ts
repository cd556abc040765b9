import type { Failure } from './auth.types.ts';

/*
 * Failures of a request itself. They have their own file, so that `auth.fetch` loads without the texts of all other
 * failures.
 */

export const NETWORK: Failure = {
  code: 'network',
  message: 'TMDB could not be reached. Check the connection and try again.',
  retryable: true,
};

export const BAD_ANSWER: Failure = {
  code: 'bad_answer',
  message: "This answer does not look like TMDB's. Check for a proxy, a login page or a wrong baseURL.",
  retryable: true,
};
