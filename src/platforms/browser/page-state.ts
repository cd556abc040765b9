import type { PageClient } from './page-clients.ts';

/** State that the clients of a page share when it was loaded by a return from TMDB. */
interface PageState {
  /**
   * The return in memory: for pages without `sessionStorage`, and for clients created after the others turned out not
   * to hold the token.
   */
  returned?: string | null;
  /** Set while the page navigates to its clean address. Resolves if the page is still loaded after a while. */
  leaving?: Promise<void> | null;
  /** Clients that have not read their record yet. */
  unread: number;
  /** Clients that did not hold the token of the return. */
  passed: Set<PageClient>;
  /** The return that no client took. */
  refused?: string;
  /** A popup's offers to the other tabs, one per client. */
  offers: Promise<void>[];
}

/** Global rather than per module: a bundler may put several copies of this package into one page. */
const KEY = Symbol.for('tmdb-auth.page');

export function pageState(): PageState {
  const page = globalThis as { [KEY]?: PageState };
  page[KEY] ??= { unread: 0, passed: new Set(), offers: [] };
  return page[KEY];
}
