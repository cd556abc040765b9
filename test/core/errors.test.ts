import { expect, test } from 'vitest';
import { failure } from '../../machines/index.ts';
import { TmdbAuthError } from '../../src/index.ts';

const denied = () => new TmdbAuthError('session_denied', { tmdbCode: 17, httpStatus: 401 });

test('an error says what happened, with its code, TMDB’s own numbers and whether to try again', () => {
  expect(denied()).toMatchObject({ code: 'session_denied', tmdbCode: 17, httpStatus: 401, retryable: true });
  expect(new TmdbAuthError('cancelled').retryable).toBe(false);
  expect(new TmdbAuthError('cancelled').tmdbCode).toBeUndefined();
});

test('an error made from a failure has that failure', () => {
  const known = failure('session_denied', { message: 'As TMDB said.', tmdbCode: 17 });
  expect(new TmdbAuthError(known).failure).toEqual(known);
  expect(new TmdbAuthError(known).message).toBe('As TMDB said.');
});

test('an error in a log shows its name and its message', () => {
  expect(String(denied())).toBe(`TmdbAuthError: ${denied().failure.message}`);
});

test('an error turned into JSON is its failure', () => {
  expect(JSON.parse(JSON.stringify(denied()))).toEqual(denied().failure);
});

test('TmdbAuthError.is recognises errors of every copy and version of this package', () => {
  expect(TmdbAuthError.is(denied())).toBe(true);
  expect(TmdbAuthError.is({ [Symbol.for('tmdb-auth.error')]: true })).toBe(true);
});

test.each([undefined, null, 0, 'TmdbAuthError', true, {}, new Error('x'), { code: 'cancelled' }])(
  'TmdbAuthError.is rejects %o',
  (other) => {
    expect(TmdbAuthError.is(other)).toBe(false);
  },
);
