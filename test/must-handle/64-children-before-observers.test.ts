// XState: A child starts before any subscriber hears of the state that starts it, so cleanup in a subscriber removes what the child needs.
// Here: The client decides by the current facts what to clean up, never by the last state a subscriber saw: answers may come at once.
import { expect, test } from 'vitest';
import { SESSION_DELETE, timesAsked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

/** A `fetch` that has its answer ready when it is called. */
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

test.each([3, 4] as const)('v%i: a session that arrives at once is kept', async (apiVersion) => {
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
});

test('a listener that acts in the step that starts an actor does not take the actor’s token away', async () => {
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
