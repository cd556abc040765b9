import { type ObjectSharedContext, RestatePromise } from '@restatedev/restate-sdk';
import { type Failure, failure, failureOf } from '../../../machines/index.ts';
import { crossing } from './crossing.ts';
import { type ActorDependencies, bounded, vaultOf } from './dependencies.ts';
import { createFlights, PROCESS } from './flights.ts';
import type { Brought, Claim, Kept } from './vault.ts';

/** An exchange is not repeated lightly, so it may take longer than other requests: this many request timeouts. */
const PATIENCE = 3;

type Answer = Pick<Brought, 'session' | 'access'>;

interface Exchange {
  name: 'exchange' | 'conversion';
  /** What was made before, if it is there already. */
  found(kept: Kept): Answer | null;
  /** Asks TMDB, and seals what it gave. */
  make(claim: Claim, signal: AbortSignal): Promise<Answer>;
  /** What a failure means where the first question may have been answered, and where it was the first. */
  judge(failure: Failure, isInterrupted: boolean): Failure;
}

type Outcome = { answer: Answer } | { failure: Failure; isOpen: boolean };

const flights = createFlights<Outcome>();

/** How long somebody else who asks at the same time is given to bring what they got, in ms. */
const LOOK_AGAIN = 1_000;

/**
 * A step that cannot be taken back, under a claim that outlives this process. Restate runs it again after a crash, and
 * it begins anew where the machine was told of the approval while it asked; then
 * - in the same process the first question goes on, and its answer counts;
 * - in another process TMDB is asked again. A session: the first question had not arrived. No session: it may have
 *   been answered, and nobody can tell any more. That is said, and no other cause is given.
 */
export async function exchangeOnce(
  ctx: ObjectSharedContext,
  dependencies: ActorDependencies,
  { name, found, make, judge }: Exchange,
): Promise<Answer> {
  const vault = vaultOf(ctx, dependencies);
  const flight = `${ctx.key} ${name}`;
  const [process, claim] = await RestatePromise.all([ctx.run('process', () => PROCESS), vault.claim()]);
  // The sign-in has ended meanwhile, so nobody listens any more.
  if (!claim) throw crossing(failure('cancelled'));
  const before = found(claim);
  if (before) return before;

  const fly = async (): Promise<Outcome> => {
    const isInterrupted = claim.wasClaimed || process !== PROCESS;
    // TMDB would only say that it makes no session.
    const isOver = name === 'exchange' && Date.now() >= (claim.token?.expiresAt ?? 0);
    if (isOver && !isInterrupted) return { failure: failure('token_expired'), isOpen: false };
    try {
      return { answer: await bounded(dependencies, (signal) => make(claim, signal), PATIENCE) };
    } catch (error) {
      const judged = judge(failureOf(error), isInterrupted);
      const isOpen = judged.tmdbCode === undefined || (isInterrupted && judged.code !== 'not_approved');
      return { failure: judged, isOpen };
    }
  };
  const outcome = await ctx.run<Outcome>(name, () => flights.join(flight, fly));
  if ('answer' in outcome) await vault.put(outcome.answer);
  else if (!outcome.isOpen) await vault.release();
  flights.land(flight);
  if ('answer' in outcome) return outcome.answer;
  if (outcome.failure.code === 'exchange_interrupted') {
    await ctx.sleep(LOOK_AGAIN);
    const kept = await vault.read();
    const theirs = kept && found(kept);
    if (theirs) return theirs;
  }
  throw crossing(outcome.failure);
}
