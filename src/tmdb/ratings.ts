import { TmdbAuthError } from '../errors.ts';
import type { Client } from './client.ts';
import { parseRatedPage, parseRatingOf, parseStored, type RatedPage } from './parse.ts';

/** The kinds of a guest's rated lists. */
export const KINDS = ['movies', 'tv', 'tv/episodes'] as const;
export type Kind = (typeof KINDS)[number];

/** `GET /3/guest_session/{id}/rated/{kind}`, oldest first, 20 a page. Rejects with `guest_gone`. */
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
    const isGone = TmdbAuthError.is(error) && (error.tmdbCode === 3 || error.tmdbCode === 34);
    throw isGone ? new TmdbAuthError('guest_gone', { tmdbCode: error.tmdbCode ?? 3 }) : error;
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
