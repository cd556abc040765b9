import { expect, it } from 'vitest';
import { DONE, FAILURES, sandboxForTest } from './helpers.ts';

const FILM = { media_type: 'movie', media_id: 550 };
const OTHER = { media_type: 'movie', media_id: 11 };
const SERIES = { media_type: 'tv', media_id: 1399 };

/** A list of sandra’s with a film and a series. */
async function withList() {
  const all = await sandboxForTest({
    users: [
      { username: 'sandra', password: 'x' },
      { username: 'otto', password: 'x' },
    ],
  });
  const [sandra, otto] = [await all.newUserToken('sandra'), await all.newUserToken('otto')];
  const bySandra = (call: string, body?: unknown) => all.api4(call, body, sandra.headers);
  const { id } = (await bySandra('POST /list', { name: 'List', iso_639_1: 'en', description: 'Old' })).body;
  await bySandra(`POST /list/${id}/items`, { items: [FILM, SERIES] });
  const details = async () => (await bySandra(`GET /list/${id}`)).body;
  return { ...all, sandra, otto, bySandra, id, details };
}

it('a v4 list changes only the fields that PUT names, with booleans and numbers alike', async () => {
  const { sandbox, bySandra, id, details } = await withList();
  const put = async (body: object) => {
    const reply = await bySandra(`PUT /list/${id}`, body);
    expect([reply.status, reply.body]).toEqual([201, DONE[12]]);
    return details();
  };
  expect(await put({ name: 'New' })).toMatchObject({ name: 'New', description: 'Old', public: true });
  expect(await put({ description: '' })).toMatchObject({ name: 'New', description: '', public: true });
  expect(await put({ public: false })).toMatchObject({ public: false });
  expect(sandbox.account().lists).toMatchObject([{ public: false }]);
  expect(await put({ public: true })).toMatchObject({ public: true });
  expect(await put({ public: 0 })).toMatchObject({ public: false });
  expect(await put({ description: 'Newer' })).toMatchObject({ public: false });
  expect(await put({ public: 1, sort_by: 'nonsense' })).toMatchObject({
    public: true,
    sort_by: 'original_order.asc',
  });
});

it.each([
  ['original_order.desc', [11, 1399, 550]],
  ['vote_average.asc', [11, 550, 1399]],
  ['vote_average.desc', [1399, 550, 11]],
  ['primary_release_date.asc', [11, 550, 1399]],
  ['title.asc', [550, 11, 1399]],
])(
  'a list shows its items by %s in v4 and in v3, and its order as a number among the lists',
  async (sort_by, ids) => {
    const { bySandra, api, id, details, sandra } = await withList();
    await bySandra(`POST /list/${id}/items`, { items: [OTHER] });
    await bySandra(`PUT /list/${id}`, { sort_by });
    const list = await details();
    expect([list.sort_by, list.results.map((row: { id: number }) => row.id)]).toEqual([sort_by, ids]);
    const { items } = (await api(`GET /list/${id}`)).body;
    expect(items.map((row: { id: number }) => row.id)).toEqual(ids);
    const { results } = (await bySandra(`GET /account/${sandra.accountId}/lists`)).body;
    expect(results[0].sort_by).toEqual(expect.any(Number));
    expect(results[0].sort_by).not.toBe(1);
  },
);

it('a v4 list keeps a comment by PUT only, for items on the list, until they leave it', async () => {
  const { bySandra, id, details } = await withList();
  const items = (method: string, all: object[]) => bySandra(`${method} /list/${id}/items`, { items: all });
  await items('POST', [{ ...OTHER, comment: 'lost' }]);
  expect((await details()).comments).toEqual({ 'movie:550': null, 'movie:11': null, 'tv:1399': null });
  const put = await items('PUT', [
    { ...FILM, comment: 'twice' },
    { media_type: 'movie', media_id: 18, comment: 'not on it' },
  ]);
  expect([put.status, put.body.results]).toEqual([
    200,
    [
      { ...FILM, success: true },
      { media_type: 'movie', media_id: 18, success: false },
    ],
  ]);
  expect((await details()).comments).toMatchObject({ 'movie:550': 'twice', 'movie:11': null });
  const removed = await items('DELETE', [FILM, FILM, { media_type: 'person', media_id: 550 }]);
  expect(removed.body).toMatchObject({
    ...DONE[1],
    results: [{ success: true }, { success: false }, { success: false }],
  });
  await items('POST', [FILM, { media_type: 'movie', media_id: 18 }]);
  expect((await details()).comments).toMatchObject({ 'movie:550': null, 'movie:18': null });
});

it('a v4 list answers item_status with 200 for an item on the list, else 404', async () => {
  const { api4, id } = await withList();
  const status = (query: string) => api4(`GET /list/${id}/item_status?${query}`);
  expect((await status('media_type=tv&media_id=1399')).body).toEqual({ ...DONE[1], id, ...SERIES });
  for (const query of [
    'media_type=movie&media_id=11',
    'media_type=movie&media_id=1399',
    '',
    'media_type=x&media_id=550',
  ]) {
    const reply = await status(query);
    expect([query, reply.status, reply.body]).toEqual([query, 404, FAILURES[34]]);
  }
});

