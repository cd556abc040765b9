import type { CarryOver } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { account } from '../tmdb/endpoints.ts';
import { rate, userRating } from '../tmdb/ratings.ts';
import { createAsking } from './asking.ts';
import type { Direct } from './direct.ts';
import { endsAll, readGuestRatings } from './guest-lists.ts';

/**
 * Rates as the user what the guest has rated. A rating that the user already has with the same value counts as
 * carried, so that a new run after a crash rates nothing twice and forgets nothing. If one of the guest's lists could
 * not be read, the others are carried, then it rejects with that failure: the guest is kept.
 */
export async function carryOverRatings(direct: Direct, signal: AbortSignal): Promise<CarryOver> {
  const { client, clock, settings, vault, record, context, send, ownRatings } = direct;
  // An actor starts before the machine shows the step that started it.
  await Promise.resolve();
  const { overwrites, facts } = context();
  const guestId = vault.read('guestId');
  const sessionId = vault.read('sessionId');
  if (!guestId || !sessionId || !facts.guest) throw new TmdbAuthError('unexpected');
  const asking = createAsking(clock, settings.requestTimeout, signal);
  const { ask, overlapping } = asking;

  // Even if the guest is thought unused: the answer to a rating may have been lost.
  const { ratings, failure } = await readGuestRatings({
    asking,
    client,
    guestId,
    now: clock.now(),
    isUsed: facts.guest.used,
    rated: await record.rated(),
  });

  // Zero is not a total while a list could not be read.
  const total = failure && ratings.size === 0 ? null : ratings.size;
  let progress: CarryOver = { total, carried: 0, kept: 0, failed: [] };
  const count = (more: Partial<CarryOver>) => {
    progress = { ...progress, ...more };
    send({ type: 'ratings.progress', carryOver: progress });
  };

  let verification: Promise<unknown> | null = null;
  /** Asks TMDB before the session counts as gone, once for all requests that were refused together. */
  const verify = () => {
    verification ??= ask((end) => account(client, end, sessionId)).finally(() => {
      verification = null;
    });
    return verification;
  };

  const carry = async (media: string, value: number) => {
    const read = () => ask((end) => userRating(client, end, media, sessionId));
    /** The outcome if nothing is left to do, or null if the rating is still to be sent. */
    const done = async () => {
      const present = await read();
      if (present === value) return 'carried';
      // TMDB shows a rating some seconds late, even to the user who has just given it here.
      return !overwrites && (present !== null || ownRatings.has(media)) ? 'kept' : null;
    };
    const sendIt = async (end: AbortSignal) => {
      await rate(client, end, media, { sessionId, value });
      return 'carried' as const;
    };
    const outcome = (await done()) ?? (await ask(sendIt, done));
    count({ [outcome]: progress[outcome] + 1 });
  };
  const carryOrSay = async ([media, value]: [string, number | null]) => {
    try {
      if (value === null) throw new TmdbAuthError('bad_answer');
      await carry(media, value);
    } catch (error) {
      throwIfAborted(signal);
      if (!TmdbAuthError.is(error) || endsAll(error)) throw error;
      if (error.code === 'session_invalid') await verify();
      count({ failed: [...progress.failed, { media, code: error.code }] });
    }
  };

  count({});
  await overlapping(ratings, carryOrSay);
  if (failure) throw failure;
  return progress;
}
