import { describe, expect, it } from 'vitest';
import { DONE, FAILURES, START, sandboxForTest } from './helpers.ts';

const users = [
  { username: 'sandra', password: 'x', name: 'Sandra Box' },
  { username: 'otto', password: 'x' },
];

async function withUsers() {
  const all = await sandboxForTest({ users });
  const [sandra, otto] = [await all.newUserToken('sandra'), await all.newUserToken('otto')];
  const as =
    ({ headers }: { headers: Record<string, string> }) =>
    (call: string, body?: unknown) =>
      all.api4(call, body, headers);
  return { ...all, sandra, otto, bySandra: as(sandra), byOtto: as(otto) };
}

const KINDS = [
  'lists',
  ...['rated', 'favorites', 'watchlist', 'recommendations'].flatMap((name) => [
    `movie/${name}`,
    `tv/${name}`,
  ]),
];

describe('GET /4/account', () => {
  it('shows ratings and marks that were made with a v3 session', async () => {
    const { api, sandra, byOtto, bySandra, otto } = await withUsers();
    const { session_id } = (
      await api('POST /authentication/session/convert/4', { access_token: sandra.token })
    ).body;
    const keep = (call: string, body: object) => api(`POST ${call}?session_id=${session_id}`, body);
    await keep('/movie/550/rating', { value: 8.5 });
    await keep('/tv/1399/rating', { value: 3 });
    await keep('/account/548/favorite', { media_type: 'movie', media_id: 18, favorite: true });
    await keep('/account/548/favorite', { media_type: 'tv', media_id: 1396, favorite: true });
    await keep('/account/548/watchlist', { media_type: 'movie', media_id: 603, watchlist: true });
    const created_at = new Date(START).toISOString();
    const expected = {
      lists: [],
      'movie/rated': [{ id: 550, title: 'Paper Lions', account_rating: { created_at, value: 8.5 } }],
      'tv/rated': [{ id: 1399, account_rating: { created_at, value: 3 } }],
      'movie/favorites': [{ id: 18 }],
      'tv/favorites': [{ id: 1396 }],
      'movie/watchlist': [{ id: 603 }],
      'tv/watchlist': [],
      'tv/recommendations': [{ id: 2001 }],
    };
    for (const [kind, results] of Object.entries(expected)) {
      const reply = await bySandra(`GET /account/${sandra.accountId}/${kind}`);
      const total_results = results.length;
      expect([kind, reply.status]).toEqual([kind, 200]);
      expect(reply.body).toMatchObject({ page: 1, results, total_pages: 1, total_results });
      expect(reply.body.results).toHaveLength(total_results);
      expect((await byOtto(`GET /account/${otto.accountId}/${kind}`)).body.results).toEqual([]);
    }
    expect((await bySandra(`GET /account/${sandra.accountId}/movie/rated?page=2`)).body.results).toEqual([]);
  });

  it.each(KINDS)('answers 401/3 to %s of another account, and to the read token', async (kind) => {
    const { api4, sandra, byOtto } = await withUsers();
    for (const reply of [
      await byOtto(`GET /account/${sandra.accountId}/${kind}`),
      await api4(`GET /account/${sandra.accountId}/${kind}`),
      await byOtto(`GET /account/549/${kind}`),
    ]) {
      expect([reply.status, reply.body]).toEqual([401, FAILURES[3]]);
    }
  });

  it('returns the key’s owner for the read token', async () => {
    const object_id = 'e'.repeat(24);
    const { api4 } = await sandboxForTest({ owner: { username: 'olga', object_id } });
    expect((await api4(`GET /account/${object_id}/lists`)).body.results).toEqual([]);
  });
});

