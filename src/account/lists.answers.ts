import { TmdbAuthError } from '../errors.ts';
import type { Ask, Body } from './asking.ts';
import type { ListPage } from './lists.types.ts';
import type { Owner } from './owner.ts';
import type { ListItem } from './rows.ts';
import { pageIn } from './shelves.ts';

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** One page of `GET /3/list/{id}` or `/4/list/{id}`, which name their items differently. */
export function listPageIn(body: Body, name: 'items' | 'results'): ListPage {
  const { items, total, pages } = pageIn({ total_results: body.item_count, ...body }, name);
  const { created_by: by, public: isPublic } = body;
  return {
    list: {
      id: Number(body.id),
      name: text(body.name),
      description: text(body.description),
      language: text(body.iso_639_1),
      public: isPublic === undefined || Boolean(isPublic),
      total,
      createdBy: text(typeof by === 'string' ? by : (by as { username?: unknown } | null)?.username),
    },
    items: items.map(withMediaType),
    pages,
  };
}

/** v3 may omit the type; a film has a title and a series a name. */
const withMediaType = (row: Body) =>
  ({ ...row, media_type: row.media_type ?? ('title' in row ? 'movie' : 'tv') }) as unknown as ListItem;

/** How often a deletion is sent while the list still exists. */
const MOST_DELETIONS = 3;

/**
 * Deletes a list, and checks whether it is gone if the answer does not say so: v3 deletes it and answers HTTP 500
 * with code 11. Deleting a list that is already deleted counts as success.
 */
export async function deleteList(ask: Ask, path: string, as: Owner, signal?: AbortSignal): Promise<void> {
  const isFinal = ({ code }: TmdbAuthError) => code === 'unavailable';
  for (let tries = 1; ; tries += 1) {
    const error: unknown = await ask({ method: 'DELETE', path, as, signal, isFinal }).then(
      () => null,
      (failed) => failed,
    );
    if (error === null || isNotFound(error)) return;
    if (!TmdbAuthError.is(error) || !error.retryable) throw error;
    if (await isGone(ask, path, as, signal)) return;
    if (tries === MOST_DELETIONS) throw error;
  }
}

const isNotFound = (error: unknown) => TmdbAuthError.is(error) && error.code === 'not_found';

const isGone = (ask: Ask, path: string, as: Owner, signal?: AbortSignal): Promise<boolean> =>
  // Past the caches, which may keep the list for five minutes, as TMDB allows.
  ask({ path, query: { now: Date.now() }, as, signal }).then(
    () => false,
    (error: unknown) => {
      if (isNotFound(error)) return true;
      throw error;
    },
  );
