import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { accountOf } from '../account-of.ts';
import { timesOf } from '../asking.ts';
import type { AccountChange, MediaChange } from '../changes.ts';
import { pathOf } from '../media.ts';
import { presenceIn } from '../owner.ts';
import { LAG } from '../recent.ts';
import { type Kind, pathOfRow } from '../shelves.ts';
import { isKey, NAMES, PREFIX } from './queries.ts';

/** The part of TanStack Query's `QueryClient` that is needed here. */
export interface QueryClientLike {
  /** The cache, where queries can be found and reset. */
  getQueryCache(): {
    findAll(filters: { queryKey: readonly unknown[] }): { queryKey: readonly unknown[]; reset(): void }[];
  };
  /** Forgets queries. */
  removeQueries(filters: { queryKey: readonly unknown[]; exact: boolean }): void;
  /** Changes a cached answer. */
  setQueryData(queryKey: readonly unknown[], update: (data: unknown) => unknown): unknown;
  /** Makes queries load again. */
  invalidateQueries(filters: { queryKey: readonly unknown[] }): unknown;
}

type Row = Record<string, unknown>;

/**
 * Keeps the cached answers of `accountQueries` in sync with the user's changes, here and in other tabs. Removes all
 * answers of a user as soon as the user changes or signs out, also from components that still show them. Call it once
 * for a client. Returns a function that stops it.
 */
export function keepInStep(auth: TmdbAuth, queryClient: QueryClientLike): () => void {
  const my = accountOf(auth);
  const { clock } = timesOf(auth);
  const timers = new Map<Kind, unknown>();
  const ownerNow = () => presenceIn(auth.getView()).key;
  const keyOf = (...parts: (string | number)[]) => [PREFIX, ownerNow(), ...parts];

  /** Until the stored sign-in is read, a cache from before the page's load may be the user's own. */
  const forgetOthers = () => {
    if (auth.getView().state === 'restoring') return;
    const owner = ownerNow();
    for (const query of queryClient.getQueryCache().findAll({ queryKey: [PREFIX] })) {
      if (!isKey(query.queryKey) || query.queryKey[1] === owner) continue;
      // A component that has not rendered since still shows its query's data, removed or not.
      query.reset();
      queryClient.removeQueries({ queryKey: query.queryKey, exact: true });
    }
  };

  const update = (key: unknown[], change: (data: never) => unknown) =>
    queryClient.setQueryData(key, (data) => (data === undefined ? undefined : change(data as never)));

  /** TMDB's lists of ratings lag: loaded at once, they would bring the old rating back. */
  const askLater = (kind: Kind) => {
    clock.clearTimeout(timers.get(kind));
    const later = clock.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: keyOf('ratings', kind) }),
      LAG,
    );
    timers.set(kind, later);
  };

  const followMedia = ({ media, ...states }: MediaChange) => {
    const path = pathOf(media);
    const kind: Kind = media.movie !== undefined ? 'movie' : media.season === undefined ? 'tv' : 'episode';
    const isIt = (row: Row) => pathOfRow(kind, row) === path;
    update(keyOf('states', path), (known: Row) => ({ ...known, ...states }));

    if (states.rating !== undefined) {
      const { rating } = states;
      update(keyOf('ratings', kind), (rows: Row[]) =>
        rating === null
          ? rows.filter((row) => !isIt(row))
          : rows.map((row) => (isIt(row) ? { ...row, rating } : row)),
      );
      askLater(kind);
    }
    for (const [isOn, name] of [
      [states.favorite, 'favorites'],
      [states.watchlist, 'watchlisted'],
    ] as const) {
      if (isOn === false) update(keyOf(name, kind), (rows: Row[]) => rows.filter((row) => !isIt(row)));
      if (isOn !== undefined) void queryClient.invalidateQueries({ queryKey: keyOf(name, kind) });
    }
  };

  const follow = (change: AccountChange) => {
    if ('media' in change) return followMedia(change);
    // A change that names no item and no list may concern every answer.
    const names = 'list' in change ? [['lists'], ['list', change.list]] : NAMES.map((name) => [name]);
    for (const name of names) void queryClient.invalidateQueries({ queryKey: keyOf(...name) });
  };

  forgetOthers();
  const stops = [auth.subscribe(forgetOthers), my.subscribe(follow)];
  return () => {
    for (const stop of stops) stop();
    for (const timer of timers.values()) clock.clearTimeout(timer);
  };
}
