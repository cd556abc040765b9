import { createFetch } from 'ofetch';
import { expect, test } from 'vitest';
import { type ApiOptions, createApi } from '../../src/client/api.ts';

/* `auth.api` handles plain requests without ofetch, and has to behave as ofetch does. */

const BASE = 'https://api.themoviedb.org';
const JSON_TYPE = { 'content-type': 'application/json;charset=utf-8' };

/** Makes the request with both implementations. Resolves to what each one sent, and its outcome. */
async function both(path: string, options: unknown, answer: () => Response | Promise<Response>) {
  const outcomeOf = async (ask: (fetch: typeof globalThis.fetch) => Promise<unknown>) => {
    const sent: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(new URL(String(input), BASE), init);
      const { pathname, searchParams } = new URL(request.url);
      const headers = Object.fromEntries(request.headers);
      sent.push([request.method, pathname, [...searchParams], headers, await request.text()]);
      return answer();
    };
    const outcome = await ask(fetch).then(
      (value) => ({ value }),
      ({ name, status, data, message }) => ({ name, status, data, message }),
    );
    return { sent, outcome };
  };
  const ours = await outcomeOf((fetch) => createApi(fetch, BASE)(path, options as ApiOptions));
  const theirs = await outcomeOf((fetch) =>
    createFetch({ fetch, defaults: { baseURL: BASE, retry: false } })(path, options as object),
  );
  return { ours, theirs };
}

test.each([
  ['a GET', '/3/movie/550', undefined],
  [
    'a query',
    '/3/search/movie',
    { query: { query: 'a b&c=d/é', page: 2, include_adult: false, year: undefined } },
  ],
  ['a list in a query', '/3/discover/movie', { query: { with_genres: [1, 2] } }],
  ['null in a query', '/3/discover/movie', { query: { year: null } }],
  ['no query at all', '/3/movie/550', { query: null }],
  ['a query beside one in the path', '/3/movie/550?language=de', { query: { page: 1 } }],
  ['a method in small letters', '/3/movie/550', { method: 'post', body: { value: 8 } }],
  ['a body', '/3/movie/550/rating', { method: 'POST', body: { value: 8, text: 'Žofie 🎬' } }],
  ['a body of null', '/3/movie/550/rating', { method: 'DELETE', body: null }],
  ['a list as a body', '/4/list/1/items', { method: 'POST', body: [1, 2] }],
  ['a form as a body', '/3/x', { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
  ['a text as a body', '/3/x', { method: 'POST', body: 'text' }],
  ['headers', '/3/movie/550', { headers: { 'x-mine': 'yes', accept: 'text/plain' } }],
  [
    'headers beside a body',
    '/3/x',
    { method: 'PUT', body: {}, headers: { 'content-type': 'application/x' } },
  ],
  ['options of ofetch alone', '/3/movie/550', { responseType: 'text' }],
  ['a path without a slash', '3/movie/550', undefined],
])('api sends %s as ofetch does', async (_, path, options) => {
  const { ours, theirs } = await both(path, options, () => Response.json({ id: 550 }));
  expect(theirs.sent).toHaveLength(1);
  expect(ours).toEqual(theirs);
});

test.each<[string, () => Response | Promise<Response>]>([
  ['an object', () => Response.json({ id: 550 })],
  ['null', () => new Response('null', { headers: JSON_TYPE })],
  ['a text in JSON', () => new Response('"text"', { headers: JSON_TYPE })],
  ['a body that is not JSON', () => new Response('<html>', { headers: JSON_TYPE })],
  ['an empty body', () => new Response('', { headers: JSON_TYPE })],
  ['another content type', () => new Response('text', { headers: { 'content-type': 'text/plain' } })],
  ['204', () => new Response(null, { status: 204, headers: JSON_TYPE })],
  ['404', () => Response.json({ status_code: 34 }, { status: 404 })],
  ['500 without JSON', () => new Response('down', { status: 500 })],
  ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
])('api makes the same of %s as ofetch, and asks once', async (_, answer) => {
  const { ours, theirs } = await both('/3/movie/550', {}, answer);
  expect(theirs.sent).toHaveLength(1);
  expect(ours).toEqual(theirs);
});