describe('a v4 list', () => {
  async function withList(more: object = {}) {
    const all = await withUsers();
    const created = await all.bySandra('POST /list', {
      name: 'Rainy days',
      iso_639_1: 'en',
      description: 'Indoors',
      ...more,
    });
    return { ...all, created, id: created.body.id as number };
  }

  it('is created with 201/1 and its id, public unless `public` is the number 0', async () => {
    const { created, id, bySandra, byOtto, sandra, otto } = await withList();
    expect([created.status, created.body]).toEqual([201, { ...DONE[1], id: expect.any(Number) }]);
    const secret = (await bySandra('POST /list', { name: 'Mine', iso_639_1: 'de', public: 0 })).body.id;
    expect((await bySandra(`GET /account/${sandra.accountId}/lists`)).body.results).toMatchObject([
      { id: secret, name: 'Mine', description: '', iso_639_1: 'de', public: 0 },
      { id, name: 'Rainy days', description: 'Indoors', iso_639_1: 'en', public: 1 },
    ]);
    expect((await byOtto(`GET /account/${otto.accountId}/lists`)).body.results).toEqual([]);
  });

  it('needs a name and a language', async () => {
    const { sandbox, bySandra } = await withUsers();
    for (const body of [{ name: 'x' }, { iso_639_1: 'en' }, undefined]) {
      const reply = await bySandra('POST /list', body);
      expect([reply.status, reply.body.status_code]).toEqual([422, 5]);
    }
    expect(sandbox.account().lists).toEqual([]);
  });

  it('takes movies and series, with an answer for each item', async () => {
    const { sandbox, id, bySandra, api, api4, sandra } = await withList();
    const add = (items: unknown) => bySandra(`POST /list/${id}/items`, { items });
    const movie = { media_type: 'movie', media_id: 18 };
    const series = { media_type: 'tv', media_id: 1399 };
    const unknown = { media_type: 'movie', media_id: 999 };
    const { status, body } = await add([movie, series, movie, unknown]);
    expect([status, body]).toEqual([
      200,
      {
        ...DONE[1],
        results: [
          { ...movie, success: true },
          { ...series, success: true },
          { ...movie, success: false },
          { ...unknown, success: false },
        ],
      },
    ]);
    for (const item of [
      null,
      'x',
      { media_type: 'person', media_id: 1396 },
      { media_type: 'constructor', media_id: 1396 },
    ]) {
      expect((await add([item])).body.results).toMatchObject([{ success: false }]);
    }
    expect((await add('x')).body.status_code).toBe(5);
    expect((await api4(`GET /list/${id}`)).body).toEqual({
      average_rating: 7.75,
      backdrop_path: null,
      comments: { 'movie:18': null, 'tv:1399': null },
      created_by: {
        avatar_path: null,
        gravatar_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
        id: sandra.accountId,
        name: 'Sandra Box',
        username: 'sandra',
      },
      description: 'Indoors',
      id,
      iso_3166_1: 'US',
      iso_639_1: 'en',
      item_count: 2,
      name: 'Rainy days',
      object_ids: { 'movie:18': expect.any(String), 'tv:1399': expect.any(String) },
      page: 1,
      poster_path: null,
      public: true,
      results: [
        expect.objectContaining({ id: 18, media_type: 'movie' }),
        expect.objectContaining({ id: 1399, media_type: 'tv' }),
      ],
      revenue: 0,
      runtime: 200,
      sort_by: 'original_order.asc',
      total_pages: 1,
      total_results: 2,
    });
    expect((await api(`GET /list/${id}`)).body).toMatchObject({
      item_count: 2,
      items: [{ id: 18 }, { id: 1399 }],
    });
    expect(sandbox.account().lists).toMatchObject([{ id, items: [18, 1399] }]);
  });

  it('is written by its owner only: the read token gets 401/36, another user 401/38', async () => {
    const { sandbox, id, byOtto, api4, bySandra } = await withList();
    const body = { items: [{ media_type: 'movie', media_id: 18 }] };
    for (const call of [`POST /list/${id}/items`, `DELETE /list/${id}`]) {
      const app = await api4(call, body);
      expect([call, app.status, app.body]).toEqual([call, 401, FAILURES[36]]);
      const other = await byOtto(call, body);
      expect([call, other.status, other.body]).toEqual([call, 401, FAILURES[38]]);
    }
    expect((await api4('POST /list', { name: 'x', iso_639_1: 'en' })).body).toEqual(FAILURES[36]);
    expect(sandbox.account().lists).toMatchObject([{ id, items: [] }]);
    const gone = await bySandra(`DELETE /list/${id}`);
    expect([gone.status, gone.body]).toEqual([200, DONE[13]]);
    expect((await api4(`GET /list/${id}`)).body).toEqual(FAILURES[34]);
    expect((await bySandra(`DELETE /list/${id}`)).body).toEqual(FAILURES[34]);
  });

  it('is read by its owner only when private, also with v3', async () => {
    const { id, bySandra, byOtto, api, api4, newSession } = await withList({ public: 0 });
    const own = await bySandra(`GET /list/${id}`);
    expect([own.status, own.body.public]).toEqual([200, false]);
    const [theirs, mine] = [await newSession('otto'), await newSession('sandra')];
    for (const reply of [
      await byOtto(`GET /list/${id}`),
      await api4(`GET /list/${id}`),
      await api(`GET /list/${id}`),
      await api(`GET /list/${id}?session_id=${theirs}`),
      await api(`GET /list/${id}/item_status?movie_id=18`),
    ]) {
      expect([reply.status, reply.body]).toEqual([401, FAILURES[39]]);
    }
    expect((await api(`GET /list/${id}?session_id=${mine}`)).status).toBe(200);
  });
});
