import { type ObjectSharedContext, RestatePromise } from '@restatedev/restate-sdk';
import { type Failure, failure, failureOf } from '../../../machines/index.ts';
import { actorError } from './actor-error.ts';
import { type ActorDependencies, bounded, vaultOf } from './dependencies.ts';
import { createSingleFlight, PROCESS } from './single-flight.ts';
import type { Claim, NewSecrets, VaultContents } from './vault.ts';

/** An exchange may take this many request timeouts: repeating it is risky, so it gets more time than other requests. */
const TIMEOUTS = 3;

type Answer = Pick<NewSecrets, 'session' | 'access'>;

interface Exchange {
  name: 'exchange' | 'conversion';
  /** The result of an earlier exchange, or null. */
  found(kept: VaultContents): Answer | null;
  /** Asks TMDB and seals its answer. */
  make(claim: Claim, signal: AbortSignal): Promise<Answer>;
  /** The failure to report. `isInterrupted`: an earlier request may have succeeded without its answer being known. */
  judge(failure: Failure, isInterrupted: boolean): Failure;
}

type Outcome = { answer: Answer } | { failure: Failure; isOpen: boolean };

const singleFlight = createSingleFlight<Outcome>();

/** How long to wait for the result of a concurrent exchange, in ms. */
const LOOK_AGAIN = 1_000;

/**
 * Runs an irreversible exchange under a claim that outlives this process. Restate runs it again after a crash, or when
 * an approval arrives during a check:
 * - in the same process the first request continues, and its answer counts;
 * - in another process TMDB is asked again. If it gives a session, the first request had not arrived. If not, the first
 *   one may have been answered: the failure is `exchange_interrupted`, as nothing more is known.
 */
export async function exchangeOnce(
  ctx: ObjectSharedContext,
  dependencies: ActorDependencies,
  { name, found, make, judge }: Exchange,
): Promise<Answer> {
  const vault = vaultOf(ctx, dependencies);
  const key = `${ctx.key} ${name}`;
  const [process, claim] = await RestatePromise.all([ctx.run('process', () => PROCESS), vault.claim()]);
  // The sign-in has ended meanwhile.
  if (!claim) throw actorError(failure('cancelled'));
  const before = found(claim);
  if (before) return before;

  const ask = async (): Promise<Outcome> => {
    const isInterrupted = claim.wasClaimed || process !== PROCESS;
    // TMDB would only answer `session_denied` for an expired token.
    const isExpired = name === 'exchange' && Date.now() >= (claim.token?.expiresAt ?? 0);
    if (isExpired && !isInterrupted) return { failure: failure('token_expired'), isOpen: false };
    try {
      return { answer: await bounded(dependencies, (signal) => make(claim, signal), TIMEOUTS) };
    } catch (error) {
      const judged = judge(failureOf(error), isInterrupted);
      const isOpen = judged.tmdbCode === undefined || (isInterrupted && judged.code !== 'not_approved');
      return { failure: judged, isOpen };
    }
  };
  const outcome = await ctx.run<Outcome>(name, () => singleFlight.join(key, ask));
  if ('answer' in outcome) await vault.put(outcome.answer);
  else if (!outcome.isOpen) await vault.release();
  singleFlight.forget(key);
  if ('answer' in outcome) return outcome.answer;
  if (outcome.failure.code === 'exchange_interrupted') {
    await ctx.sleep(LOOK_AGAIN);
    const kept = await vault.read();
    const other = kept && found(kept);
    if (other) return other;
  }
  throw actorError(outcome.failure);
}
