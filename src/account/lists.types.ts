import type { Listing } from './listing.ts';
import type { Media } from './media.ts';
import type { ListItem } from './rows.ts';

/** A list of the user's. */
export interface ListSummary {
  /** TMDB's id; the same in v3 and v4. */
  id: number;
  /** As its owner has named it. */
  name: string;
  /** May be empty. */
  description: string;
  /** ISO 639-1. */
  language: string;
  /** False: the user alone sees it. v3 shows public lists only. */
  public: boolean;
  /** How many items are on it. */
  total: number;
}

/** One list, with what is on it. */
export interface ListDetails extends ListSummary {
  /** The user name of its owner. */
  createdBy: string;
  /** In the list's own order. The first page is there; the others are asked for when they are needed. */
  items: Listing<ListItem>;
}

/** How a list is ordered, as TMDB says it. v4 only. */
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
  /** False: the user alone sees it, which needs a v4 sign-in. Default: `true`. */
  public?: boolean;
}

/** What is to change about a list. */
export interface ListUpdate extends Partial<Pick<NewList, 'name' | 'description' | 'public'>> {
  /** The order of its items. */
  sort?: ListOrder;
}

/**
 * What became of one item: `done`; `unchanged`, as it was on the list already (or not on it, to be removed);
 * `not_found`, as TMDB does not know it.
 */
export interface ItemResult {
  /** The film or series. */
  media: Media;
  /** What became of it. */
  outcome: 'done' | 'unchanged' | 'not_found';
}

/** Options of whatever asks TMDB. */
export interface AskOptions {
  /** Aborting it rejects with `cancelled`. */
  signal?: AbortSignal;
}

/** Lists as one generation of TMDB's API has them. */
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
  /** Null where only reading the whole list tells. */
  contains(id: number, media: Media, options: AskOptions): Promise<boolean | null>;
}

/** One page of a list, with all that is said about the list. */
export interface ListPage {
  list: Omit<ListDetails, 'items'>;
  items: ListItem[];
  pages: number;
}
