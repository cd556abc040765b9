/** One page of a list. */
export interface Page<Item> {
  /** 20 at most. */
  items: Item[];
  /** How many items the whole list has. */
  total: number;
  /** How many pages the whole list has; TMDB gives 500 at most. */
  pages: number;
}

/**
 * A list that TMDB hands out in pages: `for await (const film of my.favorites('movie'))`. Each page is asked for when it
 * is needed, and once: iterate again, and what is there is used again. Make a new one to see what has changed.
 */
export interface Listing<Item> extends AsyncIterable<Item> {
  /** One page, counted from 1. */
  page(number: number): Promise<Page<Item>>;
  /** How many items there are, from the first page. */
  total(): Promise<number>;
  /** All items. TMDB's lists may be long: 500 pages of 20. */
  toArray(): Promise<Item[]>;
}

/** TMDB gives no more of any list, and answers 400 for more. */
const MOST_PAGES = 500;

/** React Native's Hermes may not have the symbol. Babel's `for await` then looks for this name. */
const ASYNC_ITERATOR: typeof Symbol.asyncIterator = Symbol.asyncIterator ?? '@@asyncIterator';

/** `fetchPage` asks for one page; `keyOf` tells items apart: one that moves while pages are read may be on two. */
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
    // The next one who wants it asks again.
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
