// XState: A child starts before anybody is told of the state that starts it: whoever tidies up in a subscriber takes away what it needs.
// Here: What nobody wants any more is told by the facts at that moment, never by what a subscriber saw last: answers may come at once.
import { expect, test } from 'vitest';
import { SESSION_DELETE, timesAsked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

/** A `fetch` that has asked already when it is called for: it answers without a moment's delay. */
function instantFetch(world: World, match: RegExp): typeof globalThis.fetch {
  const ready = new Map<string, Promise<Response>>();
  return async (input, init) => {
    const url = String(input);
    const isInstant = match.test(`${init?.method ?? 'GET'} ${new URL(url).pathname}`);
    if (!isInstant) return globalThis.fetch(input, init);
    const key = `${init?.method} ${url} ${init?.body}`;
    const response = await (ready.get(key) ?? globalThis.fetch(input, init));
    const text = await response.text();
    world.clock.advance(0);
    return new Response(text, { status: response.status, headers: response.headers });
  };
}

test.each([3, 4] as const)(
  'v%i: a session that is answered at once is kept, not tidied away',
  async (apiVersion) => {
    const world = await createWorld();
    const auth = world.client({ apiVersion, fetch: instantFetch(world, /session|auth/) });
    for (let round = 0; round < 3; round++) {
      await world.signIn(auth);
      expect(auth.getView()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
      expect(world.tmdb.sessions()).toHaveLength(1);
      expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(round);
      await auth.logout();
      expect(world.tmdb.sessions()).toEqual([]);
    }
  },
);

test('what a listener does in the very step that starts an actor does not take its token away', async () => {
  const world = await createWorld();
  const auth = world.client();
  const seen: string[] = [];
  auth.subscribe(({ state }) => {
    seen.push(state);
    void auth.prepare();
  });
  await world.signIn(auth);
  expect(seen).toContain('sessionRequested.exchanging');
  expect(auth.getView().status).toBe('user');
});