it('a v4 list is cleared by a GET, which says how many items it had', async () => {
  const { sandbox, bySandra, id } = await withList();
  const cleared = await bySandra(`GET /list/${id}/clear`);
  expect([cleared.status, cleared.body]).toEqual([200, { ...DONE[1], id, items_deleted: 2 }]);
  expect(sandbox.account().lists).toMatchObject([{ id, items: [] }]);
  expect((await bySandra(`GET /list/${id}/clear`)).body.items_deleted).toBe(0);
});

it('a v4 list can be changed by its owner only, also by a GET', async () => {
  const { sandbox, id, api4, otto } = await withList();
  const items = [FILM];
  for (const call of [
    `PUT /list/${id}`,
    `PUT /list/${id}/items`,
    `DELETE /list/${id}/items`,
    `GET /list/${id}/clear`,
  ]) {
    const body = call.startsWith('GET') ? undefined : { items, name: 'Theirs' };
    expect([call, (await api4(call, body)).body]).toEqual([call, FAILURES[36]]);
    expect([call, (await api4(call, body, otto.headers)).body]).toEqual([call, FAILURES[38]]);
  }
  const byKey = await api4(`GET /list/${id}/clear?api_key=${sandbox.apiKey}`, undefined, {});
  expect(byKey.body).toEqual(FAILURES[36]);
  expect(sandbox.account().lists).toMatchObject([{ name: 'List', items: [550, 1399] }]);
});

it('a v4 list is shown to the api_key alone if it is public', async () => {
  const { sandbox, id, api4, bySandra, sandra } = await withList();
  const byKey = (path: string) => api4(`GET ${path}?api_key=${sandbox.apiKey}`, undefined, {});
  expect((await byKey(`/list/${id}`)).status).toBe(200);
  await bySandra(`PUT /list/${id}`, { public: 0 });
  expect((await byKey(`/list/${id}`)).body).toEqual(FAILURES[39]);
  expect((await byKey(`/account/${sandra.accountId}/lists`)).body).toEqual(FAILURES[3]);
});

it('a v4 list shows among the lists when it was made and last changed, newest first', async () => {
  const { sandbox, bySandra, sandra, id } = await withList();
  const lists = async () => (await bySandra(`GET /account/${sandra.accountId}/lists`)).body.results;
  expect(await lists()).toMatchObject([
    {
      id,
      created_at: '2024-03-10 12:34:56 UTC',
      updated_at: '2024-03-10 12:34:56 UTC',
      number_of_items: 2,
      runtime: '200',
    },
  ]);
  sandbox.clock.advance(60_000);
  const second = (await bySandra('POST /list', { name: 'Second', iso_639_1: 'en' })).body.id;
  await bySandra(`DELETE /list/${id}/items`, { items: [FILM] });
  expect(await lists()).toMatchObject([
    { id: second, created_at: '2024-03-10 12:35:56 UTC' },
    { id, created_at: '2024-03-10 12:34:56 UTC', updated_at: '2024-03-10 12:35:56 UTC', number_of_items: 1 },
  ]);
});

it('a v4 list is shown by v3 with series, and cleared there with confirm=true only', async () => {
  const { sandbox, api, newSession, id } = await withList();
  const query = `session_id=${await newSession('sandra')}`;
  const { items } = (await api(`GET /list/${id}?${query}`)).body;
  expect(items).toMatchObject([
    { media_type: 'movie', title: 'Paper Lions' },
    { media_type: 'tv', name: 'The Tidewardens' },
  ]);
  for (const confirm of ['', '&confirm=false']) {
    expect((await api(`POST /list/${id}/clear?${query}${confirm}`)).body.status_code).toBe(5);
  }
  expect(sandbox.account().lists).toMatchObject([{ items: [550, 1399] }]);
  const otto = await newSession('otto');
  expect((await api(`POST /list/${id}/clear?confirm=true&session_id=${otto}`)).body).toEqual(FAILURES[38]);
  const cleared = await api(`POST /list/${id}/clear?confirm=true&${query}`);
  expect([cleared.status, cleared.body]).toEqual([201, DONE[12]]);
  expect(sandbox.account().lists).toMatchObject([{ items: [] }]);
});

it.each([
  ['v3', 'items'],
  ['v4', 'results'],
])('a page after the last of a list is empty, and says how many there are (%s)', async (version, name) => {
  const { bySandra, api, id } = await withList();
  const get = (query: string) =>
    version === 'v3' ? api(`GET /list/${id}${query}`) : bySandra(`GET /list/${id}${query}`);
  expect((await get('?page=3')).body).toMatchObject({
    id,
    item_count: 2,
    page: 3,
    [name]: [],
    total_pages: 1,
    total_results: 2,
  });
  expect((await get('?page=1')).body[name]).toHaveLength(2);
  const refused = await get('?page=501');
  expect([refused.status, refused.body.status_code]).toEqual([400, 22]);
});
