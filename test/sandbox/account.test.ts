import { describe, expect, it } from 'vitest';
import { DONE, FAILURES, sandboxForTest } from './helpers.ts';

const users = [
  { username: 'sandra', password: 'sandbox', name: 'Sandra Box', iso_3166_1: 'CA' },
  { username: 'otto', password: 'x' },
];

const details = (id: number, username: string, more: object = {}) => ({
  avatar: { gravatar: { hash: expect.stringMatching(/^[0-9a-f]{32}$/) }, tmdb: { avatar_path: null } },
  id,
  iso_639_1: 'en',
  iso_3166_1: 'US',
  name: '',
  include_adult: false,
  username,
  ...more,
});

describe('GET /3/account', () => {
  it('returns the account of the session, whatever id the path names', async () => {
    const { api, newSession } = await sandboxForTest({ users });
    const [first, second] = [await newSession(), await newSession('otto')];
    const sandra = details(548, 'sandra', { name: 'Sandra Box', iso_3166_1: 'CA' });
    expect((await api(`GET /account?session_id=${first}`)).body).toEqual(sandra);
    expect((await api(`GET /account/12?session_id=${first}`)).body).toEqual(sandra);
    expect((await api(`GET /account?session_id=${second}`)).body).toEqual(details(549, 'otto'));
  });

  it('returns the key’s owner for the Bearer token without a session, which proves no login', async () => {
    const { sandbox, api } = await sandboxForTest({ users });
    for (const path of ['/account', '/account/548', '/account?session_id=']) {
      const reply = await api(`GET ${path}`);
      expect([reply.status, reply.body]).toEqual([200, details(1, 'keyowner')]);
    }
    const byKey = await api(`GET /account?api_key=${sandbox.apiKey}`, undefined, {});
    expect([byKey.status, byKey.body]).toEqual([401, FAILURES[3]]);
  });

  it('answers 401/3 for an unknown session, even with the Bearer token', async () => {
    const { api } = await sandboxForTest();
    const reply = await api(`GET /account?session_id=${'0'.repeat(40)}`);
    expect([reply.status, reply.body]).toEqual([401, FAILURES[3]]);
  });
});

describe.each([
  ['favorite', 'favorites'],
  ['watchlist', 'watchlist'],
] as const)('POST /3/account/548/%s', (name, kept) => {
  const path = `/account/548/${name}`;

  it('adds with 201/1, again with 201/12, removes with 200/13, and shows in the list', async () => {
    const { sandbox, api, newSession } = await sandboxForTest({ users });
    const session = await newSession();
    const mark = (media_type: string, media_id: number, wanted: unknown) =>
      api(`POST ${path}?session_id=${session}`, { media_type, media_id, [name]: wanted });
    const added = await mark('movie', 550, true);
    expect([added.status, added.body]).toEqual([201, DONE[1]]);
    const again = await mark('movie', 550, true);
    expect([again.status, again.body]).toEqual([201, DONE[12]]);
    await mark('tv', 1399, true);
    expect(sandbox.account()[kept]).toEqual([
      { media_type: 'movie', media_id: 550 },
      { media_type: 'tv', media_id: 1399 },
    ]);
    expect((await api(`GET ${path}/movies?session_id=${session}`)).body).toMatchObject({
      page: 1,
      results: [{ id: 550, title: 'Paper Lions' }],
      total_pages: 1,
      total_results: 1,
    });
    expect((await api(`GET ${path}/tv?session_id=${session}`)).body.results).toMatchObject([{ id: 1399 }]);
    expect((await api(`GET /movie/550/account_states?session_id=${session}`)).body[name]).toBe(true);
    const removed = await mark('movie', 550, false);
    expect([removed.status, removed.body]).toEqual([200, DONE[13]]);
    expect(sandbox.account()[kept]).toEqual([{ media_type: 'tv', media_id: 1399 }]);
    expect(sandbox.account('otto')[kept]).toEqual([]);
  });

  it('rejects invalid and unknown titles', async () => {
    const { api, newSession } = await sandboxForTest();
    const session = await newSession();
    const status = async (body: object) =>
      (await api(`POST ${path}?session_id=${session}`, body)).body.status_code;
    expect(await status({ media_type: 'movie', media_id: 550 })).toBe(5);
    expect(await status({ media_type: 'person', media_id: 550, [name]: true })).toBe(5);
    expect(await status({ media_type: 'movie', media_id: 1, [name]: true })).toBe(34);
    expect((await api(`POST ${path}`, { media_type: 'movie', media_id: 550, [name]: true })).body).toEqual(
      FAILURES[3],
    );
    expect((await api(`GET ${path}/movies`)).body).toEqual(FAILURES[3]);
  });
});

