import type { MediaList } from './media.list.ts';
import type { GuestSession, RequestToken, UserSession, UserToken, V4RequestToken } from './store.ts';

/** The store's data. `state.ts` saves it under these names. */
export interface Tables {
  tokens: Map<string, RequestToken | V4RequestToken>;
  userTokens: Map<string, UserToken>;
  sessions: Map<string, UserSession>;
  guests: Map<string, GuestSession>;
  lists: Map<number, MediaList>;
  lastListId: number;
  lastTokenNumber: number;
}

export function emptyTables(): Tables {
  return {
    tokens: new Map(),
    userTokens: new Map(),
    sessions: new Map(),
    guests: new Map(),
    lists: new Map(),
    lastListId: 5860,
    lastTokenNumber: 6142580,
  };
}
