import { describe, expect, it } from 'vitest';
import { DONE, FAILURES, sandboxForTest } from './helpers.ts';

const EPISODE = '/tv/1396/season/2/episode/13';

describe.each([
  ['a movie', '/movie/550', 'rated/movies', 'movie', 550],
  ['a series', '/tv/1399', 'rated/tv', 'tv', 1399],
  ['an episode', EPISODE, 'rated/tv/episodes', 'episode', 1396213],
])('rating %s', (_, path, list, media_type, media_id) => {
  it('answers 201/1 first, 201/12 when changed, 200/13 when deleted', async () => {
    const { sandbox, api, newSession } = await sandboxForTest();
    const session = await newSession();
    const first = await api(`POST ${path}/rating?session_id=${session}`, { value: 8.5 });
    expect([first.status, first.body]).toEqual([201, DONE[1]]);
    const changed = await api(`POST ${path}/rating?session_id=${session}`, { value: 0.5 });
    expect([changed.status, changed.body]).toEqual([201, DONE[12]]);
    expect(sandbox.account().ratings).toEqual([{ media_type, media_id, value: 0.5 }]);
    const rated = await api(`GET /account/548/${list}?session_id=${session}`);
    expect(rated.body.results).toMatchObject([{ id: media_id, rating: 0.5 }]);
    const gone = await api(`DELETE ${path}/rating?session_id=${session}`);
    expect([gone.status, gone.body]).toEqual([200, DONE[13]]);
    expect(sandbox.account().ratings).toEqual([]);
  });

  it('shows in account_states', async () => {
    const { api, newSession } = await sandboxForTest();
    const states = `GET ${path}/account_states?session_id=${await newSession()}`;
    const more = media_type === 'episode' ? {} : { favorite: false, watchlist: false };
    expect((await api(states)).body).toEqual({ id: media_id, rated: false, ...more });
    await api(states.replace('GET', 'POST').replace('account_states', 'rating'), { value: 10 });
    expect((await api(states)).body).toEqual({ id: media_id, rated: { value: 10 }, ...more });
  });

  it('needs a session', async () => {
    const { api } = await sandboxForTest();
    for (const query of ['', '?session_id=', `?session_id=${'0'.repeat(40)}`, '?guest_session_id=']) {
      const reply = await api(`POST ${path}/rating${query}`, { value: 8 });
      expect([reply.status, reply.body]).toEqual([401, FAILURES[3]]);
    }
  });
});

it.each([[0], [0.4], [10.5], [11], [-1], [7.3], ['8'], [null], [undefined]])(
  'a rating with the value %j is rejected with 400/18',
  async (value) => {
    const { sandbox, api, newSession } = await sandboxForTest();
    const reply = await api(`POST /movie/550/rating?session_id=${await newSession()}`, { value });
    expect([reply.status, reply.body]).toEqual([400, FAILURES[18]]);
    expect(sandbox.account().ratings).toEqual([]);
  },
);

it.each([['/movie/1399'], ['/tv/550'], ['/tv/1399/season/1/episode/9'], ['/movie/x']])(
  'a rating of the unknown title %s is rejected with 404/34',
  async (path) => {
    const { api, newSession } = await sandboxForTest();
    const session = await newSession();
    const reply = await api(`POST ${path}/rating?session_id=${session}`, { value: 8 });
    expect([reply.status, reply.body]).toEqual([404, FAILURES[34]]);
    expect((await api(`GET ${path}/account_states?session_id=${session}`)).status).toBe(404);
  },
);

