import type { AuthStatus, Failure } from '../../../machines/index.ts';
import type { States } from '../states.ts';
import { failureOf, isLoading, type LoadEvent, type Seen, seenAfter, unseen } from './seen.ts';

/** The state of one film, series or episode, as a UI shows it. Immutable: the same object until something changes. */
export interface AccountState {
  /** The view's status, but a guest who is signing in is a `guest` here. TMDB is asked for users and guests only. */
  status: AuthStatus;
  /** 0.5 to 10, null for "not rated", undefined for "not known yet". */
  rating: number | null | undefined;
  /** Undefined for "not known yet". A guest has none. */
  favorite: boolean | undefined;
  /** Undefined for "not known yet". A guest has none. */
  watchlist: boolean | undefined;
  /** TMDB is being asked. Known values are shown meanwhile. */
  isLoading: boolean;
  /** A change is shown that TMDB has not stored yet. */
  isSaving: boolean;
  /** Why the last change was taken back, until the next one; otherwise why TMDB could not be asked. */
  failure: Failure | null;
}

export type Name = keyof States;
export type Value = States[Name];

export interface Item extends Seen<Partial<States>> {
  /** The value that is being sent to TMDB, and the next one: of quick clicks only the last counts. */
  wishes: Record<Name, readonly Value[]>;
  refused: Failure | null;
}

export type ItemEvent =
  | LoadEvent<Partial<States>>
  | { type: 'wished'; name: Name; value: Value }
  | { type: 'stored'; name: Name }
  | { type: 'refused'; name: Name; failure: Failure }
  /** A change that was never shown. */
  | { type: 'declined'; failure: Failure }
  | { type: 'changed'; states: Partial<States> };

export const itemOf = (status: AuthStatus, refusal: Failure | null = null): Item => ({
  ...unseen(status, refusal),
  wishes: { rating: [], favorite: [], watchlist: [] },
  refused: null,
});

/** The item after an event. */
export function itemAfter(item: Item, event: ItemEvent): Item {
  switch (event.type) {
    case 'wished': {
      const [sent = event.value] = item.wishes[event.name];
      const isBeingSent = sent === event.value;
      return { ...withWishes(item, event.name, isBeingSent ? [sent] : [sent, event.value]), refused: null };
    }
    case 'stored': {
      const [stored, ...rest] = item.wishes[event.name];
      return { ...withWishes(item, event.name, rest), data: { ...item.data, [event.name]: stored } };
    }
    case 'refused': {
      const { name, failure } = event;
      const rest = item.wishes[name].slice(1);
      const after = { ...withWishes(item, name, rest), refused: rest.length > 0 ? item.refused : failure };
      // TMDB may have stored it anyway, if its answer was lost.
      return failure.retryable ? { ...after, ...seenAfter(after, { type: 'doubted' }) } : after;
    }
    case 'declined':
      return { ...item, refused: event.failure };
    case 'changed':
      return { ...item, data: { ...item.data, ...event.states } };
    case 'asked':
      return { ...item, ...seenAfter(item, event), refused: null };
    default:
      return { ...item, ...seenAfter(item, event) };
  }
}

const withWishes = (item: Item, name: Name, wishes: readonly Value[]): Item => ({
  ...item,
  wishes: { ...item.wishes, [name]: wishes },
});

/** The state that a UI shows: the last wish, else TMDB's value. */
export function stateOf(item: Item): AccountState {
  const { data, wishes } = item;
  const shown = <N extends Name>(name: N) =>
    (wishes[name].length > 0 ? wishes[name][wishes[name].length - 1] : data?.[name]) as States[N] | undefined;
  return {
    status: item.status,
    rating: shown('rating'),
    favorite: shown('favorite'),
    watchlist: shown('watchlist'),
    isLoading: isLoading(item),
    isSaving: Object.values(wishes).some(({ length }) => length > 0),
    failure: item.refused ?? failureOf(item),
  };
}