describe('a v3 list', () => {
  async function withList() {
    const all = await sandboxForTest({ users });
    const session = await all.newSession();
    const created = await all.api(`POST /list?session_id=${session}`, {
      name: 'Rainy days',
      description: 'Indoors',
    });
    return { ...all, session, created, id: created.body.list_id as number };
  }

  it('is created with 201/1 and its id', async () => {
    const { created, id, api, session } = await withList();
    expect([created.status, created.body]).toEqual([
      201,
      {
        success: true,
        status_code: 1,
        status_message: 'The item/record was created successfully.',
        list_id: expect.any(Number),
      },
    ]);
    expect((await api(`GET /account/548/lists?session_id=${session}`)).body).toEqual({
      page: 1,
      results: [
        {
          description: 'Indoors',
          favorite_count: 0,
          id,
          item_count: 0,
          iso_639_1: 'en',
          list_type: 'movie',
          name: 'Rainy days',
          poster_path: null,
        },
      ],
      total_pages: 1,
      total_results: 1,
    });
  });

  it('takes a movie once, is public, and loses the movie once', async () => {
    const { sandbox, api, session, id } = await withList();
    const item = (what: string, media_id: number) =>
      api(`POST /list/${id}/${what}?session_id=${session}`, { media_id });
    const added = await item('add_item', 18);
    expect([added.status, added.body]).toEqual([201, DONE[12]]);
    const twice = await item('add_item', 18);
    expect([twice.status, twice.body.status_code, twice.body.success]).toEqual([403, 8, false]);
    expect((await item('add_item', 999)).status).toBe(404);
    expect((await api(`GET /list/${id}`)).body).toMatchObject({
      created_by: 'sandra',
      id,
      item_count: 1,
      items: [{ id: 18, media_type: 'movie' }],
    });
    const present = async (movie: number) =>
      (await api(`GET /list/${id}/item_status?movie_id=${movie}`)).body;
    expect(await present(18)).toEqual({ id: String(id), item_present: true });
    expect(await present(11)).toEqual({ id: String(id), item_present: false });
    expect(sandbox.account().lists).toEqual([
      { id, name: 'Rainy days', description: 'Indoors', public: true, items: [18] },
    ]);
    const removed = await item('remove_item', 18);
    expect([removed.status, removed.body]).toEqual([200, DONE[13]]);
    const absent = await item('remove_item', 18);
    expect([absent.status, absent.body.status_code, absent.body.success]).toEqual([200, 21, false]);
  });

  it('can be changed by its owner only', async () => {
    const { sandbox, api, newSession, id } = await withList();
    const otto = await newSession('otto');
    for (const call of [`POST /list/${id}/add_item`, `POST /list/${id}/remove_item`, `DELETE /list/${id}`]) {
      const ofOther = await api(`${call}?session_id=${otto}`, { media_id: 18 });
      expect([call, ofOther.status, ofOther.body.status_code]).toEqual([call, 401, 38]);
      expect((await api(call, { media_id: 18 })).body).toEqual(FAILURES[3]);
    }
    expect((await api(`GET /account/548/lists?session_id=${otto}`)).body.results).toEqual([]);
    expect(sandbox.account().lists).toMatchObject([{ id, items: [] }]);
    expect(sandbox.account('otto').lists).toEqual([]);
  });

  it('is deleted although the answer is 500/11, and its id is not used again', async () => {
    const { sandbox, api, session, id } = await withList();
    const gone = await api(`DELETE /list/${id}?session_id=${session}`);
    expect([gone.status, gone.body.status_code, gone.body.success]).toEqual([500, 11, false]);
    expect(sandbox.account().lists).toEqual([]);
    expect((await api(`GET /list/${id}`)).body).toEqual(FAILURES[34]);
    const next = await api(`POST /list?session_id=${session}`, { name: 'Next' });
    expect(next.body.list_id).not.toBe(id);
  });

  it('needs a name', async () => {
    const { sandbox, api, session } = await withList();
    const reply = await api(`POST /list?session_id=${session}`, { description: 'no name' });
    expect([reply.status, reply.body.status_code]).toEqual([422, 5]);
    expect(sandbox.account().lists).toHaveLength(1);
  });
});

it('account() throws for an unknown user', async () => {
  const { sandbox } = await sandboxForTest();
  expect(() => sandbox.account('otto')).toThrow('no user otto');
});
