import { expect, test } from 'vitest';
import { resultOf } from '../core/helpers.ts';
import { SECOND } from '../support/clock.ts';
import { user } from './helpers.ts';

const ofStates = (world: Awaited<ReturnType<typeof user>>['world']) =>
  world.tmdb.requests.filter(({ path }) => /account_states/.test(path));

test('a hundred states requested at once are all answered, although TMDB accepts 40 requests a second', async () => {
  const { my, world } = await user(3, {}, { rateLimit: { requests: 40, perSeconds: 1 } });
  const all = Array.from({ length: 100 }, () => my.states({ movie: 550 }));
  expect(await resultOf(world, Promise.all(all))).toHaveLength(100);
  const statuses = new Set(ofStates(world).map(({ status }) => status));
  expect(statuses).toEqual(new Set([200]));
});

test('a few requests do not wait for each other', async () => {
  const { my, world } = await user();
  const release = world.tmdb.faults.add({ kind: 'hang', match: /account_states/, times: 8 });
  const all = Array.from({ length: 8 }, () => my.states({ movie: 550 }));
  const before = world.clock.now();
  await world.until(() => ofStates(world).filter(({ held }) => held).length === 8);
  expect(world.clock.now() - before).toBeLessThan(SECOND);
  release();
  await resultOf(world, Promise.all(all));
});

test('all requests wait after TMDB has asked one of them to', async () => {
  const { my, world } = await user();
  world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 5, match: /account_states/ });
  const first = my.states({ movie: 550 });
  await world.until(() => ofStates(world).some(({ status }) => status === 429));
  const second = my.states({ movie: 603 });
  await resultOf(world, Promise.all([first, second]));
  const [refused, ...others] = ofStates(world);
  expect(others).toHaveLength(2);
  for (const { at } of others) expect(at - (refused?.at ?? 0)).toBeGreaterThanOrEqual(5 * SECOND);
});
