import { describe, expect, test } from 'vitest';
import type { TmdbAuth, TmdbAuthOptions } from '../../src/index.ts';
import { createPages } from '../remote/through-server.ts';
import { createWorld } from '../support/world.ts';
import { ALWAYS } from './helpers.ts';

/** The caching headers that TMDB sends with every GET. */
const CACHED = {
  'cache-control': 'public, max-age=300',
  etag: 'W/"1"',
  expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
  age: '12',
};

/** A `fetch` that records the cache mode of every call and answers GETs with TMDB’s caching headers. */
function noting() {
  const modes: (RequestCache | undefined)[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    modes.push(init?.cache);
    const response = await globalThis.fetch(input, init);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(CACHED)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };
  return { modes, fetch };
}

async function client(options: Partial<TmdbAuthOptions> = {}) {
  const world = await createWorld();
  const { modes, fetch } = noting();
  const auth = world.client({ fetch, ...options });
  return { world, auth, modes };
}

const PERSONAL = [
  '/3/account',
  '/3/account/548/favorite/movies',
  '/3/list/1',
  '/3/movie/550/account_states',
  '/3/movie/550?append_to_response=account_states',
  '/3/tv/1396/season/1/account_states',
];
const V4 = ['/4/list/1', '/4/account/abc/lists', '/4/movie/550'];

describe('the HTTP cache', () => {
  const mode = async (auth: TmdbAuth, modes: unknown[], path: string, init?: RequestInit) => {
    modes.length = 0;
    const { headers } = await auth.fetch(path, init);
    return [modes, headers.get('cache-control'), headers.get('etag'), headers.get('expires')];
  };
  const KEPT = [[undefined], CACHED['cache-control'], CACHED.etag, CACHED.expires];
  const PAST = [['no-store'], 'no-store', null, null];

  test.each(PERSONAL)('is bypassed for a v3 user’s answers, which are not stored: %s', async (path) => {
    const { world, auth, modes } = await client();
    await world.signIn(auth);
    expect(await mode(auth, modes, path)).toEqual(PAST);
    expect(await mode(auth, modes, path, { cache: 'force-cache' })).toEqual(PAST);
  });

  test.each([...PERSONAL, ...V4])('is bypassed for a v4 user’s answers: %s', async (path) => {
    const { world, auth, modes } = await client({ apiVersion: 4 });
    await world.signIn(auth);
    expect(await mode(auth, modes, path)).toEqual(PAST);
  });

  test.each(['/3/movie/550/account_states', '/3/guest_session/abc/rated/movies'])(
    'is bypassed for a guest’s answers: %s',
    async (path) => {
      const { auth, modes } = await client();
      await auth.loginAsGuest();
      expect(await mode(auth, modes, path)).toEqual(PAST);
    },
  );

  test.each(['/3/authentication/token/new', '/3/authentication/guest_session/new', '/4/auth/request_token'])(
    'is bypassed for new tokens and guest sessions: %s',
    async (path) => {
      const { auth, modes } = await client();
      expect(await mode(auth, modes, path)).toEqual(PAST);
    },
  );

  test('is used as the caller says for public answers: a film, a public list', async () => {
    const { world, auth, modes } = await client();
    const asCallerSays = [['default'], ...KEPT.slice(1)];
    expect(await mode(auth, modes, '/3/movie/550')).toEqual(asCallerSays);
    expect(await mode(auth, modes, '/4/list/1')).toEqual(asCallerSays);
    await world.signIn(auth);
    expect(await mode(auth, modes, '/3/movie/550')).toEqual(asCallerSays);
    expect((await mode(auth, modes, '/3/movie/550', { cache: 'reload' }))[0]).toEqual(['reload']);
  });

  test('is bypassed between page and site, and between site and TMDB', async () => {
    const atServer = noting();
    const pages = await createPages({ apiVersion: 4, fetch: atServer.fetch });
    const auth = pages.page({ apiVersion: 4 });
    await pages.signIn(auth);
    pages.site.tmdb.faults.add({ kind: 'answer', body: { id: 1 }, headers: CACHED, times: ALWAYS });
    atServer.modes.length = 0;
    const response = await auth.fetch('/4/list/1');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('etag')).toBeNull();
    expect(atServer.modes).toEqual(['no-store']);
  });
});
