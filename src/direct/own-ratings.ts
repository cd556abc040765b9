import type { AuthFacts } from '../../machines/index.ts';
import type { SettleRating } from '../tmdb/auth-fetch.ts';

/** What the user has rated through this client in the present session: TMDB shows it some seconds late. */
export function createOwnRatings(facts: () => AuthFacts) {
  const rated = new Set<string>();
  const keyOf = (media: string) => `${facts().session?.createdAt} ${media}`;
  return {
    /** From the sending on. One that is refused, or takes a rating back, is none. */
    send(media: string, value: number | null | undefined): SettleRating {
      const key = keyOf(media);
      if (value === null) {
        rated.delete(key);
        return () => {};
      }
      const before = rated.has(key);
      rated.add(key);
      return (stored) => {
        if (stored === null && !before) rated.delete(key);
      };
    },
    has: (media: string): boolean => rated.has(keyOf(media)),
  };
}
