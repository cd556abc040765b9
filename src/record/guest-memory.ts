import { briefly, latestOf, NOTHING_RATED, type Rated } from './rated.ts';
import type { SessionRecord } from './session-record.ts';

/**
 * What one client knows of its guest's ratings. It outlives a record that loses the guest, and is whole where a small
 * storage keeps it in brief.
 */
export function createGuestMemory(isSmall: boolean) {
  let known: { guestId: string; rated: Rated } | null = null;

  const ratedIn = ({ facts: { guest }, secrets: { guestId } }: SessionRecord): Rated =>
    known && known.guestId === guestId
      ? latestOf(guest?.rated, known.rated)
      : (guest?.rated ?? NOTHING_RATED);

  return {
    /** What the guest of that record has rated, as far as is known here. */
    ratedIn,
    /** Remembers it. Returns the record with the guest as the storage keeps them. */
    remembering(record: SessionRecord, rated = ratedIn(record)): SessionRecord {
      const { guest } = record.facts;
      const { guestId } = record.secrets;
      if (!guest || !guestId || rated === NOTHING_RATED) return record;
      known = { guestId, rated };
      // Another client may not have known of the rating by which TMDB keeps the guest.
      const used = guest.used || Object.values(rated.values ?? {}).some(([value]) => value !== null);
      const kept = isSmall ? briefly(rated) : rated;
      return { ...record, facts: { ...record.facts, guest: { ...guest, used, rated: kept } } };
    },
  };
}
