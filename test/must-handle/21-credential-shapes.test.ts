// TMDB: The key was sent as a Bearer token, or the access token as a key; the answer names neither mistake.
// Here: Keys and tokens are told apart by their format before any request.
import { expect, test } from 'vitest';
import type { Credentials } from '../../src/index.ts';
import { createTmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { codeOf } from '../core/helpers.ts';
import { jwt } from '../support/answers.ts';
import { createWorld } from '../support/world.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const JWT = jwt({ aud: 'x' });

const MISTAKES: readonly [string, unknown, RegExp][] = [
  ['a key passed as access token', { accessToken: KEY }, /pass it as credentials\.apiKey/],
  ['an access token passed as key', { apiKey: JWT }, /pass it as credentials\.accessToken/],
  ['both at once', { apiKey: KEY, accessToken: JWT }, /not both/],
  ['an empty access token', { accessToken: '' }, /not a whole Read Access Token/],
  ['an empty key', { apiKey: '' }, /32 hex digits/],
  ['an access token with Bearer before it', { accessToken: `Bearer ${JWT}` }, /begins with "eyJ"/],
  ['a key with a line break', { apiKey: `${KEY}\n` }, /32 hex digits/],
  ['a key that lacks a character', { apiKey: KEY.slice(1) }, /32 hex digits/],
  ['neither', {}, /No application credentials/],
  ['nothing', undefined, /No application credentials/],
];

test.each(MISTAKES)(
  '%s is refused at once, by its name, without a request and without the secret',
  async (_, credentials, says) => {
    const world = await createWorld();
    let thrown: unknown;
    try {
      createTmdbAuth({ credentials: credentials as Credentials, baseURL: world.tmdb.baseURL });
    } catch (error) {
      thrown = error;
    }
    expect(TmdbAuthError.is(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code: 'invalid_credentials', retryable: false });
    expect((thrown as Error).message).toMatch(says);
    expect((thrown as Error).stack).not.toMatch(new RegExp(`${KEY.slice(1)}|${JWT}`));
    expect(world.tmdb.requests).toEqual([]);
  },
);

test('users sign in with an API key in the query and with an access token in the header', async () => {
  const world = await createWorld();
  for (const credentials of [{ apiKey: world.tmdb.apiKey }, { accessToken: world.tmdb.accessToken }]) {
    const sent: { hasKey: boolean; hasBearer: boolean }[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      const request = new Request(input, init);
      const hasKey = new URL(request.url).searchParams.has('api_key');
      sent.push({ hasKey, hasBearer: request.headers.has('authorization') });
      return globalThis.fetch(request);
    };
    const auth = world.client({ credentials, fetch, storageKey: Object.keys(credentials).join() });
    await world.signIn(auth);
    const isKey = 'apiKey' in credentials;
    for (const each of sent) expect(each).toEqual({ hasKey: isKey, hasBearer: !isKey });
  }
});

test('a well-formed credential that TMDB does not know is sent, and TMDB refuses it', async () => {
  const world = await createWorld();
  expect(await codeOf(world, world.client({ credentials: { apiKey: KEY } }).login())).toBe('invalid_api_key');
  expect(world.tmdb.requests).toHaveLength(1);
});
