import { briefly, latestOf, NOTHING_RATED, type Rated, type StoredGuest } from './rated.ts';

/**
 * What one client knows of its guest's ratings. It outlives a record that loses the guest, and is whole where a small
 * storage keeps it in brief.
 */
export function createGuestMemory(isSmall: boolean) {
  /** By when the guest began. */
  let known: { createdAt: number; rated: Rated } | null = null;

  const ratedBy = (guest: StoredGuest | null): Rated =>
    known && known.createdAt === guest?.createdAt
      ? latestOf(guest.rated, known.rated)
      : (guest?.rated ?? NOTHING_RATED);

  return {
    /** What that guest has rated, as far as is known here. */
    ratedBy,
    /** Remembers it. Returns the guest as the storage keeps them. */
    remember(guest: StoredGuest | null, rated = ratedBy(guest)): StoredGuest | null {
      if (!guest || rated === NOTHING_RATED) return guest;
      known = { createdAt: guest.createdAt, rated };
      // Another client may not have known of the rating by which TMDB keeps the guest.
      const used = guest.used || Object.values(rated.values ?? {}).some(([value]) => value !== null);
      return { ...guest, used, rated: isSmall ? briefly(rated) : rated };
    },
  };
}
