import type { SandboxQuirks } from '../../src/tools/sandbox/index.ts';
import type { sandboxForTest } from './helpers.ts';

type World = Awaited<ReturnType<typeof sandboxForTest>>;

interface Trial<Value> {
  /** Makes the requests that the quirk changes. */
  see(world: World): Promise<unknown>;
  usually: unknown;
  others: { value: Value; seen: unknown }[];
}

const newList = async ({ api4, newUserToken }: World, body: object) => {
  const { headers } = await newUserToken();
  return api4('POST /list', { name: 'Mine', iso_639_1: 'en', ...body }, headers);
};

/** The answers after rating 5 at 0 ms, rating 7 at 2000 ms and deleting it then, and at 2999, 3000 and 5000 ms. */
async function whileTimePasses(
  { api, sandbox }: World,
  query: string,
  ask: () => Promise<unknown>,
): Promise<unknown[]> {
  const seen: unknown[] = [];
  await api(`POST /movie/550/rating?${query}`, { value: 5 });
  seen.push(await ask());
  sandbox.clock.advance(2_000);
  await api(`POST /movie/550/rating?${query}`, { value: 7 });
  seen.push(await ask());
  await api(`DELETE /movie/550/rating?${query}`);
  sandbox.clock.advance(999);
  seen.push(await ask());
  sandbox.clock.advance(1);
  seen.push(await ask());
  sandbox.clock.advance(2_000);
  seen.push(await ask());
  return seen;
}

