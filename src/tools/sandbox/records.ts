import type { Media } from './catalog.ts';
import { digest } from './digest.ts';
import type { MediaList } from './media.list.ts';
import type { SandboxAccount, SandboxAccountData, SandboxMedia, SandboxUser } from './types.ts';

/** Marks and ratings of a user or guest. Insertion order is TMDB's `created_at.asc`. */
export interface Shelf {
  favorites: Map<string, Media>;
  watchlist: Map<string, Media>;
  ratings: Map<string, Rated>;
  /** The rating before each change, oldest first, for lists that lag. */
  readonly changes: { at: number; key: string; before: Rated | undefined }[];
}

export interface Rated {
  readonly media: Media;
  readonly value: number;
  /** Epoch ms. */
  readonly ratedAt: number;
}

export interface Account extends Required<SandboxUser> {
  shelf: Shelf;
}

export function emptyShelf(): Shelf {
  return { favorites: new Map(), watchlist: new Map(), ratings: new Map(), changes: [] };
}

/** Removes the rating if `rated` is undefined. */
export function setRating(
  { ratings, changes }: Shelf,
  key: string,
  rated: Rated | undefined,
  at: number,
): void {
  changes.push({ at, key, before: ratings.get(key) });
  if (rated) ratings.set(key, rated);
  else ratings.delete(key);
}

/** The ratings at `moment`, epoch ms: undoes later changes, newest first. */
export function ratingsAt({ ratings, changes }: Shelf, moment: number): Map<string, Rated> {
  const shown = new Map(ratings);
  for (const { at, key, before } of changes.toReversed()) {
    if (at <= moment) continue;
    if (before) shown.set(key, before);
    else shown.delete(key);
  }
  return shown;
}

/** Fills in defaults. An account without a password cannot log in. */
export function makeAccount(given: SandboxAccount & Partial<SandboxUser>, id: number): Account {
  return {
    id,
    object_id: digest(`account ${given.username}`).slice(0, 24),
    name: '',
    password: '',
    iso_639_1: 'en',
    iso_3166_1: 'US',
    include_adult: false,
    avatar_path: null,
    standing: 'active',
    ...given,
    shelf: emptyShelf(),
  };
}

/** The body of `GET /3/account`. */
export function accountDetails(account: Account) {
  return {
    avatar: { gravatar: { hash: gravatarHash(account) }, tmdb: { avatar_path: account.avatar_path } },
    id: account.id,
    iso_639_1: account.iso_639_1,
    iso_3166_1: account.iso_3166_1,
    name: account.name,
    include_adult: account.include_adult,
    username: account.username,
  };
}

/** 32 hex digits, derived from the username. */
export function gravatarHash({ username }: Account): string {
  return digest(username);
}

/** A plain copy of the account's data, for assertions. */
export function accountData(account: Account, lists: Iterable<MediaList>): SandboxAccountData {
  const { favorites, watchlist, ratings } = account.shelf;
  return {
    favorites: [...favorites.values()].map(reference),
    watchlist: [...watchlist.values()].map(reference),
    ratings: [...ratings.values()].map(({ media, value }) => ({ ...reference(media), value })),
    lists: [...lists]
      .filter((list) => list.owner === account)
      .map(({ id, name, description, isPublic, items }) => ({
        id,
        name,
        description,
        public: isPublic,
        items: [...items.values()].map((media) => media.id),
      })),
  };
}

function reference(media: Media): SandboxMedia {
  return { media_type: media.type, media_id: media.id };
}
