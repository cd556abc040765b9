/** The success of each route as TMDB answers it: HTTP status and fields. A route without a row here fails a test. */
import { CODE, EPISODE, type Fields, MOVIE, pageOf, SERIES } from './shape.ts';

export interface Success {
  /** The query, without `?`. */
  query?: string;
  body?: object;
  status: number;
  shape: Fields;
}

const ACCOUNT: Fields = {
  avatar: { gravatar: { hash: 'string' }, tmdb: { avatar_path: 'null' } },
  id: 'number',
  iso_639_1: 'string',
  iso_3166_1: 'string',
  name: 'string',
  include_adult: 'boolean',
  username: 'string',
};
const TOKEN: Fields = { success: 'boolean', expires_at: 'string', request_token: 'string' };
const SESSION: Fields = { success: 'boolean', session_id: 'string' };
const LOGIN = { username: 'sandra', password: 'sandbox', request_token: ':pending' };
const RATED: Fields = { value: 'number' };
const STATES: Fields = { id: 'number', favorite: 'boolean', rated: RATED, watchlist: 'boolean' };

const rated = (row: Fields): Success => ({
  status: 200,
  shape: pageOf({ ...row, rating: 'number' }),
});
const ratedV4 = (row: Fields): Success => ({
  status: 200,
  shape: pageOf({ ...row, account_rating: { created_at: 'string', value: 'number' } }),
});
const rows = (row: Fields): Success => ({ status: 200, shape: pageOf(row) });
const code = (status: number, body?: object): Success => ({ status, shape: CODE, ...(body && { body }) });
const items = (status: number): Success => ({
  status,
  body: { items: [{ media_type: 'movie', media_id: 550 }] },
  shape: {
    ...CODE,
    results: [{ media_type: 'string', media_id: 'number', success: 'boolean' }],
  },
});

const EPISODE_PATH = '/3/tv/:series_id/season/:season_number/episode/:episode_number';

