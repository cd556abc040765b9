import { ThrownFailure } from './thrown-failure.ts';

/** The error for a request that was made as one user or guest and would be sent as another. */
export const replaced = () =>
  new ThrownFailure({
    code: 'cancelled',
    message: 'The user has changed since this request was made. Send it again as the new user.',
    retryable: false,
  });
