// XState: An event sent to a stopped actor is printed with all its contents.
// Here: The client sends nothing to a machine that has ended: late answers, timers and tabs are dropped without a log line.
import { expect, onTestFinished, test, vi } from 'vitest';
import { quiet, stubbornFetch, toCallback } from '../core/helpers.ts';
import { SESSION_NEW, TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

function watchedConsole() {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation(() => {}),
  );
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () => spies.flatMap((spy) => spy.mock.calls);
}

test('an answer that arrives after dispose is not printed', async () => {
  const world = await createWorld();
  const printed = watchedConsole();
  const { fetch, release, answered } = stubbornFetch((label) => label === TOKEN_NEW);
  const auth = world.client({ fetch });
  auth.login().catch(() => {});
  await world.until(() => timesAsked(world.tmdb, TOKEN_NEW) === 1);
  auth.dispose();
  release();
  await world.until(() => answered() === 1);
  await quiet();
  expect(printed()).toEqual([]);
});

test('a late session, a call, another tab and the clock print nothing after dispose', async () => {
  const world = await createWorld();
  const printed = watchedConsole();
  let tell: () => void = () => {};
  const { fetch, release } = stubbornFetch((label) => label === SESSION_NEW);
  const channel = {
    post() {},
    subscribe(listener: () => void) {
      tell = listener;
      return () => {};
    },
  };
  const auth = world.client({ fetch, channel, pollInterval: 1_000 });
  const { done, url } = await toCallback(world, auth);
  auth.handleCallback(url).catch(() => {});
  await world.until(() => timesAsked(world.tmdb, SESSION_NEW) >= 1);
  auth.dispose();
  await done.catch(() => {});
  tell();
  await auth.fetch('/3/movie/550').catch(() => {});
  await auth.cancel().catch(() => {});
  release();
  world.clock.advance(60_000);
  await quiet();
  await world.until(() => world.tmdb.sessions().length === 0);
  expect(printed()).toEqual([]);
});
