import type { Media } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { Account } from './records.ts';
import type { Tables } from './tables.ts';

/** The orders of v4 lists. `/4/account/{id}/lists` shows an order by its position here, counted from 1. */
export const LIST_ORDERS = [
  'original_order.asc',
  'original_order.desc',
  'vote_average.asc',
  'vote_average.desc',
  'primary_release_date.asc',
  'primary_release_date.desc',
  'title.asc',
  'title.desc',
] as const;

export type ListOrder = (typeof LIST_ORDERS)[number];

/** A user's list. v3 adds movies only, v4 also series. */
export interface MediaList {
  readonly id: number;
  readonly owner: Account;
  name: string;
  description: string;
  readonly language: string;
  isPublic: boolean;
  order: ListOrder;
  readonly items: Map<string, Media>;
  /** Keyed like `items`. */
  readonly comments: Map<string, string>;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms. */
  updatedAt: number;
}

/** Every list of every user. */
export function createLists(clock: Clock, tables: Tables) {
  const { lists } = tables;
  return {
    lists,
    /** Ids are never reused, even after a list is deleted. */
    newList(fields: Pick<MediaList, 'owner' | 'name' | 'description' | 'language' | 'isPublic'>): MediaList {
      const now = clock.now();
      const list: MediaList = {
        ...fields,
        id: ++tables.lastListId,
        order: 'original_order.asc',
        items: new Map(),
        comments: new Map(),
        createdAt: now,
        updatedAt: now,
      };
      lists.set(list.id, list);
      return list;
    },
    listsOf: (owner: Account): MediaList[] => [...lists.values()].filter((list) => list.owner === owner),
  };
}

export const isListOrder = (value: unknown): value is ListOrder =>
  LIST_ORDERS.some((order) => order === value);

/** The items in the list's own order. */
export function inOrder({ items, order }: MediaList): Media[] {
  const [by, direction] = order.split('.');
  const all = [...items.values()];
  if (by !== 'original_order') all.sort((one, other) => compare(sortKey(one, by), sortKey(other, by)));
  return direction === 'desc' ? all.reverse() : all;
}

function sortKey({ summary }: Media, by: string | undefined): unknown {
  if (by === 'vote_average') return summary.vote_average;
  return by === 'title' ? (summary.title ?? summary.name) : (summary.release_date ?? summary.first_air_date);
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other));
}

/** Removes an item and its comment. False if it is not on the list. */
export function removeItem(list: MediaList, { key }: Media): boolean {
  list.comments.delete(key);
  return list.items.delete(key);
}

/** Returns the number of removed items. */
export function clearItems({ items, comments }: MediaList): number {
  const { size } = items;
  items.clear();
  comments.clear();
  return size;
}

/** The mean of the votes of all items; 0 for none. */
export function averageRating({ items }: MediaList): number {
  const votes = [...items.values()].map(({ summary }) => Number(summary.vote_average));
  return votes.reduce((sum, vote) => sum + vote, 0) / Math.max(1, votes.length);
}

/** Total runtime in minutes. Each of the sandbox's films counts as 100. */
export const runtimeOf = ({ items }: MediaList): number => items.size * 100;
