import { type Answer, done, failure, json } from '../answers.ts';
import { boolean, type Handler, pageOf, type Route, type RoutedCall, text } from '../call.ts';
import { findMedia, type Media } from '../catalog.ts';
import { digest } from '../digest.ts';
import {
  averageRating,
  clearItems,
  inOrder,
  isListOrder,
  type MediaList,
  removeItem,
  runtimeOf,
} from '../media.list.ts';
import { type Account, gravatarHash } from '../records.ts';
import { asOwner, asReader } from './lists.ts';

const LIST = '/4/list/:list_id';
const SUCCESS = { success: true, status_code: 1, status_message: 'Success.' };

/**
 * The lists of v3, with series and privacy. Only the owner's user token can change them; the read token gets 401/36.
 */
export const listsV4: readonly Route[] = [
  { method: 'POST', path: '/4/list', evidence: 'clients', handle: asWriter(create) },
  { method: 'GET', path: LIST, evidence: 'clients', handle: asReader(bearerAccount, details) },
  { method: 'PUT', path: LIST, evidence: 'clients', handle: asOwner(asWriter, update) },
  { method: 'DELETE', path: LIST, evidence: 'clients', handle: asOwner(asWriter, remove) },
  { method: 'POST', path: `${LIST}/items`, evidence: 'clients', handle: eachItem(putOn) },
  { method: 'PUT', path: `${LIST}/items`, evidence: 'clients', handle: eachItem(comment) },
  { method: 'DELETE', path: `${LIST}/items`, evidence: 'clients', handle: eachItem(removeItem) },
  {
    method: 'GET',
    path: `${LIST}/item_status`,
    evidence: 'clients',
    handle: asReader(bearerAccount, itemStatus),
  },
  { method: 'GET', path: `${LIST}/clear`, evidence: 'clients', handle: asOwner(asWriter, clear) },
];

function bearerAccount({ bearer }: RoutedCall): Account | undefined {
  return bearer?.account;
}

/** For user access tokens only: the read token has no write permission, 401/36. */
function asWriter(handle: (call: RoutedCall, user: Account) => Answer): Handler {
  return (call) => (call.bearer?.kind === 'user' ? handle(call, call.bearer.account) : failure(36));
}

function create(call: RoutedCall, owner: Account): Answer {
  const { store, body } = call;
  const [name, language] = [text(body.name), text(body.iso_639_1)];
  if (!name || !language) return failure(5);
  const isSpam = store.quirks.spamWords.some((word) => name.toLowerCase().includes(word.toLowerCase()));
  if (isSpam) return failure(18, { errors: ['Name looks like spam'] });
  const isPrivate = body.public === 0 || (!store.quirks.publicIsNumber && isFalse(call, body.public));
  const description = text(body.description);
  const { id } = store.newList({ owner, name, description, language, isPublic: !isPrivate });
  return json(201, { ...SUCCESS, id });
}

/** Changes only the fields in the body. */
function update(call: RoutedCall, list: MediaList): Answer {
  const { name, description, public: isPublic, sort_by } = call.body;
  list.name = text(name) || list.name;
  if (typeof description === 'string') list.description = description;
  if (isPublic !== undefined && isPublic !== null) list.isPublic = !isFalse(call, isPublic);
  if (isListOrder(sort_by)) list.order = sort_by;
  list.updatedAt = call.store.clock.now();
  return done(12);
}

const isFalse = (call: RoutedCall, value: unknown) => value === 0 || boolean(call, value) === false;

function remove({ store }: RoutedCall, list: MediaList): Answer {
  store.lists.delete(list.id);
  return done(13);
}

/** `movie:550`, the key of an item in `comments` and `object_ids`. */
const nameOf = ({ type, id }: Media) => `${type}:${id}`;

function details(call: RoutedCall, list: MediaList): Answer {
  const { owner, comments } = list;
  const page = pageOf(call, inOrder(list));
  if (!page) return failure(22);
  const { results: items } = page;
  return json(200, {
    average_rating: averageRating(list),
    backdrop_path: null,
    comments: Object.fromEntries(items.map((media) => [nameOf(media), comments.get(media.key) ?? null])),
    created_by: {
      avatar_path: owner.avatar_path,
      gravatar_hash: gravatarHash(owner),
      id: owner.object_id,
      name: owner.name,
      username: owner.username,
    },
    description: list.description,
    id: list.id,
    iso_3166_1: owner.iso_3166_1,
    iso_639_1: list.language,
    item_count: list.items.size,
    name: list.name,
    object_ids: Object.fromEntries(items.map((media) => [nameOf(media), digest(media.key).slice(0, 24)])),
    poster_path: null,
    public: list.isPublic,
    ...page,
    results: items.map((media) => ({ ...media.summary, media_type: media.type })),
    revenue: 0,
    runtime: runtimeOf(list),
    sort_by: list.order,
  });
}

type Item = Readonly<Record<string, unknown>>;

/** Each item has its own result; the call succeeds even if all items fail. */
function eachItem(change: (list: MediaList, media: Media, item: Item) => boolean): Handler {
  return asOwner(asWriter, ({ body, store }, list) => {
    if (!Array.isArray(body.items)) return failure(5);
    const results = body.items.map((given: unknown) => {
      const item = (given ?? {}) as Item;
      const { media_type, media_id } = item;
      const media = findMedia(media_type, media_id);
      return { media_type, media_id, success: media !== undefined && change(list, media, item) };
    });
    list.updatedAt = store.clock.now();
    return json(200, { ...SUCCESS, results });
  });
}

/** Ignores a comment on a new item, like TMDB: only PUT stores one. */
function putOn({ items }: MediaList, media: Media): boolean {
  if (items.has(media.key)) return false;
  items.set(media.key, media);
  return true;
}

function comment({ items, comments }: MediaList, { key }: Media, item: Item): boolean {
  if (items.has(key)) comments.set(key, text(item.comment));
  return items.has(key);
}

function itemStatus({ query }: RoutedCall, list: MediaList): Answer {
  const media = findMedia(query.get('media_type'), query.get('media_id'));
  if (!media || !list.items.has(media.key)) return failure(34);
  return json(200, { ...SUCCESS, id: list.id, media_type: media.type, media_id: media.id });
}

/** A GET that changes state. */
function clear({ store }: RoutedCall, list: MediaList): Answer {
  list.updatedAt = store.clock.now();
  return json(200, { ...SUCCESS, id: list.id, items_deleted: clearItems(list) });
}
