import type { CarryOver, FailureCode } from '../../machines/index.ts';
import { authDelays, LONGEST_RETRY_AFTER, MAX_TRIES } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pause } from '../lib/clock.ts';
import { within } from '../lib/within.ts';
import { account } from '../tmdb/endpoints.ts';
import type { Rating } from '../tmdb/parse.ts';
import { guestRatings, KINDS, rate, userRating } from '../tmdb/ratings.ts';
import type { Direct } from './direct.ts';

/** TMDB allows about 40 requests a second; this leaves room for the app's own, in ms. */
const BETWEEN_REQUESTS = 33;

/** What ends all of it; anything else is a matter of one film. */
const ENDS_ALL = new Set<FailureCode>(['network', 'guest_gone', 'invalid_api_key', 'suspended_api_key']);
const waitsTooLong = ({ failure }: TmdbAuthError) => (failure.retryAfter ?? 0) > LONGEST_RETRY_AFTER;

/**
 * Rates for the user what the guest has rated. A rating that is there with the same value counts as carried, so that
 * it can be begun anew after whatever kept it from its end: nothing is rated twice, nothing forgotten.
 */
export async function carryOverRatings(direct: Direct, signal: AbortSignal): Promise<CarryOver> {
  const { client, clock, settings, vault, context, send } = direct;
  // An actor starts before the machine shows the step that started it.
  await Promise.resolve();
  const { overwrites, facts } = context();
  const guestId = vault.read('guestId');
  const sessionId = vault.read('sessionId');
  if (!guestId || !sessionId || !facts.guest) throw new TmdbAuthError('unexpected');

  const ask = async <T>(work: (end: AbortSignal) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      await pause(clock, BETWEEN_REQUESTS, signal);
      throwIfAborted(signal);
      try {
        return await within(clock, settings.requestTimeout, work, signal);
      } catch (error) {
        throwIfAborted(signal);
        if (!TmdbAuthError.is(error) || !error.retryable || tries === MAX_TRIES || waitsTooLong(error))
          throw error;
        const { retryAfter = null } = error.failure;
        await pause(clock, authDelays.backoff({ context: { tries, retryAfter } }), signal);
      }
    }
  };

  const ratings: Rating[] = [];
  // Also of a guest who is thought unused: the answer to a rating may have been lost.
  for (const kind of KINDS) {
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const found = await ask((end) => guestRatings(client, end, { guestId, kind, page }));
      ratings.push(...found.ratings);
      pages = found.pages;
    }
  }

  let progress: CarryOver = { total: ratings.length, carried: 0, kept: 0, failed: [] };
  const carry = async ({ media, value }: Rating): Promise<CarryOver> => {
    const present = await ask((end) => userRating(client, end, media, sessionId));
    if (present !== null && present !== value && !overwrites) return { ...progress, kept: progress.kept + 1 };
    if (present !== value) await ask((end) => rate(client, end, media, { sessionId, value }));
    return { ...progress, carried: progress.carried + 1 };
  };
  for (const rating of ratings) {
    send({ type: 'ratings.progress', carryOver: progress });
    progress = await carry(rating).catch(async (error: unknown) => {
      throwIfAborted(signal);
      if (!TmdbAuthError.is(error) || ENDS_ALL.has(error.code) || waitsTooLong(error)) throw error;
      // Verified before it is believed.
      if (error.code === 'session_invalid') await ask((end) => account(client, end, sessionId));
      return { ...progress, failed: [...progress.failed, { media: rating.media, code: error.code }] };
    });
  }
  return progress;
}
