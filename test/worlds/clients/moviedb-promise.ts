import { createRequire } from 'node:module';
import { withSession } from '../../../src/client/unsafe/index.ts';
import { createTmdbAuth } from '../../../src/index.ts';
import { settingsFor } from '../../support/settings.ts';
import { type Client, expectKept, type Method, type Play } from './play.ts';

interface Api {
  [method: string]: Method;
}

type MovieDb = new (key: string, url: string) => Api & { sessionId?: string };

/** The library puts its key and session into the body of every POST and DELETE. */
export const moviedbPromise: Client = {
  name: 'moviedb-promise',
  async play(world) {
    const { does, fails, tmdb, folder } = world;
    const { MovieDb } = createRequire(folder)(folder) as { MovieDb: MovieDb };
    const api = new MovieDb(tmdb.apiKey, `${tmdb.baseURL}/3/`);
    const call = (name: string, given?: object) => does(name, () => (api[name] as Method).call(api, given));

    const { request_token } = await call('requestToken');
    tmdb.approve(String(request_token));
    await call('retrieveSession');
    await call('accountInfo');
    await call('accountFavoriteUpdate', { media_type: 'movie', media_id: 550, favorite: true });
    await call('accountWatchlistUpdate', { media_type: 'tv', media_id: 1396, watchlist: true });
    await call('movieRatingUpdate', { id: 550, value: 8 });
    await call('tvRatingUpdate', { id: 1396, value: 7 });
    const episode = { id: 1396, season_number: 1, episode_number: 2 };
    await call('episodeRatingUpdate', { ...episode, value: 6 });
    await call('movieAccountStates', { id: 550 });
    await call('seasonAccountStates', { id: 1396, season_number: 1 });
    await call('episodeRatingDelete', episode);
    for (const name of ['accountFavoriteMovies', 'accountTvWatchlist', 'accountRatedMovies', 'accountLists'])
      await call(name);
    const { list_id: id } = await call('createList', { name: 'To see', description: '', language: 'en' });
    for (const media_id of [550, 11]) await call('createListItem', { id, media_id });
    await call('removeListItem', { id, media_id: 11 });
    await call('listInfo', { id });
    await call('listStatus', { id, movie_id: 550 });
    expectKept('moviedb-promise', tmdb.account(), {
      favorites: [{ media_type: 'movie', media_id: 550 }],
      watchlist: [{ media_type: 'tv', media_id: 1396 }],
      ratings: [
        { media_type: 'movie', media_id: 550, value: 8 },
        { media_type: 'tv', media_id: 1396, value: 7 },
      ],
      lists: [{ id, name: 'To see', description: '', public: true, items: [550] }],
    });
    await call('clearList', { id, confirm: true });
    const why = 'TMDB has deleted the list all the same.';
    await fails('deleteList', 500, why, () => (api.deleteList as Method).call(api, { id }));
    expectKept('moviedb-promise', tmdb.account().lists, []);
    for (const name of ['movieRatingDelete', 'tvRatingDelete'])
      await call(name, { id: name.startsWith('movie') ? 550 : 1396 });
    await call('accountFavoriteUpdate', { media_type: 'movie', media_id: 550, favorite: false });
    await call('accountWatchlistUpdate', { media_type: 'tv', media_id: 1396, watchlist: false });
    await playSideBySide(world, MovieDb);
  },
};

/** An app that has stored the library's session hands it to our client, which lends it back to the library. */
async function playSideBySide({ does, fails, tmdb }: Play, MovieDb: MovieDb): Promise<void> {
  const newApi = () => new MovieDb(tmdb.apiKey, `${tmdb.baseURL}/3/`);
  const old = newApi();
  const ask = (name: string) => (old[name] as Method).call(old);
  const { request_token } = await does('requestToken', () => ask('requestToken'));
  tmdb.approve(String(request_token));
  const stored = String(await does('retrieveSession', () => ask('retrieveSession')));

  using auth = createTmdbAuth(settingsFor(tmdb));
  await auth.adoptSession({ sessionId: stored });
  const inAccount = (name: string, given?: object) =>
    withSession(auth, ({ sessionId }) => {
      const api = newApi();
      api.sessionId = sessionId;
      return (api[name] as Method).call(api, given);
    });
  const favorite = { media_type: 'movie', media_id: 550, favorite: true };
  await does('accountFavoriteUpdate, with the session lent', () =>
    inAccount('accountFavoriteUpdate', favorite),
  );
  await does('accountFavoriteMovies, with the session lent', () => inAccount('accountFavoriteMovies'));
  expectKept('moviedb-promise', tmdb.account().favorites, [{ media_type: 'movie', media_id: 550 }]);

  await auth.logout();
  const why = 'The sign-out here has ended the session at TMDB.';
  await fails('accountInfo', 401, why, () => ask('accountInfo'));
  const refused = await inAccount('accountInfo').catch((error: { code?: string }) => error.code);
  expectKept('moviedb-promise', refused, 'session_invalid');
}
