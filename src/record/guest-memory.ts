import { briefly, latestOf, NOTHING_RATED, type Rated } from './rated.ts';
import type { SessionRecord } from './session-record.ts';

/**
 * What one client knows of its guest's ratings. It outlives a record that loses the guest, and is whole where a small
 * storage keeps it in brief.
 */
export class GuestMemory {
  private readonly isSmall: boolean;
  private known: { guestId: string; rated: Rated } | null = null;
  /** Ratings under way. `isMixed`: two at once of the same, and TMDB may have taken them in any order. */
  private flights: { media: string; count: number; isMixed: boolean }[] = [];

  constructor(isSmall: boolean) {
    this.isSmall = isSmall;
  }

  /** A rating is sent as the guest. Call what it returns when it is answered: false if others were under way, too. */
  send(media: string): () => boolean {
    const present = this.flights.find((one) => one.media === media);
    const flight = present ?? { media, count: 0, isMixed: false };
    if (present) flight.isMixed = true;
    else this.flights.push(flight);
    flight.count += 1;
    return () => {
      flight.count -= 1;
      if (flight.count === 0) this.flights = this.flights.filter((one) => one !== flight);
      return !flight.isMixed;
    };
  }

  isSending(): boolean {
    return this.flights.length > 0;
  }

  /** What the guest of that record has rated, as far as is known here. */
  ratedIn({ facts: { guest }, secrets: { guestId } }: SessionRecord): Rated {
    const known = this.known;
    return known && known.guestId === guestId
      ? latestOf(guest?.rated, known.rated)
      : (guest?.rated ?? NOTHING_RATED);
  }

  /** Remembers it. Returns the record with the guest as the storage keeps them. */
  remembering(record: SessionRecord, rated = this.ratedIn(record)): SessionRecord {
    const { guest } = record.facts;
    const { guestId } = record.secrets;
    if (!guest || !guestId || rated === NOTHING_RATED) return record;
    this.known = { guestId, rated };
    // Another client may not have known of the rating by which TMDB keeps the guest.
    const used = guest.used || Object.values(rated.values ?? {}).some(([value]) => typeof value === 'number');
    const kept = this.isSmall ? briefly(rated) : rated;
    return { ...record, facts: { ...record.facts, guest: { ...guest, used, rated: kept } } };
  }
}
