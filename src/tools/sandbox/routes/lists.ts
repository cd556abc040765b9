import { type Answer, done, failure, json } from '../answers.ts';
import {
  asUser,
  type Handler,
  pageOf,
  param,
  type Route,
  type RoutedCall,
  sent,
  sessionUser,
  text,
} from '../call.ts';
import { findMovie, type Media } from '../catalog.ts';
import { clearItems, inOrder, type MediaList, removeItem } from '../media.list.ts';
import type { Account } from '../records.ts';

const LIST = '/3/list/:list_id';

type ListHandler = (call: RoutedCall, list: MediaList) => Answer;

/**
 * v3 adds only movies to a list, but shows series added by v4. All users can read a list unless v4 made it private
 * (401/39); only its owner can change it (else 401/38).
 */
export const lists: readonly Route[] = [
  { method: 'POST', path: '/3/list', evidence: 'documented', handle: asUser(create) },
  { method: 'GET', path: LIST, evidence: 'recorded', handle: asReader(sessionUser, details) },
  { method: 'DELETE', path: LIST, evidence: 'clients', handle: asOwner(asUser, remove) },
  { method: 'POST', path: `${LIST}/add_item`, evidence: 'documented', handle: withMovie(putOn) },
  { method: 'POST', path: `${LIST}/remove_item`, evidence: 'clients', handle: withMovie(takeOff) },
  { method: 'POST', path: `${LIST}/clear`, evidence: 'clients', handle: asOwner(asUser, clear) },
  {
    method: 'GET',
    path: `${LIST}/item_status`,
    evidence: 'clients',
    handle: asReader(sessionUser, (call, list) =>
      json(200, {
        id: String(list.id),
        item_present: list.items.has(`movie/${call.query.get('movie_id')}`),
      }),
    ),
  },
];

function create({ store, body }: RoutedCall, owner: Account): Answer {
  const name = text(body.name);
  if (!name) return failure(5);
  const description = text(body.description);
  const language = text(body.language) || 'en';
  const { id } = store.newList({ owner, name, description, language, isPublic: true });
  return json(201, {
    status_message: 'The item/record was created successfully.',
    success: true,
    status_code: 1,
    list_id: id,
  });
}

/** The id is a number (recorded), although TMDB's example shows a string; in `item_status` it is a string. */
function details(call: RoutedCall, list: MediaList): Answer {
  const shown = pageOf(call, inOrder(list));
  if (!shown) return failure(22);
  const { results, ...page } = shown;
  return json(200, {
    created_by: list.owner.username,
    description: list.description,
    favorite_count: 0,
    id: list.id,
    items: results.map((media) => ({ ...media.summary, media_type: media.type })),
    item_count: list.items.size,
    iso_639_1: list.language,
    name: list.name,
    poster_path: null,
    ...page,
  });
}

/** The documented code is 12 ("updated"), not 13 ("deleted"). */
function remove({ store }: RoutedCall, list: MediaList): Answer {
  store.lists.delete(list.id);
  return store.quirks.listDeletionFails ? failure(11) : done(12);
}

/** 422/5 without `confirm=true` (TMDB does not document the answer). */
function clear(call: RoutedCall, list: MediaList): Answer {
  if (sent(call, 'confirm') !== 'true') return failure(5);
  clearItems(list);
  list.updatedAt = call.store.clock.now();
  return done(12);
}

function putOn(list: MediaList, movie: Media): Answer {
  if (list.items.has(movie.key)) return failure(8);
  list.items.set(movie.key, movie);
  return done(12);
}

/** 21 is a failure with HTTP status 200. */
function takeOff(list: MediaList, movie: Media): Answer {
  return removeItem(list, movie) ? done(13) : failure(21);
}

/** A list in `/account/{id}/lists`. */
export function summaryOf(list: MediaList) {
  return {
    description: list.description,
    favorite_count: 0,
    id: list.id,
    item_count: list.items.size,
    iso_639_1: list.language,
    list_type: 'movie',
    name: list.name,
    poster_path: null,
  };
}

function withList(handle: ListHandler): Handler {
  return (call) => {
    const list = call.store.lists.get(Number(param(call, 'list_id')));
    return list ? handle(call, list) : failure(34);
  };
}

/** `readerOf` returns the reading account; a private list is 401/39 for all but its owner. */
export function asReader(readerOf: (call: RoutedCall) => Account | undefined, handle: ListHandler): Handler {
  return withList((call, list) =>
    list.isPublic || list.owner === readerOf(call) ? handle(call, list) : failure(39),
  );
}

/** `asWriter` determines the writing account, or refuses. */
export function asOwner(asWriter: typeof asUser, handle: ListHandler): Handler {
  return asWriter((call, user) =>
    withList((again, list) => (list.owner === user ? handle(again, list) : failure(38)))(call),
  );
}

function withMovie(handle: (list: MediaList, movie: Media) => Answer): Handler {
  return asOwner(asUser, (call, list) => {
    const movie = findMovie(String(call.body.media_id));
    if (!movie) return failure(34);
    list.updatedAt = call.store.clock.now();
    return handle(list, movie);
  });
}
