import { expect, it } from 'vitest';
import { ROUTES } from '../../src/tools/sandbox/routes/index.ts';
import { sandboxForTest } from './helpers.ts';
import { shapeOf } from './shape.ts';
import { SUCCESSES } from './shapes.ts';

const FILM = { media_type: 'movie', media_id: 550 };
const SERIES = { media_type: 'tv', media_id: 1399 };
const EPISODE = '/tv/1399/season/1/episode/1';

/** A user and a guest who have one of everything, and values for the parameters of routes. */
async function furnished() {
  const all = await sandboxForTest();
  const { api, api4, sandbox } = all;
  const [session, guest, user] = [await all.newSession(), await all.newGuest(), await all.newUserToken()];
  const [pending, approved, approvedV4] = [
    await all.newToken(),
    await all.newToken(),
    await all.newV4Token(),
  ];
  sandbox.approve(approved);
  sandbox.approve(approvedV4);
  for (const path of ['/movie/550', '/tv/1399', EPISODE]) {
    for (const who of [`session_id=${session}`, `guest_session_id=${guest}`])
      await api(`POST ${path}/rating?${who}`, { value: 8 });
  }
  for (const name of ['favorite', 'watchlist']) {
    for (const media of [FILM, SERIES])
      await api(`POST /account/548/${name}?session_id=${session}`, { ...media, [name]: true });
  }
  const { id } = (await api4('POST /list', { name: 'List', iso_639_1: 'en' }, user.headers)).body;
  await api4(`POST /list/${id}/items`, { items: [FILM] }, user.headers);
  const values: Record<string, string> = {
    movie_id: '550',
    series_id: '1399',
    season_number: '1',
    episode_number: '1',
    account_id: '548',
    account_object_id: user.accountId,
    list_id: String(id),
    guest_session_id: guest,
    access_token: user.token,
    session_id: session,
    pending,
    approved,
    approved_v4: approvedV4,
  };
  const fill = (text: string) => text.replace(/(?::|%3A)([a-z]\w+)/g, (whole, name) => values[name] ?? whole);
  return { ...all, fill, session, user };
}

it('every route has a shape to compare with', () => {
  expect(ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(SUCCESSES).sort());
});

it.each(Object.entries(SUCCESSES))('%s answers with TMDB’s fields', async (route, { query, ...right }) => {
  const { api, api4, fill, session, user } = await furnished();
  const [method, path = ''] = route.split(' ');
  const isV4 = path.startsWith('/4');
  const request = fill(`${method} ${path.slice(2)}?${query ?? ''}${isV4 ? '' : `&session_id=${session}`}`);
  const body = right.body && JSON.parse(fill(JSON.stringify(right.body)));
  const reply = await (isV4 ? api4(request, body, user.headers) : api(request, body));
  expect({ status: reply.status, shape: shapeOf(reply.body) }).toEqual({
    status: right.status,
    shape: right.shape,
  });
});
