import { type Answer, done, failure, json } from '../answers.ts';
import { type Handler, type Route, type RoutedCall, text } from '../call.ts';
import { findMovie, findSeries } from '../catalog.ts';
import { type Account, gravatarHash, type MediaList } from '../records.ts';
import { asOwner, asReader } from './lists.ts';

const LIST = '/4/list/:list_id';

/** v4's lists are v3's, with series and privacy. They obey their owner's user token alone; the read token is 401/36. */
export const listsV4: readonly Route[] = [
  { method: 'POST', path: '/4/list', handle: asWriter(create) },
  { method: 'GET', path: LIST, handle: asReader(({ bearer }) => bearer?.account, details) },
  { method: 'POST', path: `${LIST}/items`, handle: asOwner(asWriter, addItems) },
  {
    method: 'DELETE',
    path: LIST,
    handle: asOwner(asWriter, ({ store }, list) => {
      store.lists.delete(list.id);
      return done(13);
    }),
  },
];

/** For user access tokens only: the read token has no permission to write, 401/36. */
function asWriter(handle: (call: RoutedCall, user: Account) => Answer): Handler {
  return (call) => (call.bearer?.kind === 'user' ? handle(call, call.bearer.account) : failure(36));
}

/** Public unless `public` is false. */
function create({ store, body }: RoutedCall, owner: Account): Answer {
  const [name, language] = [text(body.name), text(body.iso_639_1)];
  if (!name || !language) return failure(5);
  const description = text(body.description);
  const { id } = store.newList({ owner, name, description, language, isPublic: body.public !== false });
  const status_message = 'The item/record was created successfully.';
  return json(201, { status_message, id, success: true, status_code: 1 });
}

/** One page, as everything of the sandbox fits on it. */
function details(_call: RoutedCall, list: MediaList): Answer {
  const { owner, items } = list;
  const created_by = {
    avatar_path: owner.avatar_path,
    gravatar_hash: gravatarHash(owner),
    id: owner.object_id,
    name: owner.name,
    username: owner.username,
  };
  return json(200, {
    created_by,
    description: list.description,
    id: list.id,
    iso_639_1: list.language,
    item_count: items.size,
    name: list.name,
    page: 1,
    public: list.isPublic,
    results: [...items.values()].map((media) => ({ ...media.summary, media_type: media.type })),
    total_pages: 1,
    total_results: items.size,
  });
}

/** Each item has an answer of its own; the call as a whole succeeds even if none of them does. */
function addItems({ body }: RoutedCall, list: MediaList): Answer {
  if (!Array.isArray(body.items)) return failure(5);
  const results = body.items.map((item) => addItem(list, item));
  return json(200, { success: true, status_code: 1, status_message: 'Success.', results });
}

function addItem(list: MediaList, item: unknown) {
  const { media_type, media_id } = (item ?? {}) as Record<string, unknown>;
  const find = media_type === 'movie' ? findMovie : findSeries;
  const isKind = media_type === 'movie' || media_type === 'tv';
  const media = isKind ? find(String(media_id)) : undefined;
  const success = media !== undefined && !list.items.has(media.key);
  if (success) list.items.set(media.key, media);
  return { media_type, media_id, success };
}

/** A list in `/4/account/{account_object_id}/lists`, where `public` is a number. */
export function summaryOf(list: MediaList) {
  return {
    account_object_id: list.owner.object_id,
    description: list.description,
    id: list.id,
    iso_639_1: list.language,
    name: list.name,
    number_of_items: list.items.size,
    public: list.isPublic ? 1 : 0,
  };
}
