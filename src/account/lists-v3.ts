import { TmdbAuthError } from '../errors.ts';
import type { Ask, Body } from './asking.ts';
import { deleteList, listPageIn, text } from './lists.answers.ts';
import type { ItemResult, ListSummary, ListsApi } from './lists.types.ts';
import type { User } from './owner.ts';
import { pageIn } from './shelves.ts';

const NEEDS_V4 = (what: string) =>
  new TmdbAuthError('not_allowed', {
    message: `${what} needs a v4 sign-in: create the client with apiVersion: 4, and let the user sign in again.`,
  });

/** TMDB's codes for an item that is already on the list, is not on it, and is unknown. */
const OUTCOMES: Record<number, ItemResult['outcome']> = { 8: 'unchanged', 21: 'unchanged', 34: 'not_found' };

/** Lists by the session of v3: all of them are public, and hold films only. */
export function createListsV3(ask: Ask, as: User): ListsApi {
  const path = (id: number, more = '') => `/3/list/${id}${more}`;

  const outcomeOf = async (
    failed: unknown,
    id: number,
    signal?: AbortSignal,
  ): Promise<ItemResult['outcome']> => {
    const outcome = TmdbAuthError.is(failed) && OUTCOMES[failed.tmdbCode ?? 0];
    if (!outcome) throw failed;
    // TMDB answers the same for an unknown film and for an unknown list.
    if (outcome === 'not_found') await ask({ path: path(id), as, signal });
    return outcome;
  };

  return {
    async readAll(page, { signal }) {
      const answer = pageIn(
        await ask({ path: `/3/account/${as.account.id}/lists`, query: { page }, as, signal }),
      );
      return { ...answer, items: answer.items.map(summaryOf) };
    },
    async create({ name, description = '', language = 'en', public: isPublic = true }, { signal }) {
      if (!isPublic) throw NEEDS_V4('A private list');
      const body = { name, description, language };
      const { list_id } = await ask({ method: 'POST', path: '/3/list', body, as, signal, isOnce: true });
      return list_id as number;
    },
    read: async (id, page, { signal }) =>
      listPageIn(await ask({ path: path(id), query: { page }, as, signal }), 'items'),
    update: async () => {
      throw NEEDS_V4('Changing a list');
    },
    async change(how, id, media, { signal }) {
      if (media.some(({ tv }) => tv !== undefined)) throw NEEDS_V4('A series on a list');
      const results: ItemResult[] = [];
      // One by one, as their order is the list's.
      for (const film of media) {
        const body = { media_id: film.movie };
        const outcome = await ask({ method: 'POST', path: path(id, `/${how}_item`), body, as, signal }).then(
          () => 'done' as const,
          (error: unknown) => outcomeOf(error, id, signal),
        );
        results.push({ media: film, outcome });
      }
      return results;
    },
    async clear(id, { signal }) {
      await ask({ method: 'POST', path: path(id, '/clear'), query: { confirm: 'true' }, as, signal });
    },
    delete: (id, { signal }) => deleteList(ask, path(id), as, signal),
    async contains(id, { movie, tv }, { signal }) {
      // v3 can ask for films only, though v4 may have put series on the list.
      if (tv !== undefined) return null;
      const query = { movie_id: movie };
      return (await ask({ path: path(id, '/item_status'), query, as, signal })).item_present === true;
    },
  };
}

const summaryOf = (row: Body): ListSummary => ({
  id: Number(row.id),
  name: text(row.name),
  description: text(row.description),
  language: text(row.iso_639_1),
  public: true,
  total: Number(row.item_count ?? 0),
});
