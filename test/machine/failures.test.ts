import { describe, expect, test } from 'vitest';
import { FAILURE_CODES, type FailureCode, failure, failureOf } from '../../machines/index.ts';
import { errors, otherErrors } from './facts.ts';

/** Where doing the same again may help: the network, TMDB's day, a user who is not done yet, a full storage. */
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
  test.each(FAILURE_CODES)('%s has a sentence of its own', (code) => {
    const { message } = failure(code);
    expect(message).toMatch(/^[A-Z].{20,}[.?]$/);
    expect(FAILURE_CODES.filter((other) => failure(other).message === message)).toEqual([code]);
  });

  test('says whether trying again may help', () => {
    expect(FAILURE_CODES.filter((code) => failure(code).retryable)).toEqual(RETRYABLE);
  });

  test('may say more, or say it better', () => {
    expect(failure('cancelled', { message: 'Another sign-in was begun.', httpStatus: 200 })).toEqual({
      code: 'cancelled',
      message: 'Another sign-in was begun.',
      retryable: false,
      httpStatus: 200,
    });
  });

  test('of an actor has what its error says and no more', () => {
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
