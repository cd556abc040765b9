import { pathToFileURL } from 'node:url';
import type { Sandbox } from '../../../src/tools/sandbox/index.ts';
import { type Client, expectKept, type Method, type Play } from './play.ts';

type Group = Record<string, Method>;

interface Api {
  account: Group;
  authentication: Group;
  lists: Group;
  v4: { auth: Group; lists: Group };
}

type Make = (accessToken: string) => Api;

const FILM = { media_type: 'movie', media_id: 550 };
const OTHER = { media_type: 'tv', media_id: 1399 };

/** Creates clients for v3 and v4. */
export const lorenzopant: Client = {
  name: '@lorenzopant/tmdb',
  async play(world) {
    const main = pathToFileURL(`${world.folder}/dist/index.mjs`).href;
    const { TMDB } = (await import(main)) as { TMDB: new (accessToken: string) => Api };
    const make: Make = (accessToken) => new TMDB(accessToken);
    await playV3(world, make(world.tmdb.accessToken));
    await playV4(world, make);
    world.lacks('It has no method that rates, and none for what a v4 account holds.');
  },
};

const caller =
  ({ does }: Play, group: Group, words: string) =>
  (name: string, ...given: unknown[]) =>
    does(`${words}.${name}`, () => (group[name] as Method).apply(group, given));

async function playV3(world: Play, api: Api): Promise<void> {
  const { tmdb, fails } = world;
  const authentication = caller(world, api.authentication, 'authentication');
  const account = caller(world, api.account, 'account');
  const lists = caller(world, api.lists, 'lists');

  await authentication('validate_key');
  await authentication('create_guest_session');
  const { request_token } = await authentication('create_request_token');
  tmdb.approve(String(request_token));
  const { session_id } = await authentication('create_session', { request_token });
  const mine = { account_id: 548, session_id };
  await account('details', mine);
  await account('add_favorite', mine, { ...FILM, favorite: true });
  await account('add_to_watchlist', mine, { ...OTHER, watchlist: true });
  for (const name of ['favorite_movies', 'watchlist_tv', 'rated_movies', 'rated_tv_episodes', 'lists'])
    await account(name, mine);

  const { list_id } = await lists('create', { session_id }, { name: 'v3', description: '', language: 'en' });
  const list = { list_id, session_id };
  for (const media_id of [550, 11]) await lists('add_movie', list, { media_id });
  await lists('remove_movie', list, { media_id: 11 });
  await lists('details', { list_id });
  await lists('check_item_status', { list_id, movie_id: 550 });
  expectLeft(tmdb, [{ id: list_id, name: 'v3', description: '', public: true, items: [550] }]);
  await lists('clear', { ...list, confirm: true });
  const why = 'TMDB has deleted the list all the same.';
  await fails('lists.delete', 500, why, () => (api.lists.delete as Method).call(api.lists, list));
  expectLeft(tmdb, []);
  await account('add_favorite', mine, { ...FILM, favorite: false });
  await account('add_to_watchlist', mine, { ...OTHER, watchlist: false });
  await authentication('delete_session', { session_id });
}

async function playV4(world: Play, make: Make): Promise<void> {
  const { tmdb, does, lacks } = world;
  const { auth } = make(tmdb.accessToken).v4;
  const authV4 = caller(world, auth, 'v4.auth');
  const { request_token } = await authV4('create_request_token', {});
  tmdb.approve(String(request_token));
  const { access_token } = await authV4('create_access_token', { request_token });
  const { v4 } = make(String(access_token));
  const lists = caller(world, v4.lists, 'v4.lists');

  const { id } = await lists('create', { name: 'v4', iso_639_1: 'en', public: false });
  await lists('add_items', id, { items: [FILM, OTHER] });
  await lists('update', { list_id: id, name: 'Seen' });
  await lists('update_items', id, { items: [{ ...FILM, comment: 'twice' }] });
  await lists('item_status', { list_id: id, ...FILM });
  await lists('remove_items', id, { items: [OTHER] });
  const { comments } = await lists('details', { list_id: id });
  expectKept('@lorenzopant/tmdb', comments, { 'movie:550': 'twice' });
  expectLeft(tmdb, [{ id, name: 'Seen', description: '', public: true, items: [550] }]);
  const visitor = make(tmdb.accessToken).v4.lists;
  await does('v4.lists.details of a visitor', () =>
    (visitor.details as Method).call(visitor, { list_id: id }),
  );
  lacks('v4.lists.create takes `public: false`, which TMDB ignores: a visitor has read the list.');
  await lists('clear', id);
  await lists('delete', { list_id: id });
  expectLeft(tmdb, []);
  await authV4('delete_access_token', { access_token });
}

const expectLeft = (tmdb: Sandbox, lists: unknown) =>
  expectKept('@lorenzopant/tmdb', tmdb.account().lists, lists);
