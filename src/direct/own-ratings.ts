import type { AuthFacts } from '../../machines/index.ts';
import type { SettleRating } from '../tmdb/auth-fetch.ts';

/** Titles that the user has rated through this client in the current session: TMDB shows them some seconds late. */
export class OwnRatings {
  private readonly facts: () => AuthFacts;
  private rated: Set<string> | undefined;

  constructor(facts: () => AuthFacts) {
    this.facts = facts;
  }

  /** Counts from the sending on. A rating that is refused, or taken back, does not count. */
  send(media: string, value: number | null | undefined): SettleRating {
    this.rated ??= new Set();
    const rated = this.rated;
    const key = this.keyOf(media);
    if (value === null) {
      rated.delete(key);
      return () => {};
    }
    const before = rated.has(key);
    rated.add(key);
    return (stored) => {
      if (stored === null && !before) rated.delete(key);
    };
  }

  has(media: string): boolean {
    return this.rated?.has(this.keyOf(media)) === true;
  }

  private keyOf(media: string): string {
    return `${this.facts().session?.createdAt} ${media}`;
  }
}
