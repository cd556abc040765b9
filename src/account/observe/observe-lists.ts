import type { AuthStatus, Failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import type { AccountChange, ListChange } from '../changes.ts';
import type { ListDetails, ListSummary } from '../lists.types.ts';
import { idOf } from '../media.ts';
import type { ListItem } from '../rows.ts';
import { named } from './named.ts';
import { type Observable, observe } from './observe.ts';
import { createObserved } from './observed.ts';
import { failureOf, isLoading, type LoadEvent, type Seen, seenAfter, unseen } from './seen.ts';
import type { Entry, Store } from './store.ts';

interface Shown {
  /** The view's status. Only users have lists. */
  status: AuthStatus;
  /** TMDB is being asked. Known values are shown meanwhile. */
  isLoading: boolean;
  /** Why TMDB could not be asked. */
  failure: Failure | null;
}

/** The user's lists, as a UI shows them. Immutable: the same object until something changes. */
export interface ListsState extends Shown {
  /** Undefined for "not known yet". */
  lists: readonly ListSummary[] | undefined;
}

/** One list, as a UI shows it. Immutable: the same object until something changes. */
export interface ListState extends Shown {
  /** Undefined for "not known yet", and for a list that TMDB does not know. */
  list: Omit<ListDetails, 'items'> | undefined;
  /** The items of the loaded pages. */
  items: readonly ListItem[] | undefined;
  /** `loadMore()` can load more of them. */
  hasMore: boolean;
}

/** One list, with a method to load more of its items. */
export interface ObservedList extends Observable<ListState> {
  /** Loads the next page of 20 items, or all shown pages again if the list has changed meanwhile. */
  loadMore(): Promise<void>;
}

/**
 * The user's lists: loaded once for all observers, and again when one is created, changed or deleted here or in
 * another tab.
 *
 * @example
 * ```ts
 * import { observeLists } from 'tmdb-auth/account/observe';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const lists = observeLists(createBrowserAuth({ credentials: { accessToken: 'eyJ…' } }));
 * lists.subscribe(() => console.log(lists.getSnapshot().lists?.map(({ name }) => name)));
 * ```
 */
export function observeLists(auth: TmdbAuth): Observable<ListsState> {
  const { kept: _, ...observable } = observe(auth, 'lists', (store) =>
    createLoaded<ListSummary[], ListsState>(store, {
      ask: () => store.my.lists.all().toArray(),
      shownOf: (lists, shown) => ({ ...shown, lists }),
      isConcerned: () => true,
      edited: (lists, { made }) => made && [...(lists ?? []).filter(({ id }) => id !== made.id), made],
    }),
  );
  return observable;
}

interface Pages {
  list: Omit<ListDetails, 'items'>;
  items: ListItem[];
  /** How many pages are loaded, and how many there are. */
  count: number;
  of: number;
}

/**
 * One of the user's lists, by TMDB's id: its details, and the items of the first page. If `id` is invalid, the
 * snapshot's `failure` is `invalid_value`, and TMDB is not asked.
 */
export function observeList(auth: TmdbAuth, id: number): ObservedList {
  const { refusal } = named(() => idOf(id));
  const { kept, ...observable } = observe(auth, `list ${typeof id} ${String(id)}`, (store) => {
    let wanted = 1;
    /** The list with the pages that are read, until one of its items may have moved. */
    let read: Promise<ListDetails> | undefined;
    let isMore = false;
    const loaded = createLoaded<Pages, ListState>(store, {
      async ask() {
        const reading = (isMore && read) || store.my.lists.get(id);
        read = reading;
        reading.catch(() => {
          if (read === reading) read = undefined;
        });
        const { items: listing, ...list } = await reading;
        const items: ListItem[] = [];
        let of = 1;
        for (let number = 1; number <= Math.min(wanted, of); number += 1) {
          const page = await listing.page(number);
          of = page.pages;
          items.push(...page.items);
        }
        return { list, items: withoutDoubles(items), count: Math.min(wanted, of), of };
      },
      shownOf: (pages, shown) => ({
        ...shown,
        list: pages?.list,
        items: pages?.items,
        hasMore: pages !== undefined && pages.count < pages.of,
      }),
      isConcerned: (list) => list === id,
      refusal,
    });
    return {
      ...loaded,
      begin(next: AuthStatus) {
        wanted = 1;
        read = undefined;
        loaded.begin(next);
      },
      apply(change: AccountChange) {
        if ('list' in change && change.list === id) read = undefined;
        loaded.apply(change);
      },
      loadMore() {
        wanted = (loaded.model().data?.count ?? 0) + 1;
        isMore = true;
        const done = loaded.load();
        isMore = false;
        return done;
      },
    };
  });
  return { ...observable, loadMore: () => kept().loadMore() };
}

/** An item that moves while pages are read may be on two. */
function withoutDoubles(items: ListItem[]): ListItem[] {
  return [...new Map(items.map((item) => [`${item.media_type} ${item.id}`, item])).values()];
}

interface LoadedSubject<Data, State> {
  ask(): Promise<Data>;
  shownOf(data: Data | undefined, shown: Shown): State;
  isConcerned(list: number): boolean;
  /** The data after a change; undefined if only TMDB knows it. */
  edited?(data: Data | undefined, change: ListChange): Data | undefined;
  /** Why TMDB will never be asked. Default: null. */
  refusal?: Failure | null;
}

/** A subject that is only read: a change makes it load again. */
function createLoaded<Data, State>(
  { now, status }: Store,
  { ask, shownOf, isConcerned, edited, refusal = null }: LoadedSubject<Data, State>,
) {
  const observed = createObserved<Seen<Data>, Data, LoadEvent<Data>, State>(
    {
      initial: (who) => unseen(who, refusal),
      after: seenAfter,
      shownOf: (seen) =>
        shownOf(seen.data, { status: seen.status, isLoading: isLoading(seen), failure: failureOf(seen) }),
      isFor: (who) => refusal === null && who === 'user',
      ask,
    },
    status(),
    now,
  );

  return {
    ...observed,
    apply(change: AccountChange) {
      if (!('list' in change) || !isConcerned(change.list)) return;
      const data = edited?.(observed.model().data, change);
      if (data) observed.send({ type: 'edited', data });
      observed.send({ type: 'doubted' });
      observed.wake('change');
    },
  } satisfies Entry & Record<string, unknown>;
}
