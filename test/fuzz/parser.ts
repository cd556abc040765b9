import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type fc from 'fast-check';
import { FAILURE_CODES } from '../../machines/index.ts';
import { TmdbAuthError } from '../../src/index.ts';

/** Code that reads outside data. A row of the table in `table.ts`. */
export interface Parser {
  name: string;
  /** Its share of the inputs: 1 for fast parsers, less for slower ones. */
  weight: number;
  input: fc.Arbitrary<unknown>;
  /** Passes it one input and throws if it broke a rule. */
  check(input: unknown): void | Promise<void>;
}

interface Row<Input, Result> {
  name: string;
  weight?: number;
  input: fc.Arbitrary<Input>;
  run(input: Input): Result;
  /** Throws unless the result keeps the rules. */
  judge(result: Awaited<Result>, input: Input): void;
  /** Throws unless this error is allowed. Default: only a complete `TmdbAuthError` is. */
  mayThrow?(error: unknown): void;
  /** The input comes from our own server, so the error may quote it. */
  mayQuote?: boolean;
}

/** Stands in the place of a secret. Looks like a token, an id, and a part of a JWT. */
export const SENTINEL = 'SENTINEL-0123456789abcdef0123456789abcdef';

/**
 * Longer than any parser takes on the slowest machine, and far shorter than a backtracking regular
 * expression, in ms.
 */
const LONGEST = 10_000;

export function parser<Input, Result>(row: Row<Input, Result>): Parser {
  const { name, weight = 1, input, run, judge, mayThrow = isTyped, mayQuote = false } = row;
  const refuse = (error: unknown) => {
    if (error instanceof assert.AssertionError) throw error;
    mayThrow(error);
    assert.ok(mayQuote || !faceOf(error).includes(SENTINEL), 'a secret is in the error');
  };
  return {
    name,
    weight,
    input,
    check(given) {
      const startedAt = performance.now();
      const inTime = () => assert.ok(performance.now() - startedAt < LONGEST, 'it took too long');
      let result: Result;
      try {
        result = run(given as Input);
      } catch (error) {
        refuse(error);
        return inTime();
      }
      if (!(result instanceof Promise)) {
        inTime();
        return judge(result as Awaited<Result>, given as Input);
      }
      return within(result, LONGEST).then((value) => judge(value as Awaited<Result>, given as Input), refuse);
    },
  };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: 'it never ended' })), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The text that a log, an error tracker or a debugger would show. */
const faceOf = (error: unknown): string =>
  [String(error), error instanceof Error ? error.stack : '', JSON.stringify(error), inspect(error)].join(
    '\n',
  );

const FIELDS = ['code', 'message', 'retryable', 'tmdbCode', 'httpStatus', 'retryAfter'];

export function isTyped(error: unknown): void {
  if (!TmdbAuthError.is(error)) assert.fail(`not one of our errors: ${inspect(error)}`);
  isFailure(error.failure);
  assert.equal(error.message, error.failure.message);
}

export function isFailure(failure: unknown): void {
  hasOnly(failure, FIELDS);
  const { code, message, retryable, tmdbCode, httpStatus, retryAfter } = failure as Record<string, unknown>;
  assert.ok(FAILURE_CODES.includes(code as never), 'an unknown code');
  assert.equal(typeof message, 'string');
  assert.equal(typeof retryable, 'boolean');
  for (const number of [tmdbCode, httpStatus, retryAfter])
    assert.ok(number === undefined || Number.isFinite(number), 'not a number');
  assert.ok(retryAfter === undefined || (retryAfter as number) >= 0, 'a negative wait');
}

/** A wrong option: an error for a programmer, in our own words and without the given value. */
export function isWrongOption(error: unknown): void {
  if (TmdbAuthError.is(error)) {
    isTyped(error);
    return;
  }
  assert.ok(error instanceof TypeError && error.message.startsWith('tmdb-auth: '), inspect(error));
  assert.deepEqual(Object.keys(error), []);
}

/** A plain object with no other fields than these. */
export function hasOnly(value: unknown, fields: readonly string[]): void {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), 'not an object');
  assert.equal(Object.getPrototypeOf(value), Object.prototype, 'an object with a prototype of its own');
  for (const key of Reflect.ownKeys(value))
    assert.ok(fields.includes(key as string), `an unknown field ${String(key)}`);
}

/** A point in time that a `Date` can show, epoch ms. */
export const isTime = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= 8.64e15;