/** The effect of each quirk. A quirk without a trial does not compile. */
export const TRIALS: { [Name in keyof SandboxQuirks]-?: Trial<Required<SandboxQuirks>[Name]> } = {
  listDeletionFails: {
    async see({ api, newSession }) {
      const query = `session_id=${await newSession()}`;
      const { list_id } = (await api(`POST /list?${query}`, { name: 'Old' })).body;
      const { status, body } = await api(`DELETE /list/${list_id}?${query}`);
      return [status, body.status_code, (await api(`GET /list/${list_id}`)).status];
    },
    usually: [500, 11, 404],
    others: [{ value: false, seen: [201, 12, 404] }],
  },
  publicIsNumber: {
    async see(world) {
      const statuses: number[] = [];
      for (const given of [false, 'false', '0', null, 0, 1, true, undefined]) {
        const { id } = (await newList(world, { public: given })).body;
        statuses.push((await world.api4(`GET /list/${id}`)).status);
      }
      return statuses;
    },
    usually: [200, 200, 200, 200, 401, 200, 200, 200],
    others: [{ value: false, seen: [401, 401, 200, 200, 401, 200, 200, 200] }],
  },
  textBooleans: {
    async see({ api, sandbox, newSession }) {
      const query = `session_id=${await newSession()}`;
      const answers: unknown[] = [];
      for (const wanted of ['true', 'false', 'yes', 1]) {
        const body = { media_type: 'movie', media_id: 550, watchlist: wanted };
        const { status } = await api(`POST /account/548/watchlist?${query}`, body);
        answers.push([status, sandbox.account().watchlist.length]);
      }
      return answers;
    },
    usually: [
      [201, 1],
      [200, 0],
      [422, 0],
      [422, 0],
    ],
    others: [
      {
        value: false,
        seen: [
          [422, 0],
          [422, 0],
          [422, 0],
          [422, 0],
        ],
      },
    ],
  },
  queryInBody: {
    async see({ api, sandbox, newSession, newGuest }) {
      const [session_id, guest_session_id] = [await newSession(), await newGuest()];
      const { apiKey: api_key } = sandbox;
      const post = async (path: string, body: object) => (await api(`POST ${path}`, body, {})).status;
      const { list_id } = (await api(`POST /list?session_id=${session_id}`, { name: 'List' })).body;
      return [
        await post('/movie/550/rating', { api_key, session_id, value: 8 }),
        await post('/movie/550/rating', { api_key, guest_session_id, value: 8 }),
        await post(`/list/${list_id}/clear`, { api_key, session_id, confirm: true }),
        await post('/movie/550/rating', { api_key: 'wrong', session_id, value: 8 }),
        await post('/movie/550/rating', { api_key, session_id: 'wrong', value: 8 }),
        // The query takes precedence over the body.
        await post(`/movie/550/rating?api_key=wrong`, { api_key, session_id, value: 8 }),
        await post('/movie/550/rating?session_id=', { api_key, session_id, value: 8 }),
      ];
    },
    usually: [201, 201, 201, 401, 401, 401, 401],
    others: [{ value: false, seen: [401, 401, 401, 401, 401, 401, 401] }],
  },
  cacheHeaders: {
    async see({ api, newSession }) {
      const query = `session_id=${await newSession()}`;
      const cached = async (call: string) => (await api(call)).headers.get('cache-control');
      const { headers } = await api(`GET /account/548/rated/movies?${query}`);
      const before = (await api(`GET /account?${query}`)).headers.get('etag');
      await api(`POST /account/548/favorite?${query}`, { media_type: 'tv', media_id: 1399, favorite: true });
      const favorites = `GET /account/548/favorite/tv?${query}`;
      return {
        own: headers.get('cache-control'),
        vary: headers.get('vary'),
        sameTag: headers.has('etag') && before === (await api(`GET /account?${query}`)).headers.get('etag'),
        otherTag: headers.get('etag') !== (await api(favorites)).headers.get('etag'),
        write: await cached(`DELETE /movie/550/rating?${query}`),
        token: await cached('GET /authentication/token/new'),
      };
    },
    usually: {
      own: 'public, max-age=300',
      vary: 'Origin',
      sameTag: true,
      otherTag: true,
      write: null,
      token: null,
    },
    others: [
      {
        value: false,
        seen: { own: null, vary: null, sameTag: false, otherTag: false, write: null, token: null },
      },
    ],
  },
  cachedErrors: {
    async see({ api }) {
      return (await api('GET /list/1')).headers.get('cache-control');
    },
    usually: null,
    others: [{ value: true, seen: 'public, max-age=300' }],
  },
  ratedListsLag: {
    async see(world) {
      const query = `session_id=${await world.newSession()}`;
      return whileTimePasses(world, query, async () => {
        const { results } = (await world.api(`GET /account/548/rated/movies?${query}`)).body;
        return results[0]?.rating ?? null;
      });
    },
    usually: [5, 7, null, null, null],
    others: [{ value: 1_000, seen: [null, 5, 5, null, null] }],
  },
  accountStatesLag: {
    async see(world) {
      const query = `guest_session_id=${await world.newGuest()}`;
      return whileTimePasses(world, query, async () => {
        const { rated } = (await world.api(`GET /movie/550/account_states?${query}`)).body;
        return rated;
      });
    },
    usually: [{ value: 5 }, { value: 7 }, false, false, false],
    others: [{ value: 3_000, seen: [false, false, false, { value: 5 }, false] }],
  },
  emptyGuestList: {
    async see(world) {
      const guest = await world.newGuest();
      const status = async () => {
        const { status, body } = await world.api(`GET /guest_session/${guest}/rated/movies`);
        return [status, body.status_code ?? body.total_results];
      };
      const before = await status();
      await world.api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 8 });
      const series = await world.api(`GET /guest_session/${guest}/rated/tv`);
      return [before, await status(), series.status];
    },
    usually: [[200, 0], [200, 1], 200],
    others: [
      { value: 404, seen: [[404, 34], [200, 1], 404] },
      { value: 500, seen: [[500, 11], [200, 1], 500] },
    ],
  },
  laggingGuestList: {
    async see({ api, newGuest, sandbox }) {
      sandbox.quirks.ratedListsLag = 1_000;
      const guest = await newGuest();
      await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 8 });
      const statuses = async () => [
        (await api(`GET /guest_session/${guest}/rated/movies`)).status,
        (await api(`GET /guest_session/${guest}/rated/tv`)).status,
      ];
      const early = await statuses();
      sandbox.clock.advance(1_000);
      return [early, await statuses()];
    },
    usually: [
      [200, 200],
      [200, 200],
    ],
    others: [
      {
        value: 404,
        seen: [
          [404, 200],
          [200, 200],
        ],
      },
      {
        value: 500,
        seen: [
          [500, 200],
          [200, 200],
        ],
      },
    ],
  },
  guestAccountStates: {
    async see({ api, newGuest, newSession }) {
      const [guest, session] = [await newGuest(), await newSession()];
      const answers: unknown[] = [];
      for (const path of ['/movie/550', '/tv/1399/season/1', '/tv/1399/season/1/episode/1']) {
        for (const query of [`guest_session_id=${guest}`, `session_id=${session}`])
          answers.push((await api(`GET ${path}/account_states?${query}`)).body.status_code ?? 'answered');
      }
      answers.push((await api(`POST /movie/550/rating?guest_session_id=${guest}`, { value: 8 })).status);
      return answers;
    },
    usually: ['answered', 'answered', 'answered', 'answered', 'answered', 'answered', 201],
    others: [{ value: false, seen: [3, 'answered', 3, 'answered', 3, 'answered', 201] }],
  },
  passwordSessions: {
    async see({ api, newToken, newSession, exchange }) {
      const request_token = await newToken();
      const login = { username: 'sandra', password: 'sandbox', request_token };
      const validated = await api('POST /authentication/token/validate_with_login', login);
      const { status, body } = await exchange(request_token);
      return [validated.status, status, body.status_code ?? 'session', (await newSession()).length];
    },
    usually: [200, 200, 'session', 40],
    others: [{ value: false, seen: [200, 401, 17, 40] }],
  },
  spamWords: {
    async see(world) {
      const { status, body } = await newList(world, { name: 'Watch FREE movies' });
      return [status, body.status_code, Array.isArray(body.errors), world.sandbox.account().lists.length];
    },
    usually: [201, 1, false, 1],
    others: [
      { value: ['casino', 'free'], seen: [400, 18, true, 0] },
      { value: ['casino'], seen: [201, 1, false, 1] },
    ],
  },
  rowsWithoutRating: {
    async see({ api, newGuest }) {
      const guest = await newGuest();
      for (const id of [550, 11])
        await api(`POST /movie/${id}/rating?guest_session_id=${guest}`, { value: 8 });
      const { results } = (await api(`GET /guest_session/${guest}/rated/movies`)).body;
      return results.map((row: { rating?: number }) => row.rating ?? 'missing');
    },
    usually: [8, 8],
    others: [{ value: [11], seen: [8, 'missing'] }],
  },
};
