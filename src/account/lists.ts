import { TmdbAuthError } from '../errors.ts';
import type { Localize } from '../lib/messages.ts';
import type { Ask } from './asking.ts';
import type { ListChange } from './changes.ts';
import { createListing, type Listing } from './listing.ts';
import type {
  AskOptions,
  ItemResult,
  ListDetails,
  ListPage,
  ListSummary,
  ListsApi,
  ListUpdate,
  NewList,
} from './lists.types.ts';
import { idOf, listedPathOf, type Media } from './media.ts';
import type { Owner, User } from './owner.ts';
import type { ListItem } from './rows.ts';
import { onlyRates } from './shelves.ts';

/** The user's lists. With a v4 sign-in they can be private, changed, and hold series. */
export interface Lists {
  /** All of the user's lists. */
  all(options?: AskOptions): Listing<ListSummary>;
  /**
   * Creates a list and resolves to its id. Never sent twice: if the answer is lost it rejects, and says that the list
   * may exist. `public: false` needs a v4 sign-in.
   */
  create(list: NewList, options?: AskOptions): Promise<{ id: number }>;
  /** One list with its items. */
  get(id: number, options?: AskOptions): Promise<ListDetails>;
  /** Changes the given fields. v4 only. */
  update(id: number, changes: ListUpdate, options?: AskOptions): Promise<void>;
  /** Puts items on a list, in their order. Resolves to the outcome for each. Series need a v4 sign-in. */
  add(id: number, media: Media | readonly Media[], options?: AskOptions): Promise<ItemResult[]>;
  /** Takes items off a list. Resolves to the outcome for each. */
  remove(id: number, media: Media | readonly Media[], options?: AskOptions): Promise<ItemResult[]>;
  /** Takes all items off a list. */
  clear(id: number, options?: AskOptions): Promise<void>;
  /** Deletes a list; deleting one that is already deleted counts as success. Resolves when TMDB no longer knows it. */
  delete(id: number, options?: AskOptions): Promise<void>;
  /** Whether the item is on the list. */
  contains(id: number, media: Media, options?: AskOptions): Promise<boolean>;
}

interface ListsDependencies {
  ask: Ask;
  who(signal?: AbortSignal): Promise<Owner>;
  localize: Localize;
  /** Called for every list that was created, changed or deleted. */
  announce(change: ListChange, as: Owner): void;
}

/** After these TMDB may have created the list. */
const UNANSWERED = /^(network|timeout|unavailable|bad_answer|cancelled)$/;
const UNKNOWN = {
  retryable: false,
  message: 'TMDB did not answer, so the list may exist. Check lists.all() before you create it again.',
};

export function createLists({ ask, who, localize, announce }: ListsDependencies): Lists {
  const changed = (list: number, as: Owner) => announce({ list }, as);

  const byUser = async ({ signal }: AskOptions) => {
    const as = await who(signal);
    if (as.isGuest) throw onlyRates();
    return { as, api: await loadApi(ask, as) };
  };

  /** A later page is asked for as the same user, or refused. */
  const reader = (options: AskOptions) => {
    let asked: ReturnType<typeof byUser> | undefined;
    return () => {
      asked ??= byUser(options).catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
      return asked;
    };
  };

  const change =
    (how: 'add' | 'remove'): Lists['add'] =>
    async (id, given, options = {}) => {
      const media = Array.isArray(given) ? (given as Media[]) : [given as Media];
      media.forEach(listedPathOf);
      idOf(id);
      if (media.length === 0) return [];
      const { as, api } = await byUser(options);
      let isRefused = false;
      try {
        return await api.change(how, id, media, options);
      } catch (error) {
        isRefused = TmdbAuthError.is(error) && error.code === 'not_allowed';
        throw error;
      } finally {
        // Some of the items may have changed.
        if (!isRefused) changed(id, as);
      }
    };

  const get: Lists['get'] = async (id, options = {}) => {
    idOf(id);
    const read = reader(options);
    const page = async (number: number) => (await read()).api.read(id, number, options);
    const first = await page(1);
    const items = createListing<ListItem>(
      localize(async (number) => pageOf(number === 1 ? first : await page(number))),
      (item) => `${item.media_type} ${item.id}`,
    );
    return { ...first.list, items };
  };

  return {
    all(options = {}) {
      const read = reader(options);
      return createListing(
        localize(async (number) => (await read()).api.readAll(number, options)),
        ({ id }) => String(id),
      );
    },
    create: localize(async (list, options = {}) => {
      nameOf(list?.name);
      const { as, api } = await byUser(options);
      const id = await api.create(list, options).catch((error: unknown) => {
        const isUnknown = TmdbAuthError.is(error) && UNANSWERED.test(error.code);
        throw isUnknown ? new TmdbAuthError({ ...error.failure, ...UNKNOWN }) : error;
      });
      if (!Number.isSafeInteger(id)) throw new TmdbAuthError('bad_answer', UNKNOWN);
      const { name, description = '', language = 'en', public: isPublic = true } = list;
      announce({ list: id, made: { id, name, description, language, public: isPublic, total: 0 } }, as);
      return { id };
    }),
    get: localize(get),
    update: localize(async (id, changes, options = {}) => {
      idOf(id);
      if (typeof changes !== 'object' || changes === null) throw noChanges();
      if (changes.name !== undefined) nameOf(changes.name);
      const { as, api } = await byUser(options);
      await api.update(id, changes, options);
      changed(id, as);
    }),
    add: localize(change('add')),
    remove: localize(change('remove')),
    clear: localize(async (id, options = {}) => {
      idOf(id);
      const { as, api } = await byUser(options);
      await api.clear(id, options);
      changed(id, as);
    }),
    delete: localize(async (id, options = {}) => {
      idOf(id);
      const { as, api } = await byUser(options);
      await api.delete(id, options);
      changed(id, as);
    }),
    contains: localize(async (id, media, options = {}) => {
      const path = listedPathOf(media);
      idOf(id);
      const { api } = await byUser(options);
      const isOn = await api.contains(id, media, options);
      if (isOn !== null) return isOn;
      for await (const item of (await get(id, options)).items)
        if (`${item.media_type}/${item.id}` === path) return true;
      return false;
    }),
  };
}

/** Loads the one that the user's sign-in needs; most pages need neither. */
async function loadApi(ask: Ask, as: User): Promise<ListsApi> {
  try {
    if (as.account.objectId !== null) return (await import('./lists-v4.ts')).createListsV4(ask, as);
    return (await import('./lists-v3.ts')).createListsV3(ask, as);
  } catch {
    throw new TmdbAuthError('network');
  }
}

const pageOf = ({ items, list, pages }: ListPage) => ({ items, total: list.total, pages });

const noChanges = () =>
  new TmdbAuthError('invalid_value', {
    message: 'Pass the changes as an object: { name, description, public, sort }.',
  });

function nameOf(name: unknown): void {
  if (typeof name !== 'string' || name.trim() === '')
    throw new TmdbAuthError('invalid_value', { message: 'A list needs a name.' });
}
