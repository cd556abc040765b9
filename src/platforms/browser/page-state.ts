import type { Arrival } from './arrivals.ts';

/** What all clients of a page have in common when it was loaded by a return from TMDB. */
interface PageState {
  /** For pages without `sessionStorage`, and for clients that are made after the others did not hold the token. */
  returned?: string | null;
  /** The page goes to its clean address; resolves in case it is still here after a while. */
  leaving?: Promise<void> | null;
  /** Clients that have not read their record yet. */
  unread: number;
  /** Clients that did not hold the token of the return. */
  passed: Set<Arrival>;
  /** The return that no client took. */
  refused?: string;
  /** Popups ask the other tabs, once for each client. */
  offers: Promise<void>[];
}

/** Of the page, not of this module: apps are built of parts, and a bundler may give each a copy of this package. */
const KEY = Symbol.for('tmdb-auth.page');

export function pageState(): PageState {
  const page = globalThis as { [KEY]?: PageState };
  page[KEY] ??= { unread: 0, passed: new Set(), offers: [] };
  return page[KEY];
}
