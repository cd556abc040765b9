import { type Answer, done, failure, json } from '../answers.ts';
import { asUser, type Handler, param, type Route, type RoutedCall, sessionUser, text } from '../call.ts';
import { findMovie, type Media } from '../catalog.ts';
import type { Account, MediaList } from '../records.ts';

const LIST = '/3/list/:list_id';

type ListHandler = (call: RoutedCall, list: MediaList) => Answer;

/**
 * v3 puts movies only on a list. Anybody reads a list unless v4 made it private (then 401/39), its owner alone changes
 * it (else 401/38).
 */
export const lists: readonly Route[] = [
  { method: 'POST', path: '/3/list', handle: asUser(create) },
  { method: 'GET', path: LIST, handle: asReader(sessionUser, details) },
  {
    method: 'DELETE',
    path: LIST,
    handle: asOwner(asUser, (call, list) => {
      call.store.lists.delete(list.id);
      // Not 13: TMDB calls a deleted list "updated".
      return done(12);
    }),
  },
  { method: 'POST', path: `${LIST}/add_item`, handle: withMovie(addItem) },
  { method: 'POST', path: `${LIST}/remove_item`, handle: withMovie(removeItem) },
  {
    method: 'GET',
    path: `${LIST}/item_status`,
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

/** The id is a string here, as in TMDB's own example, and a number where the list is created. */
function details(_call: RoutedCall, list: MediaList): Answer {
  const items = [...list.items.values()].map((media) => ({ ...media.summary, media_type: media.type }));
  return json(200, {
    created_by: list.owner.username,
    description: list.description,
    favorite_count: 0,
    id: String(list.id),
    items,
    item_count: items.length,
    iso_639_1: list.language,
    name: list.name,
    page: 1,
    poster_path: null,
    total_pages: 1,
    total_results: items.length,
  });
}

function addItem(list: MediaList, movie: Media): Answer {
  if (list.items.has(movie.key)) return failure(8);
  list.items.set(movie.key, movie);
  return done(12);
}

/** 21 comes with HTTP 200 and is not a success. */
function removeItem(list: MediaList, movie: Media): Answer {
  return list.items.delete(movie.key) ? done(13) : failure(21);
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

/** `readerOf` tells who asks; a private list is 401/39 for everybody but its owner. */
export function asReader(readerOf: (call: RoutedCall) => Account | undefined, handle: ListHandler): Handler {
  return withList((call, list) =>
    list.isPublic || list.owner === readerOf(call) ? handle(call, list) : failure(39),
  );
}

/** `asWriter` finds out who writes, or refuses. */
export function asOwner(asWriter: typeof asUser, handle: ListHandler): Handler {
  return asWriter((call, user) =>
    withList((again, list) => (list.owner === user ? handle(again, list) : failure(38)))(call),
  );
}

function withMovie(handle: (list: MediaList, movie: Media) => Answer): Handler {
  return asOwner(asUser, (call, list) => {
    const movie = findMovie(String(call.body.media_id));
    return movie ? handle(list, movie) : failure(34);
  });
}
