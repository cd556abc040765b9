import type { FailureCode } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Rated, RatedKind, RatedValue } from '../record/rated.ts';
import { kindOf, MOST_VALUES } from '../record/rated.ts';
import type { Client } from '../tmdb/client.ts';
import type { RatedPage } from '../tmdb/parse.ratings.ts';
import { guestRatings, KINDS } from '../tmdb/ratings.ts';
import { type Asking, waitsTooLong } from './asking.ts';

/** How late TMDB's lists may show a rating, in ms. */
const LAG = 10_000;
/** How long to ask again for a list that should not be empty, in ms. */
const LIST_TIMEOUT = 30_000;
/** An empty list so long after the last rating is right, in ms: the ratings were taken back. */
const BELIEVED = 60_000;
/** How long to ask again for a list of rated titles that TMDB answers with 404 or 500, in ms: three more times. */
const DOUBT = 6_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 5_000;

const LATE = {
  message: 'TMDB does not show the guest’s ratings yet. The guest is kept: try again in a minute.',
};

const GONE = { tmdbCode: 3, httpStatus: 401 };

/** Errors that end a carry-over; any other error concerns one list or one title. */
const ENDS_ALL = new Set<FailureCode>(['network', 'invalid_api_key', 'suspended_api_key']);
export const endsAll = (error: unknown) =>
  !TmdbAuthError.is(error) || ENDS_ALL.has(error.code) || waitsTooLong(error);

/** A guest's ratings: each title's value, null where TMDB gave none, and why some may be missing. */
export interface GuestRatings {
  ratings: Map<string, number | null>;
  failure: TmdbAuthError | null;
}

interface Reading {
  asking: Asking;
  client: Client;
  now: number;
  guestId: string;
  isUsed: boolean;
  rated: Rated;
}

type KnownValue = [value: number | null, at: number];
const isKnown = (entry: [string, RatedValue]): entry is [string, KnownValue] => entry[1][0] !== '?';

type Titles = Map<string, number | null>;
interface Read {
  titles: Titles;
  /** It is empty, but TMDB may have failed instead. */
  isDoubtful: boolean;
  failure: TmdbAuthError | null;
}

/**
 * A guest's ratings, from TMDB's lists and from what clients remember. A list that lacks a recent rating, or is empty
 * though something was rated, is late and is asked for again. Rejects with `guest_gone` if TMDB says so for every
 * kind and nothing is remembered.
 */
