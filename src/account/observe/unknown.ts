import type { AccountState } from './item.ts';
import type { ListState, ListsState } from './observe-lists.ts';

const NOTHING = { status: 'pending', isLoading: false, failure: null } as const;

/* What a server shows, and a page in its first render: that they agree, neither knows anything yet. */
export const UNKNOWN_STATE: AccountState = {
  ...NOTHING,
  rating: undefined,
  favorite: undefined,
  watchlist: undefined,
  isSaving: false,
};
export const UNKNOWN_LISTS: ListsState = { ...NOTHING, lists: undefined };
export const UNKNOWN_LIST: ListState = { ...NOTHING, list: undefined, items: undefined, hasMore: false };
