import type { ObjectSharedContext } from '@restatedev/restate-sdk';
import { type Failure, failureOf } from '../../../machines/index.ts';

/**
 * An error for the machine. Restate passes it on as JSON, so `failure` must be an own property. (The JSON of a
 * `TmdbAuthError` is its failure, which would look like an error without one.)
 */
export const actorError = (failure: Failure) => Object.assign(new Error(failure.code), { failure });

type Outcome<T> = { value: T } | { failure: Failure };

/**
 * Runs `work` and lets Restate remember its result or failure. An error thrown inside `ctx.run` would be retried for
 * ever, but retrying is the machine's job. The result of `work` is stored in Restate's journal, so it must not
 * contain a secret.
 */
export async function remembered<T>(
  ctx: ObjectSharedContext,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const outcome = await ctx.run<Outcome<T>>(name, async () => {
    try {
      return { value: await work() };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  });
  if ('failure' in outcome) throw actorError(outcome.failure);
  return outcome.value;
}
