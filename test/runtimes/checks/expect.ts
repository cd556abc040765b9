import { type FailureCode, TmdbAuthError } from 'tmdb-auth';

/** Compares as JSON: the checks compare nothing else. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== shouldBe) throw new Error(`${what}: ${is} instead of ${shouldBe}`);
}

export function holds(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`Not true: ${what}`);
}

/**
 * For promises that are awaited later: if a check fails before that, their rejection must not end the program as
 * unhandled.
 */
export function later<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

/** Expects one of our errors with this code. May be awaited later. */
export const rejects = (work: Promise<unknown>, code: FailureCode): Promise<TmdbAuthError> =>
  later(
    work.then(
      () => {
        throw new Error(`Resolves instead of rejecting with ${code}`);
      },
      (error: unknown) => {
        if (TmdbAuthError.is(error) && error.code === code) return error;
        throw new Error(`Rejects with ${TmdbAuthError.is(error) ? error.code : error} instead of ${code}`);
      },
    ),
  );
