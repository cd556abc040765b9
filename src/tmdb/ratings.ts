import { TmdbAuthError } from '../errors.ts';
import type { Client } from './client.ts';
import { parseRatedPage, parseRatingOf, parseStored, type RatedPage } from './parse.ratings.ts';

/** The kinds of a guest's rated lists. */
export const KINDS = ['movies', 'tv', 'tv/episodes'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * `GET /3/guest_session/{id}/rated/{kind}`, oldest first, 20 a page. For some seconds after a rating, and where nothing
 * of a kind is rated, TMDB answers 404/34 or 500/11: that is an empty list. Rejects with `guest_gone`.
 */
export async function guestRatings(
  client: Client,
  signal: AbortSignal,
  { guestId, kind, page }: { guestId: string; kind: Kind; page: number },
): Promise<RatedPage> {
  const path = `/3/guest_session/${encodeURIComponent(guestId)}/rated/${kind}`;
  const query = { page: String(page), sort_by: 'created_at.asc' };
  try {
    return parseRatedPage(await client({ path, query, signal }), kind);
  } catch (error) {
    if (!TmdbAuthError.is(error)) throw error;
    const { code, tmdbCode, httpStatus } = error;
    if (code === 'session_invalid') throw new TmdbAuthError('guest_gone', { tmdbCode: 3, httpStatus: 401 });
    const isEmpty = (httpStatus === 404 && tmdbCode === 34) || (httpStatus === 500 && tmdbCode === 11);
    // In the middle of a list it is a failure.
    if (isEmpty && page === 1) return { ratings: [], pages: 0, isDoubtful: true };
    throw error;
  }
}

/** `GET /3/{media}/account_states`: the user's rating, or null. */
export const userRating = async (client: Client, signal: AbortSignal, media: string, sessionId: string) =>
  parseRatingOf(
    await client({ path: `/3/${media}/account_states`, query: { session_id: sessionId }, signal }),
  );

/** `POST /3/{media}/rating`. */
export async function rate(
  client: Client,
  signal: AbortSignal,
  media: string,
  { sessionId, value }: { sessionId: string; value: number },
): Promise<void> {
  const query = { session_id: sessionId };
  parseStored(await client({ method: 'POST', path: `/3/${media}/rating`, query, body: { value }, signal }));
}
