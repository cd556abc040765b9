import { expect, test } from 'vitest';
import { createWorld } from './support/world.ts';

test('a sign-in by approval costs exactly three requests', async () => {
  const { client, signIn, tmdb } = await createWorld();
  const auth = client();
  await signIn(auth);
  expect(auth.getView()).toMatchObject({
    state: 'sessionActive.ready',
    status: 'user',
    account: { username: 'sandra' },
  });
  expect(tmdb.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /3/authentication/token/new',
    'POST /3/authentication/session/new',
    'GET /3/account',
  ]);
  expect(tmdb.sessions()).toHaveLength(1);
});
