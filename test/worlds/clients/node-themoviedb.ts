import { createRequire } from 'node:module';
import { type Client, expectKept, type Method } from './play.ts';

type Group = Record<string, Method>;

interface Api {
  account: Group;
  authentication: Group;
  guestSession: Group;
  list: Group;
  movie: Group;
}

/**
 * Version 0.2.8 sends POST and DELETE to the path with its placeholders, `/movie/{movie_id}/rating`: TMDB answers
 * 404.
 */
export const nodeThemoviedb: Client = {
  name: 'node-themoviedb',
  async play({ does, fails, tmdb, folder }) {
    const MovieDB = createRequire(folder)(folder) as new (apiKey: string) => Api;
    const api = new MovieDB(tmdb.apiKey);
    const ask = (group: keyof Api, name: string, given: object) =>
      (api[group][name] as Method)(given).then(({ data }) => data as Record<string, unknown>);
    const call = (group: keyof Api, name: string, given: object = {}) =>
      does(`${group}.${name}`, () => ask(group, name, given));

    const { guest_session_id } = await call('authentication', 'createGuestSession');
    await call('guestSession', 'getRatedMovies', { pathParameters: { guest_session_id } });
    const { request_token } = await call('authentication', 'createRequestToken');
    const login = { username: 'sandra', password: 'sandbox', request_token };
    await call('authentication', 'createSessionWithLogin', { body: login });
    const { session_id } = await call('authentication', 'createSession', { body: { request_token } });
    const query = { session_id };
    await call('account', 'getDetails', { query });
    await call('account', 'markAsFavorite', {
      query,
      body: { media_type: 'movie', media_id: 550, favorite: true },
    });
    await call('account', 'addToWatchlist', {
      query,
      body: { media_type: 'tv', media_id: 1399, watchlist: true },
    });
    for (const name of ['getFavoriteMovies', 'getTVShowWatchlist', 'getRatedMovies', 'getCreatedList'])
      await call('account', name, { query, pathParameters: { account_id: 548 } });
    await call('movie', 'getAccountStates', { query, pathParameters: { movie_id: 550 } });
    const { list_id } = await call('list', 'createList', {
      query,
      body: { name: 'To see', description: '' },
    });
    const pathParameters = { list_id, movie_id: 550 };
    await call('list', 'getDetails', { pathParameters });
    await call('list', 'checkItemStatus', { pathParameters, query: { movie_id: 550 } });

    const body = { media_id: 550, value: 8 };
    const braces = 'it leaves the braces of the path as they are.';
    for (const [group, name] of [
      ['movie', 'rateMovie'],
      ['list', 'addMovie'],
      ['list', 'deleteList'],
    ] as const) {
      await fails(`${group}.${name}`, 404, braces, () => ask(group, name, { query, pathParameters, body }));
    }
    const { favorites, watchlist, ratings, lists } = tmdb.account();
    expectKept(
      'node-themoviedb',
      [favorites.length, watchlist.length, ratings.length, lists[0]?.items],
      [1, 1, 0, []],
    );
    await call('authentication', 'deleteSession', { body: { session_id } });
  },
};
