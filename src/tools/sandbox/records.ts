import type { Media } from './catalog.ts';
import { digest } from './digest.ts';
import type { SandboxAccount, SandboxAccountData, SandboxMedia, SandboxUser } from './types.ts';

/** What a user or a guest has marked; insertion order is the order of TMDB's `created_at.asc`. */
export interface Shelf {
  favorites: Map<string, Media>;
  watchlist: Map<string, Media>;
  /** `ratedAt` in epoch ms. */
  ratings: Map<string, { media: Media; value: number; ratedAt: number }>;
}

export interface Account extends Required<SandboxUser> {
  shelf: Shelf;
}

/** A list of a user. v3 puts movies on it, v4 series too. */
export interface MediaList {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly description: string;
  readonly language: string;
  readonly isPublic: boolean;
  readonly items: Map<string, Media>;
}

export function emptyShelf(): Shelf {
  return { favorites: new Map(), watchlist: new Map(), ratings: new Map() };
}

/** Fills in what `given` leaves open. An account without a password cannot log in. */
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

/** 32 hex digits, the same for a username every time. */
export function gravatarHash({ username }: Account): string {
  return digest(username);
}

/** Plain copies of what an account holds, for assertions. */
export function accountData(account: Account, lists: Iterable<MediaList>): SandboxAccountData {
  const { favorites, watchlist, ratings } = account.shelf;
  return {
    favorites: [...favorites.values()].map(reference),
    watchlist: [...watchlist.values()].map(reference),
    ratings: [...ratings.values()].map(({ media, value }) => ({ ...reference(media), value })),
    lists: [...lists]
      .filter((list) => list.owner === account)
      .map(({ id, name, description, items }) => ({
        id,
        name,
        description,
        items: [...items.values()].map((media) => media.id),
      })),
  };
}

function reference(media: Media): SandboxMedia {
  return { media_type: media.type, media_id: media.id };
}
