import { briefly, latestOf, NOTHING_RATED, type Rated } from './rated.ts';
import type { SessionRecord } from './session-record.ts';

/**
 * One client's knowledge of its guest's ratings. It outlives a record that loses the guest, and is complete where a
 * small storage keeps only a summary.
 */
export class GuestMemory {
  private readonly isSmall: boolean;
  private known: { guestId: string; rated: Rated } | null = null;
  /** Ratings being sent. `isMixed`: two at once of the same title, which TMDB may have stored in either order. */
  private flights: { media: string; count: number; isMixed: boolean }[] = [];

  constructor(isSmall: boolean) {
    this.isSmall = isSmall;
  }

  /**
   * A rating is sent as the guest. Call the returned function when it is answered: false if another rating of the
   * title was being sent.
   */
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

  /** The ratings of that record's guest, as far as this client knows. */
  ratedIn({ facts: { guest }, secrets: { guestId } }: SessionRecord): Rated {
    const known = this.known;
    return known && known.guestId === guestId
      ? latestOf(guest?.rated, known.rated)
      : (guest?.rated ?? NOTHING_RATED);
  }

  /** Remembers the ratings. Returns the record with the guest as the storage keeps it. */
  remembering(record: SessionRecord, rated = this.ratedIn(record)): SessionRecord {
    const { guest } = record.facts;
    const { guestId } = record.secrets;
    if (!guest || !guestId || rated === NOTHING_RATED) return record;
    this.known = { guestId, rated };
    // Another client may not have seen the rating by which TMDB keeps the guest.
    const used = guest.used || Object.values(rated.values ?? {}).some(([value]) => typeof value === 'number');
    const kept = this.isSmall ? briefly(rated) : rated;
    return { ...record, facts: { ...record.facts, guest: { ...guest, used, rated: kept } } };
  }
}