export async function readGuestRatings(reading: Reading): Promise<GuestRatings> {
  const { asking, rated, now, isUsed } = reading;
  const values = Object.entries(rated.values ?? {}).filter(isKnown);
  /** The clock may have been set. */
  const ageOf = (at: number) => Math.min(Math.max(0, now - at), LAG);
  const isWithin = (at: number, span: number) => Math.abs(now - at) < span;
  const isFresh = ([, at]: KnownValue) => isWithin(at, LAG);
  /** Every rating of that kind is remembered with its value: the last one is, and none was dropped. */
  const isCovered = (kind: RatedKind) =>
    values.length < MOST_VALUES &&
    values.some(([media, [, at]]) => kindOf(media) === kind && at >= (rated.last[kind] ?? 0));

  const isRecent = (at: number | undefined) => at !== undefined && isWithin(at, BELIEVED);
  const uncovered = KINDS.filter((kind) => isRecent(rated.last[kind]) && !isCovered(kind));
  const unknown = [rated.unsure ?? 0, ...uncovered.map((kind) => rated.last[kind] ?? 0)];
  // A list that lacks the latest rating would not be noticed, as that rating is unknown here.
  await asking.wait(LAG - ageOf(Math.max(...unknown)));

  const lists = new Map<RatedKind, Read>();
  const titlesOf = (kind: RatedKind) => lists.get(kind)?.titles ?? new Map();
  const read = async (kinds: readonly RatedKind[]) => {
    for (const kind of kinds) lists.set(kind, await readList(reading, kind));
  };

  const isBlank = () => KINDS.every((kind) => lists.get(kind)?.failure === null && titlesOf(kind).size === 0);
  const remembersNothing = Object.keys(rated.last).length === 0 && rated.unsure === undefined;
  const mayBeMissing =
    isUsed && values.length === 0 && uncovered.length === 0 && (remembersNothing || isRecent(rated.unsure));
  const isMissing = () => mayBeMissing && isBlank();
  const lacks = (kind: RatedKind) =>
    values.some(
      ([media, value]) =>
        kindOf(media) === kind && isFresh(value) && (titlesOf(kind).get(media) ?? null) !== value[0],
    );
  /** How long to wait for that list, in ms. */
  const timeoutFor = (kind: RatedKind) => {
    if (lists.get(kind)?.failure) return 0;
    if (isMissing() || (uncovered.includes(kind) && titlesOf(kind).size === 0)) return LIST_TIMEOUT;
    // Something was rated in it, and TMDB's failures look like its empty lists.
    if (lists.get(kind)?.isDoubtful && rated.last[kind] !== undefined && !isCovered(kind)) return DOUBT;
    return lacks(kind) ? LAG - ageOf(rated.last[kind] ?? 0) : 0;
  };

  await read(KINDS);
  const failures = [...lists.values()].flatMap(({ failure }) => failure ?? []);
  const isGone = failures.length === KINDS.length && failures.every(({ code }) => code === 'guest_gone');
  if (isGone && !values.some(([, [value]]) => value !== null)) throw failures[0];
  for (let waited = 0, wait = FIRST_WAIT; ; wait = Math.min(wait + FIRST_WAIT, LONGEST_WAIT)) {
    const late = KINDS.filter((kind) => timeoutFor(kind) > waited);
    if (late.length === 0) break;
    await asking.wait(wait);
    waited += wait;
    await read(late);
  }

  const isLate = isMissing() || uncovered.some((kind) => timeoutFor(kind) > 0);
  const failed = isGone ? undefined : [...lists.values()].find(({ failure }) => failure)?.failure;
  // A guest who is unknown to only one list is not gone.
  const failure = failed?.code === 'guest_gone' ? new TmdbAuthError('unavailable', GONE) : failed;
  return {
    ratings: together(
      KINDS.flatMap((kind) => [...titlesOf(kind)]),
      values,
      isFresh,
    ),
    failure: failure ?? (isLate ? new TmdbAuthError('unavailable', LATE) : null),
  };
}

/** A recent rating overrides TMDB's list, which may lag; an older one counts where the list lacks it. */
function together(
  listed: [string, number | null][],
  remembered: [string, KnownValue][],
  isFresh: (value: KnownValue) => boolean,
): Titles {
  const all: Titles = new Map(listed);
  for (const [media, given] of remembered) {
    const [value] = given;
    const isListed = (all.get(media) ?? null) !== null && !isFresh(given);
    if (isListed) continue;
    if (value !== null) all.set(media, value);
    else if (isFresh(given)) all.delete(media);
  }
  return all;
}

/** Reads one list. The pages that could be read count, even if another page could not. */
async function readList({ asking, client, guestId }: Reading, kind: RatedKind): Promise<Read> {
  const pages: RatedPage['ratings'][] = [];
  let failure: TmdbAuthError | null = null;
  let isDoubtful = false;
  const readPage = async (page: number) => {
    try {
      const found = await asking.ask((end) => guestRatings(client, end, { guestId, kind, page }));
      pages[page] = found.ratings;
      isDoubtful ||= found.isDoubtful === true;
      return found.pages;
    } catch (error) {
      if (endsAll(error)) throw error;
      failure ??= error as TmdbAuthError;
      return 0;
    }
  };
  const count = await readPage(1);
  await asking.overlapping(
    Array.from({ length: Math.max(0, count - 1) }, (_, at) => at + 2),
    async (page) => void (await readPage(page)),
  );
  return { titles: new Map(pages.flat().map(({ media, value }) => [media, value])), isDoubtful, failure };
}
