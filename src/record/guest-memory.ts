import { briefly, latestOf, NOTHING_RATED, type Rated } from './rated.ts';
import type { SessionRecord } from './session-record.ts';

/**
 * What one client knows of its guest's ratings. It outlives a record that loses the guest, and is whole where a small
 * storage keeps it in brief.
 */
export function createGuestMemory(isSmall: boolean) {
  let known: { guestId: string; rated: Rated } | null = null;
  /** Ratings under way, by what is rated. `isMixed`: two at once, and TMDB may have taken them in any order. */
  const flights = new Map<string, { count: number; isMixed: boolean }>();

  const ratedIn = ({ facts: { guest }, secrets: { guestId } }: SessionRecord): Rated =>
    known && known.guestId === guestId
      ? latestOf(guest?.rated, known.rated)
      : (guest?.rated ?? NOTHING_RATED);

  return {
    /** A rating is sent as the guest. Call what it returns when it is answered: false if others were under way, too. */
    send(media: string): () => boolean {
      const flight = flights.get(media) ?? { count: 0, isMixed: false };
      flights.set(media, flight);
      flight.count += 1;
      flight.isMixed ||= flight.count > 1;
      return () => {
        flight.count -= 1;
        if (flight.count === 0) flights.delete(media);
        return !flight.isMixed;
      };
    },
    isSending: () => flights.size > 0,
    /** What the guest of that record has rated, as far as is known here. */
    ratedIn,
    /** Remembers it. Returns the record with the guest as the storage keeps them. */
    remembering(record: SessionRecord, rated = ratedIn(record)): SessionRecord {
      const { guest } = record.facts;
      const { guestId } = record.secrets;
      if (!guest || !guestId || rated === NOTHING_RATED) return record;
      known = { guestId, rated };
      // Another client may not have known of the rating by which TMDB keeps the guest.
      const used =
        guest.used || Object.values(rated.values ?? {}).some(([value]) => typeof value === 'number');
      const kept = isSmall ? briefly(rated) : rated;
      return { ...record, facts: { ...record.facts, guest: { ...guest, used, rated: kept } } };
    },
  };
}
