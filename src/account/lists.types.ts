import type { Listing } from './listing.ts';
import type { Media } from './media.ts';
import type { ListItem } from './rows.ts';

/** One of the user's lists. */
export interface ListSummary {
  /** TMDB's id; the same in v3 and v4. */
  id: number;
  /** The name that its owner gave it. */
  name: string;
  /** May be empty. */
  description: string;
  /** ISO 639-1. */
  language: string;
  /** False if only the user sees it. v3 shows public lists only. */
  public: boolean;
  /** The number of items on it. */
  total: number;
}

/** One list, with its items. */
export interface ListDetails extends ListSummary {
  /** The user name of its owner. */
  createdBy: string;
  /** In the list's own order. The first page is loaded; the others are requested when they are needed. */
  items: Listing<ListItem>;
}

/** TMDB's names for the order of a list. v4 only. */
export type ListOrder =
  | 'original_order.asc'
  | 'original_order.desc'
  | 'vote_average.asc'
  | 'vote_average.desc'
  | 'primary_release_date.asc'
  | 'primary_release_date.desc'
  | 'title.asc'
  | 'title.desc';

/** A new list. */
export interface NewList {
  /** Not empty. TMDB refuses names that it suspects of spam. */
  name: string;
  /** Default: none. */
  description?: string;
  /** ISO 639-1. Default: `'en'`. */
  language?: string;
  /** False if only the user may see it, which needs a v4 sign-in. Default: `true`. */
  public?: boolean;
}

/** Changes to a list. */
export interface ListUpdate extends Partial<Pick<NewList, 'name' | 'description' | 'public'>> {
  /** The order of its items. */
  sort?: ListOrder;
}

/**
 * The outcome for one item: `done`; `unchanged` if it was already on the list (or off it, to be removed); `not_found`
 * if TMDB does not know it.
 */
export interface ItemResult {
  /** The film or series. */
  media: Media;
  /** `done`, `unchanged` or `not_found`. */
  outcome: 'done' | 'unchanged' | 'not_found';
}

/** Options of every method that asks TMDB. */
export interface AskOptions {
  /** Aborting it rejects with `cancelled`. */
  signal?: AbortSignal;
}

/** Lists of one generation of TMDB's API. */
export interface ListsApi {
  readAll(
    number: number,
    options: AskOptions,
  ): Promise<{ items: ListSummary[]; total: number; pages: number }>;
  create(list: NewList, options: AskOptions): Promise<number>;
  read(id: number, number: number, options: AskOptions): Promise<ListPage>;
  update(id: number, changes: ListUpdate, options: AskOptions): Promise<void>;
  change(how: 'add' | 'remove', id: number, media: Media[], options: AskOptions): Promise<ItemResult[]>;
  clear(id: number, options: AskOptions): Promise<void>;
  delete(id: number, options: AskOptions): Promise<void>;
  /** Null if only reading the whole list tells. */
  contains(id: number, media: Media, options: AskOptions): Promise<boolean | null>;
}

/** One page of a list, with the list's details. */
export interface ListPage {
  list: Omit<ListDetails, 'items'>;
  items: ListItem[];
  pages: number;
}
