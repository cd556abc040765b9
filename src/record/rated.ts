import type { GuestFacts } from '../../machines/index.ts';
import { isTime } from '../lib/is-time.ts';

/*
 * A guest's ratings, remembered beside the guest: TMDB's own lists of them lag some seconds, and meanwhile are empty
 * or answer 404 or 500.
 */

/** The kinds of TMDB's rated lists. */
export type RatedKind = 'movies' | 'tv' | 'tv/episodes';

/** The guest's ratings, as the clients of this record know them. Times are epoch ms. */
export interface Rated {
  /** When the last rating of each kind was stored at TMDB, or taken back. */
  last: Partial<Record<RatedKind, number>>;
  /** When a rating was sent and its answer got lost: TMDB may have stored it. */
  unsure?: number;
  /** The value of each film, series or episode by its path, null if it was taken back, and when. */
  values?: Record<string, RatedValue>;
}
export type RatedValue = [value: number | null | Unknown, at: number];
/** The answer got lost, or two ratings were sent at once: only TMDB's list has the value. */
type Unknown = '?';

/** A guest as the record keeps it. */
export type StoredGuest = GuestFacts & { rated?: Rated };

/** A rating that was sent as the guest. `value` is null to take it back, undefined if it is not known to be stored. */
interface RatingSent {
  media: string;
  value: number | null | undefined;
}

/** The most values to remember. The oldest are dropped: TMDB's lists have long caught up with them. */
export const MOST_VALUES = 1_000;

const MEDIA = /^(movie\/\d{1,10}|tv\/\d{1,10}(\/season\/\d{1,10}\/episode\/\d{1,10})?)$/;

export const kindOf = (media: string): RatedKind =>
  media.startsWith('movie/') ? 'movies' : media.includes('/episode/') ? 'tv/episodes' : 'tv';

export const NOTHING_RATED: Rated = { last: {} };

/** Adds a rating. It counts as later than the previous one of that title, even if the clock was set back. */
export function withRating(rated: Rated, { media, value }: RatingSent, at: number): Rated {
  const [, before = Number.NEGATIVE_INFINITY] = rated.values?.[media] ?? [];
  const values: Record<string, RatedValue> = {
    ...rated.values,
    [media]: [value === undefined ? '?' : value, Math.max(at, before + 1)],
  };
  return value === undefined
    ? { ...rated, unsure: at, values: bounded(values) }
    : { ...rated, last: { ...rated.last, [kindOf(media)]: at }, values: bounded(values) };
}

/** Merges two clients' knowledge: the later rating of each title. */
export function latestOf(one: Rated = NOTHING_RATED, other: Rated = NOTHING_RATED): Rated {
  const last = { ...one.last };
  for (const [kind, at] of Object.entries(other.last) as [RatedKind, number][])
    last[kind] = Math.max(last[kind] ?? at, at);
  const unsure = Math.max(one.unsure ?? 0, other.unsure ?? 0);
  const values = { ...one.values };
  for (const [media, value] of Object.entries(other.values ?? {}))
    if (isLater(value, values[media])) values[media] = value;
  return {
    last,
    ...(unsure > 0 && { unsure }),
    ...((one.values || other.values) && { values: bounded(values) }),
  };
}

/** For ratings of the same millisecond a fixed order decides, so that two clients agree on one. */
const isLater = ([value, at]: RatedValue, before: RatedValue | undefined) =>
  !before || at > before[1] || (at === before[1] && rankOf(value) > rankOf(before[0]));
const rankOf = (value: RatedValue[0]) => (value === '?' ? Number.POSITIVE_INFINITY : (value ?? 0));

/** Merges two clients' knowledge of one guest: used if either says so, and no rating is forgotten. */
export function asBothKnow(guest: StoredGuest, other: StoredGuest): StoredGuest {
  const hasRated = guest.rated ?? other.rated;
  return {
    ...guest,
    used: guest.used || other.used,
    ...(hasRated && { rated: latestOf(guest.rated, other.rated) }),
  };
}

/** A summary for small storages: the times alone tell that an empty list is late. */
export const briefly = ({ values: _, ...rest }: Rated): Rated => rest;

function bounded(values: Record<string, RatedValue>): Record<string, RatedValue> {
  const entries = Object.entries(values);
  if (entries.length <= MOST_VALUES) return values;
  const byTime = entries.sort(
    ([one, [, at]], [other, [, otherAt]]) => otherAt - at || (one < other ? -1 : 1),
  );
  return Object.fromEntries(byTime.slice(0, MOST_VALUES));
}

/** Parses stored ratings and leaves out what is unreadable. Null if nothing remains. */
export function ratedIn(value: unknown): Rated | null {
  const { last, unsure, values } = objectIn(value);
  const times = Object.entries(objectIn(last)).filter(([kind, at]) => KINDS.has(kind) && isTime(at));
  const known = Object.entries(objectIn(values)).flatMap(([media, entry]): [string, RatedValue][] => {
    const [given, at]: unknown[] = Array.isArray(entry) ? entry : [];
    return MEDIA.test(media) && isValue(given) && isTime(at) ? [[media, [given, at]]] : [];
  });
  if (times.length === 0 && known.length === 0 && !isTime(unsure)) return null;
  return {
    last: Object.fromEntries(times),
    ...(isTime(unsure) && { unsure }),
    ...(known.length > 0 && {
      values: bounded(Object.fromEntries(known)),
    }),
  };
}

/** TMDB takes 0.5 to 10. */
const isValue = (given: unknown): given is RatedValue[0] =>
  given === null || given === '?' || (typeof given === 'number' && given >= 0.5 && given <= 10);

const KINDS = new Set<string>(['movies', 'tv', 'tv/episodes'] satisfies RatedKind[]);

const objectIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
