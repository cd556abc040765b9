import { TmdbAuthError } from '../errors.ts';
import type { Ask, Body } from './asking.ts';
import { deleteList, listPageIn, text } from './lists.answers.ts';
import type { ItemResult, ListSummary, ListsApi } from './lists.types.ts';
import type { Media } from './media.ts';
import type { User } from './owner.ts';
import { pageIn } from './shelves.ts';

/** The most items in one request. TMDB names no limit, and answers these well within a request's timeout. */
const MOST_ITEMS = 100;

/** The list is already as wanted; TMDB says so with HTTP 200. */
const NOTHING_TO_UPDATE = 40;

/** Lists by the access token of v4, which can be private and hold series. */
export function createListsV4(ask: Ask, as: User): ListsApi {
  const path = (id: number, more = '') => `/4/list/${id}${more}`;

  const contains: ListsApi['contains'] = async (id, media, { signal }) => {
    const { media_type, media_id } = itemOf(media);
    try {
      await ask({ path: path(id, '/item_status'), query: { media_type, media_id }, as, signal });
      return true;
    } catch (error) {
      if (TmdbAuthError.is(error) && error.code === 'not_found') return false;
      throw error;
    }
  };

  return {
    async readAll(page, { signal }) {
      const accountId = encodeURIComponent(as.account.objectId ?? '');
      const answer = pageIn(
        await ask({ path: `/4/account/${accountId}/lists`, query: { page }, as, signal }),
      );
      return { ...answer, items: answer.items.map(summaryOf) };
    },
    async create({ name, description = '', language = 'en', public: isPublic = true }, { signal }) {
      // TMDB ignores `public: false` here and makes the list public: only the numbers count.
      const body = { name, description, iso_639_1: language, public: isPublic ? 1 : 0 };
      const { id } = await ask({ method: 'POST', path: '/4/list', body, as, signal, isOnce: true });
      return id as number;
    },
    read: async (id, page, { signal }) =>
      listPageIn(await ask({ path: path(id), query: { page }, as, signal }), 'results'),
    async update(id, { name, description, public: isPublic, sort }, { signal }) {
      const body = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(isPublic !== undefined && { public: isPublic ? 1 : 0 }),
        ...(sort !== undefined && { sort_by: sort }),
      };
      await ask({ method: 'PUT', path: path(id), body, as, signal }).catch((error: unknown) => {
        if (!TmdbAuthError.is(error) || error.tmdbCode !== NOTHING_TO_UPDATE) throw error;
      });
    },
    async change(how, id, media, { signal }) {
      const results: ItemResult[] = [];
      for (let at = 0; at < media.length; at += MOST_ITEMS) {
        const part = media.slice(at, at + MOST_ITEMS);
        const answer = await ask({
          method: how === 'add' ? 'POST' : 'DELETE',
          path: path(id, '/items'),
          body: { items: part.map(itemOf) },
          as,
          signal,
        });
        const isDone = successesIn(answer);
        const outcomes = part.map(async (one): Promise<ItemResult> => {
          const { media_type, media_id } = itemOf(one);
          if (isDone(media_type, media_id)) return { media: one, outcome: 'done' };
          // TMDB gives no reason: the item is already on the list, or TMDB does not know it.
          const isUnchanged = how === 'remove' || (await contains(id, one, { ...(signal && { signal }) }));
          return { media: one, outcome: isUnchanged ? 'unchanged' : 'not_found' };
        });
        results.push(...(await Promise.all(outcomes)));
      }
      return results;
    },
    async clear(id, { signal }) {
      await ask({ path: path(id, '/clear'), as, signal });
    },
    delete: (id, { signal }) => deleteList(ask, path(id), as, signal),
    contains,
  };
}

const itemOf = ({ movie, tv }: Media) =>
  movie !== undefined
    ? { media_type: 'movie', media_id: movie }
    : { media_type: 'tv', media_id: tv as number };

/** Each item of a change has a `success` of its own. */
function successesIn({ results }: Body): (type: string, id: number) => boolean {
  const rows = Array.isArray(results) ? (results as Body[]) : [];
  const done = rows.filter(({ success }) => success === true);
  const names = new Set(done.map(({ media_type, media_id }) => `${media_type} ${media_id}`));
  return (type, id) => names.has(`${type} ${id}`);
}

/** `public` is a number here, and a boolean in the list itself. */
const summaryOf = (row: Body): ListSummary => ({
  id: Number(row.id),
  name: text(row.name),
  description: text(row.description),
  language: text(row.iso_639_1),
  public: Boolean(row.public),
  total: Number(row.number_of_items ?? 0),
});
