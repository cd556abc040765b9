import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPublicFetch } from '../../src/client/public-fetch.ts';
import { needsSession } from '../../src/platforms/lazy/plain-api.ts';
import { audienceOf } from '../../src/tmdb/paths.ts';

const BASE = 'https://api.themoviedb.org';
const answer = async () => new Response('{}');

/** A client that loads its engine for requests when `load` is called. */
function waiting() {
  const sent: string[] = [];
  let user = 'sandra';
  let load = () => {};
  const ask = async () => {
    sent.push(user);
    return answer();
  };
  const loading = new Promise<typeof ask>((resolve) => {
    load = () => resolve(ask);
  });
  const fetch = createPublicFetch({
    baseURL: BASE,
    fetch: async () => new Response('another server'),
    asking: () => loading,
    who: () => user,
  });
  return {
    fetch,
    sent,
    load: () => load(),
    become: (name: string) => {
      user = name;
    },
  };
}

test('a request waits for the engine, and is not sent as a user who signs in meanwhile', async () => {
  const { fetch, sent, load, become } = waiting();
  const asked = fetch('/3/account');
  become('ada');
  load();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(sent).toEqual([]);
  expect((await fetch('/3/account')).ok).toBe(true);
  expect(sent).toEqual(['ada']);
});

test('a visitor’s request is sent, also when they sign in meanwhile', async () => {
  const { fetch, sent, load, become } = waiting();
  become('');
  const asked = fetch('/3/movie/550');
  become('sandra');
  load();
  await asked;
  expect(sent).toEqual(['sandra']);
});

test('a request to another server does not wait for the engine, as bundlers may load parts by fetch', async () => {
  const { fetch } = waiting();
  expect(await (await fetch('https://films.example/part.js')).text()).toBe('another server');
});

const WORDS = [
  'account',
  'list',
  'lists',
  'movie',
  'tv',
  '550',
  'rating',
  'account_states',
  'guest_session',
  'search',
];
const pathPart = fc.oneof(
  fc.constantFrom(...WORDS, 'authentication', 'Account', 'rating.json', '', '..', '%61ccount', 'a;b'),
  fc.string({ maxLength: 4 }),
);
const queryName = fc.constantFrom(
  'page',
  'language',
  'append_to_response',
  'session_id',
  'api_key',
  'sort_by',
  'a b',
);

test('the quick check of a path sends the session with a plain GET exactly where auth.fetch does', () => {
  fc.assert(
    fc.property(
      fc.array(pathPart, { minLength: 1, maxLength: 5 }),
      fc.dictionary(queryName, fc.constantFrom('1', 'account_states', 'x'), { maxKeys: 2 }),
      (parts, query) => {
        const path = `/3/${parts.join('/')}`;
        const theirs = needsSession(path, query);
        if (theirs === null) return;
        const audience = audienceOf('GET', path, Object.entries(query));
        expect({ path, theirs }).toEqual({ path, theirs: audience.takesSession });
        if (audience.isRequired) expect(theirs).toBe(true);
        expect([audience.isV4, audience.isGuestsOwn]).toEqual([false, false]);
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each(['/3/movie/550', '/3/account', '/3/account/548/favorite/movies', '/3/movie/550/account_states'])(
  'the quick check of a path knows the answer for %s',
  (path) => {
    expect(needsSession(path, { page: 2, language: 'de' })).toBe(/account/.test(path));
  },
);
