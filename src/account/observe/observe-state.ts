import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { replaced } from '../../lib/replaced.ts';
import { isRating } from '../changes.ts';
import { type Media, pathOf, type Rateable, ratedPathOf } from '../media.ts';
import type { States } from '../states.ts';
import {
  type AccountState,
  type Item,
  type ItemEvent,
  itemAfter,
  itemOf,
  type Name,
  stateOf,
  type Value,
} from './item.ts';
import { type Named, named, textOf } from './named.ts';
import { type Observable, observe } from './observe.ts';
import { createObserved, failureIn } from './observed.ts';
import { createSaving, write } from './saving.ts';
import type { Entry, Store } from './store.ts';

/**
 * Changes that show at once. Each promise settles when TMDB has stored or refused the change, or a later one that
 * replaced it. A refusal is also in the snapshot's `failure`, so the promise may be ignored.
 */
export interface StateMethods {
  /** 0.5 to 10 in steps of 0.5. */
  rate(value: number): Promise<void>;
  /** Takes the rating back. */
  unrate(): Promise<void>;
  /** A film or a series; users only. */
  setFavorite(isFavorite: boolean): Promise<void>;
  /** A film or a series; users only. */
  setWatchlist(isOn: boolean): Promise<void>;
}

/** The user's marks of one item, and the methods that change them. */
export interface ObservedState extends Observable<AccountState>, StateMethods {}

/**
 * The rating of a film, a series or an episode, and whether it is a favourite and on the watchlist: loaded once for
 * all observers, kept in sync with changes here and in other tabs, and forgotten when the user changes. If `media` is
 * invalid, the snapshot's `failure` is `invalid_value`, TMDB is not asked, and every change rejects.
 *
 * @example
 * ```ts
 * import { observeState } from 'tmdb-auth/account/observe';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 * const film = observeState(auth, { movie: 550 });
 * const stop = film.subscribe(() => console.log(film.getSnapshot().rating));
 * await film.rate(8.5);
 * stop();
 * ```
 */
export function observeState(auth: TmdbAuth, media: Rateable): ObservedState {
  const item = named(() => ratedPathOf(media));
  const key = `state ${item.name ?? textOf(media)}`;
  const { kept, ...observable } = observe<AccountState, ItemEntry>(auth, key, (store) =>
    createItem(store, media, item),
  );
  const set = (name: Name, value: Value) => kept().set(name, value);

  return {
    ...observable,
    rate: (value) => set('rating', value),
    unrate: () => set('rating', null),
    setFavorite: (isFavorite) => set('favorite', isFavorite),
    setWatchlist: (isOn) => set('watchlist', isOn),
  };
}

type ItemEntry = ReturnType<typeof createItem>;

function createItem({ my, now, status }: Store, media: Rateable, { name: path, refusal }: Named) {
  const observed = createObserved<Item, Partial<States>, ItemEvent, AccountState>(
    {
      initial: (who) => itemOf(who, refusal),
      after: itemAfter,
      shownOf: stateOf,
      isFor: (who) => refusal === null && (who === 'user' || who === 'guest'),
      async ask() {
        const loaded: Partial<States> = await my.states(media as Media);
        // An episode has a rating only.
        return { favorite: false, watchlist: false, ...loaded };
      },
    },
    status(),
    now,
  );
  const newSaving = () => createSaving({ my, media, ...observed });
  let saving = newSaving();

  /** A change is shown before TMDB has stored it, unless the client itself would refuse it. */
  const isShownAtOnce = (name: Name, value: Value) => {
    const { status } = observed.model();
    if (refusal) return false;
    if (name !== 'rating') return status === 'user' && media.season === undefined;
    return (status === 'user' || status === 'guest') && (value === null || isRating(value as number));
  };

  /** For changes without a signed-in user, or that the client refuses: the account rejects with the reason. */
  const ask = async (name: Name, value: Value) => {
    try {
      await write(my, media, name, value);
    } catch (error) {
      const failure = failureIn(error);
      if (failure.code !== 'cancelled') observed.send({ type: 'declined', failure });
      throw error;
    }
  };

  return {
    ...observed,
    isInUse: () => observed.isInUse() || stateOf(observed.model()).isSaving,
    begin(next) {
      saving.end(replaced());
      observed.begin(next);
      saving = newSaving();
    },
    apply(change) {
      if (refusal) return;
      if ('ratings' in change) {
        observed.send({ type: 'doubted' });
        observed.wake('change');
      }
      if (!('media' in change) || pathOf(change.media) !== path) return;
      const { media: _, ...states } = change;
      observed.send({ type: 'changed', states });
    },
    set(name: Name, value: Value): Promise<void> {
      const done = isShownAtOnce(name, value) ? saving.save(name, value) : ask(name, value);
      // A UI shows the snapshot's failure, so ignoring the promise must not be an uncaught error.
      done.catch(() => {});
      return done;
    },
  } satisfies Entry & Record<string, unknown>;
}
