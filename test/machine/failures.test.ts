import { describe, expect, test } from 'vitest';
import { FAILURE_CODES, type FailureCode, failure, failureOf } from '../../machines/index.ts';
import { errors, otherErrors } from './facts.ts';

/**
 * Failures after which a new try may help: of the network, of TMDB, an approval that is not given yet, a full
 * storage.
 */
const RETRYABLE: FailureCode[] = [
  'network',
  'timeout',
  'rate_limited',
  'unavailable',
  'bad_answer',
  'session_denied',
  'not_approved',
  'storage_unavailable',
];

describe('a failure', () => {
  test.each(FAILURE_CODES)('of %s has a message of its own', (code) => {
    const { message } = failure(code);
    expect(message).toMatch(/^[A-Z].{20,}[.?]$/);
    expect(FAILURE_CODES.filter((other) => failure(other).message === message)).toEqual([code]);
  });

  test('says whether trying again may help', () => {
    expect(FAILURE_CODES.filter((code) => failure(code).retryable)).toEqual(RETRYABLE);
  });

  test('may carry more details or another message', () => {
    expect(failure('cancelled', { message: 'Another sign-in was begun.', httpStatus: 200 })).toEqual({
      code: 'cancelled',
      message: 'Another sign-in was begun.',
      retryable: false,
      httpStatus: 200,
    });
  });

  test('of an actor has the details of its error and no others', () => {
    expect(Object.keys(failureOf(errors.final))).toEqual([
      'code',
      'message',
      'retryable',
      'tmdbCode',
      'httpStatus',
    ]);
    expect(Object.keys(failureOf(errors.retryable))).toEqual(['code', 'message', 'retryable']);
    expect(failureOf(otherErrors.waitShort)).toEqual(otherErrors.waitShort.failure);
    const waits = (retryAfter: unknown) =>
      failureOf({ failure: { code: 'rate_limited', retryAfter } }).retryAfter;
    expect([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', null].map(waits)).toEqual([
      0,
      ...Array(5).fill(undefined),
    ]);
  });
});