export const SUCCESSES: Record<string, Success> = {
  'GET /3/authentication': { status: 200, shape: { success: 'boolean' } },
  'GET /3/authentication/token/new': { status: 200, shape: TOKEN },
  'POST /3/authentication/token/validate_with_login': { status: 200, body: LOGIN, shape: TOKEN },
  'GET /3/authentication/token/validate_with_login': {
    status: 200,
    query: new URLSearchParams(LOGIN).toString(),
    shape: TOKEN,
  },
  'POST /3/authentication/session/new': { status: 200, body: { request_token: ':approved' }, shape: SESSION },
  'GET /3/authentication/session/new': { status: 200, query: 'request_token=:approved', shape: SESSION },
  'POST /3/authentication/session/convert/4': {
    status: 200,
    body: { access_token: ':access_token' },
    shape: SESSION,
  },
  'DELETE /3/authentication/session': {
    status: 200,
    body: { session_id: ':session_id' },
    shape: { success: 'boolean' },
  },
  'GET /3/authentication/guest_session/new': {
    status: 200,
    shape: { success: 'boolean', guest_session_id: 'string', expires_at: 'string' },
  },
  'GET /3/account': { status: 200, shape: ACCOUNT },
  'GET /3/account/:account_id': { status: 200, shape: ACCOUNT },
  'POST /3/account/:account_id/favorite': code(201, { media_type: 'movie', media_id: 11, favorite: true }),
  'POST /3/account/:account_id/watchlist': code(201, { media_type: 'tv', media_id: 2001, watchlist: true }),
  'GET /3/account/:account_id/favorite/movies': rows(MOVIE),
  'GET /3/account/:account_id/favorite/tv': rows(SERIES),
  'GET /3/account/:account_id/watchlist/movies': rows(MOVIE),
  'GET /3/account/:account_id/watchlist/tv': rows(SERIES),
  'GET /3/account/:account_id/rated/movies': rated(MOVIE),
  'GET /3/account/:account_id/rated/tv': rated(SERIES),
  'GET /3/account/:account_id/rated/tv/episodes': rated(EPISODE),
  'GET /3/account/:account_id/lists': rows({
    description: 'string',
    favorite_count: 'number',
    id: 'number',
    item_count: 'number',
    iso_639_1: 'string',
    list_type: 'string',
    name: 'string',
    poster_path: 'null',
  }),
  'POST /3/list': {
    status: 201,
    body: { name: 'New', description: '', language: 'en' },
    shape: { ...CODE, list_id: 'number' },
  },
  'GET /3/list/:list_id': {
    status: 200,
    shape: {
      created_by: 'string',
      description: 'string',
      favorite_count: 'number',
      id: 'number',
      items: [{ ...MOVIE, media_type: 'string' }],
      item_count: 'number',
      iso_639_1: 'string',
      name: 'string',
      page: 'number',
      poster_path: 'null',
      total_pages: 'number',
      total_results: 'number',
    },
  },
  'DELETE /3/list/:list_id': code(500),
  'POST /3/list/:list_id/add_item': code(201, { media_id: 18 }),
  'POST /3/list/:list_id/remove_item': code(200, { media_id: 550 }),
  'POST /3/list/:list_id/clear': { ...code(201), query: 'confirm=true' },
  'GET /3/list/:list_id/item_status': {
    status: 200,
    query: 'movie_id=550',
    shape: { id: 'string', item_present: 'boolean' },
  },
  'POST /3/movie/:movie_id/rating': code(201, { value: 9 }),
  'DELETE /3/movie/:movie_id/rating': code(200),
  'GET /3/movie/:movie_id/account_states': { status: 200, shape: STATES },
  'POST /3/tv/:series_id/rating': code(201, { value: 9 }),
  'DELETE /3/tv/:series_id/rating': code(200),
  'GET /3/tv/:series_id/account_states': { status: 200, shape: STATES },
  [`POST ${EPISODE_PATH}/rating`]: code(201, { value: 9 }),
  [`DELETE ${EPISODE_PATH}/rating`]: code(200),
  [`GET ${EPISODE_PATH}/account_states`]: { status: 200, shape: { id: 'number', rated: RATED } },
  'GET /3/tv/:series_id/season/:season_number/account_states': {
    status: 200,
    shape: { id: 'number', results: [{ id: 'number', episode_number: 'number', rated: RATED }] },
  },
  'GET /3/guest_session/:guest_session_id/rated/movies': rated(MOVIE),
  'GET /3/guest_session/:guest_session_id/rated/tv': rated(SERIES),
  'GET /3/guest_session/:guest_session_id/rated/tv/episodes': rated(EPISODE),
  'GET /3/configuration': {
    status: 200,
    shape: {
      images: {
        base_url: 'string',
        secure_base_url: 'string',
        backdrop_sizes: ['string'],
        poster_sizes: ['string'],
      },
      change_keys: [],
    },
  },
  'GET /3/search/multi': {
    ...rows({ ...MOVIE, media_type: 'string' }),
    query: 'query=paper',
  },
  'GET /3/movie/:movie_id': { status: 200, shape: MOVIE },
  'GET /3/tv/:series_id': { status: 200, shape: SERIES },
  [`GET ${EPISODE_PATH}`]: { status: 200, shape: EPISODE },
  'POST /4/auth/request_token': {
    status: 200,
    body: {},
    shape: { ...CODE, request_token: 'string' },
  },
  'POST /4/auth/access_token': {
    status: 200,
    body: { request_token: ':approved_v4' },
    shape: { ...CODE, access_token: 'string', account_id: 'string' },
  },
  'DELETE /4/auth/access_token': code(200, { access_token: ':access_token' }),
  'GET /4/account/:account_object_id/lists': rows({
    account_object_id: 'string',
    adult: 'number',
    average_rating: 'number',
    backdrop_path: 'null',
    created_at: 'string',
    description: 'string',
    featured: 'number',
    id: 'number',
    iso_3166_1: 'string',
    iso_639_1: 'string',
    name: 'string',
    number_of_items: 'number',
    poster_path: 'null',
    public: 'number',
    revenue: 'number',
    runtime: 'string',
    sort_by: 'number',
    updated_at: 'string',
  }),
  'GET /4/account/:account_object_id/movie/favorites': rows(MOVIE),
  'GET /4/account/:account_object_id/movie/watchlist': rows(MOVIE),
  'GET /4/account/:account_object_id/movie/rated': ratedV4(MOVIE),
  'GET /4/account/:account_object_id/movie/recommendations': rows(MOVIE),
  'GET /4/account/:account_object_id/tv/favorites': rows(SERIES),
  'GET /4/account/:account_object_id/tv/watchlist': rows(SERIES),
  'GET /4/account/:account_object_id/tv/rated': ratedV4(SERIES),
  'GET /4/account/:account_object_id/tv/recommendations': rows(SERIES),
  'POST /4/list': {
    status: 201,
    body: { name: 'New', iso_639_1: 'en' },
    shape: { ...CODE, id: 'number' },
  },
  'GET /4/list/:list_id': {
    status: 200,
    shape: {
      average_rating: 'number',
      backdrop_path: 'null',
      comments: { 'movie:550': 'null' },
      created_by: {
        avatar_path: 'null',
        gravatar_hash: 'string',
        id: 'string',
        name: 'string',
        username: 'string',
      },
      description: 'string',
      id: 'number',
      iso_3166_1: 'string',
      iso_639_1: 'string',
      item_count: 'number',
      name: 'string',
      object_ids: { 'movie:550': 'string' },
      page: 'number',
      poster_path: 'null',
      public: 'boolean',
      results: [{ ...MOVIE, media_type: 'string' }],
      revenue: 'number',
      runtime: 'number',
      sort_by: 'string',
      total_pages: 'number',
      total_results: 'number',
    },
  },
  'PUT /4/list/:list_id': code(201, { name: 'Other' }),
  'DELETE /4/list/:list_id': code(200),
  'POST /4/list/:list_id/items': items(200),
  'PUT /4/list/:list_id/items': items(200),
  'DELETE /4/list/:list_id/items': items(200),
  'GET /4/list/:list_id/item_status': {
    status: 200,
    query: 'media_type=movie&media_id=550',
    shape: { ...CODE, id: 'number', media_type: 'string', media_id: 'number' },
  },
  'GET /4/list/:list_id/clear': {
    status: 200,
    shape: { ...CODE, id: 'number', items_deleted: 'number' },
  },
};