it('a rated list has 20 titles on a page, newest first on request', async () => {
  const { api, newGuest } = await sandboxForTest();
  const guest = await newGuest();
  for (let number = 1; number <= 13; number += 1) {
    for (const season of [1, 2]) {
      await api(`POST /tv/1396/season/${season}/episode/${number}/rating?guest_session_id=${guest}`, {
        value: 5,
      });
    }
  }
  const rated = async (query: string) =>
    (await api(`GET /guest_session/${guest}/rated/tv/episodes${query}`)).body;
  const [first, second, newest] = [
    await rated(''),
    await rated('?page=2'),
    await rated('?sort_by=created_at.desc'),
  ];
  expect([first.page, first.results.length, first.total_pages, first.total_results]).toEqual([1, 20, 2, 26]);
  expect([second.page, second.results.length, second.total_pages, second.total_results]).toEqual([
    2, 6, 2, 26,
  ]);
  expect(new Set([...first.results, ...second.results].map(({ id }) => id)).size).toBe(26);
  expect(newest.results[0]).toEqual(second.results[5]);
  expect((await rated('?page=3')).results).toEqual([]);
  for (const page of ['0', '501', 'two', '1.5', '']) {
    const reply = await api(`GET /guest_session/${guest}/rated/tv/episodes?page=${page}`);
    expect([page, reply.status, reply.body.status_code]).toEqual([page, 400, 22]);
  }
});

describe('the sandbox’s catalogue', () => {
  it('has invented movies and series, and nothing else', async () => {
    const { api } = await sandboxForTest();
    expect((await api('GET /movie/550')).body).toMatchObject({
      id: 550,
      title: 'Paper Lions',
      poster_path: null,
    });
    expect((await api('GET /tv/1399')).body).toMatchObject({ id: 1399, name: 'The Tidewardens' });
    const episode = await api('GET /tv/1399/season/1/episode/8');
    expect(episode.body).toMatchObject({ show_id: 1399, season_number: 1, episode_number: 8 });
    for (const path of ['/movie/551', '/tv/1', '/movie/popular', '/tv/1399/season/1/episode/9']) {
      const reply = await api(`GET ${path}`);
      expect([path, reply.status, reply.body]).toEqual([path, 404, FAILURES[34]]);
    }
  });

  it('has a configuration that points at the sandbox', async () => {
    const { sandbox, api } = await sandboxForTest();
    const { images } = (await api('GET /configuration')).body;
    expect(images.secure_base_url).toBe(`${sandbox.url}/t/p/`);
    expect(images.poster_sizes).toContain('original');
  });
});

describe('account_states of a season', () => {
  it('lists every episode, rated or not', async () => {
    const { api, newSession } = await sandboxForTest();
    const query = `session_id=${await newSession()}`;
    await api(`POST /tv/1399/season/1/episode/2/rating?${query}`, { value: 7 });
    const { results } = (await api(`GET /tv/1399/season/1/account_states?${query}`)).body;
    expect(results).toHaveLength(8);
    expect(results.slice(0, 2)).toEqual([
      { id: 1399101, episode_number: 1, rated: false },
      { id: 1399102, episode_number: 2, rated: { value: 7 } },
    ]);
    expect((await api(`GET /tv/1399/season/2/account_states?${query}`)).body).toEqual(FAILURES[34]);
    expect((await api('GET /tv/1399/season/1/account_states')).body).toEqual(FAILURES[3]);
  });
});

describe('append_to_response=account_states', () => {
  it.each([
    ['/movie/550', { favorite: false, rated: { value: 8 }, watchlist: false }],
    ['/tv/1399', { favorite: false, rated: { value: 8 }, watchlist: false }],
    [EPISODE, { rated: { value: 8 } }],
  ])('adds the states of %s without an id, for a session only', async (path, states) => {
    const { api, newSession, newGuest } = await sandboxForTest();
    const [session, guest] = [`session_id=${await newSession()}`, `guest_session_id=${await newGuest()}`];
    await api(`POST ${path}/rating?${session}`, { value: 8 });
    const appended = async (query: string) =>
      (await api(`GET ${path}?append_to_response=videos,account_states&${query}`)).body.account_states;
    expect(await appended(session)).toEqual(states);
    for (const query of ['', guest, `session_id=${'0'.repeat(40)}`])
      expect(await appended(query)).toBeUndefined();
    expect((await api(`GET ${path}?${session}`)).body).not.toHaveProperty('account_states');
  });
});
