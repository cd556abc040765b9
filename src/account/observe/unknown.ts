import type { AccountState } from './item.ts';
import type { ListState, ListsState } from './observe-lists.ts';

const NOTHING = { status: 'pending', isLoading: false, failure: null } as const;

/* Shown by a server, and in the first render of a page, so that they agree: nothing is known yet. */
export const UNKNOWN_STATE: AccountState = {
  ...NOTHING,
  rating: undefined,
  favorite: undefined,
  watchlist: undefined,
  isSaving: false,
};
export const UNKNOWN_LISTS: ListsState = { ...NOTHING, lists: undefined };
export const UNKNOWN_LIST: ListState = { ...NOTHING, list: undefined, items: undefined, hasMore: false };
