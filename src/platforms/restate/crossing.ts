import type { ObjectSharedContext } from '@restatedev/restate-sdk';
import { type Failure, failureOf } from '../../../machines/index.ts';

/**
 * An error as it gets from an actor to the machine: as JSON, so `failure` has to be a property of its own. (A
 * `TmdbAuthError` becomes its failure there, and would be taken for an error without one.)
 */
export const crossing = (failure: Failure) => Object.assign(new Error(failure.code), { failure });

type Outcome<T> = { value: T } | { failure: Failure };

/**
 * Does `work` and has Restate remember how it ended, well or badly: what is thrown inside `ctx.run` would be repeated
 * without end, and the machine is who repeats. What `work` returns is kept in a journal: no secret may be in it.
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
  if ('failure' in outcome) throw crossing(outcome.failure);
  return outcome.value;
}
