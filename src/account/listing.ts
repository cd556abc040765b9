/** One page of a list. */
export interface Page<Item> {
  /** At most 20. */
  items: Item[];
  /** The number of items in the whole list. */
  total: number;
  /** The number of pages in the whole list; TMDB serves at most 500. */
  pages: number;
}

/**
 * A list that TMDB serves in pages: `for await (const film of my.favorites('movie'))`. Each page is requested when it
 * is needed, and once: another iteration uses the same pages. Make a new listing to see changes.
 */
export interface Listing<Item> extends AsyncIterable<Item> {
  /** One page, counted from 1. */
  page(number: number): Promise<Page<Item>>;
  /** The number of items, from the first page. */
  total(): Promise<number>;
  /** All items. TMDB's lists may be long: up to 500 pages of 20. */
  toArray(): Promise<Item[]>;
}

/** TMDB serves no more pages of any list, and answers 400 for later ones. */
const MOST_PAGES = 500;

/** React Native's Hermes may lack the symbol. Babel's `for await` then looks for this name. */
const ASYNC_ITERATOR: typeof Symbol.asyncIterator = Symbol.asyncIterator ?? '@@asyncIterator';

/** `fetchPage` requests one page. `keyOf` identifies items: one that moves while pages are read may be on two. */
export function createListing<Item>(
  fetchPage: (number: number) => Promise<Page<Item>>,
  keyOf: (item: Item) => string,
): Listing<Item> {
  const pages = new Map<number, Promise<Page<Item>>>();

  const page = (number: number) => {
    const known = pages.get(number);
    if (known) return known;
    const asked = fetchPage(number);
    pages.set(number, asked);
    // The next use requests the page again.
    asked.catch(() => pages.delete(number));
    return asked;
  };

  async function* items() {
    const seen = new Set<string>();
    for (let number = 1, count = 1; number <= count; number += 1) {
      const present = await page(number);
      // An empty page is the last, whatever its answer says.
      count = present.items.length > 0 ? Math.min(present.pages, MOST_PAGES) : 0;
      for (const item of present.items) {
        const key = keyOf(item);
        if (!seen.has(key)) yield item;
        seen.add(key);
      }
    }
  }

  return {
    page,
    total: async () => (await page(1)).total,
    async toArray() {
      const all: Item[] = [];
      for await (const item of items()) all.push(item);
      return all;
    },
    [ASYNC_ITERATOR]: items,
  };
}
