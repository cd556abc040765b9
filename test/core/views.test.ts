import { expect, test } from 'vitest';
import { createWorld } from '../support/world.ts';

test('a part of the view that did not change stays the same object', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  const before = auth.getView();
  auth.actor.send({ type: 'session.rejected' });
  await world.reaches(auth, 'sessionActive.verifying');
  await world.reaches(auth, 'sessionActive.ready');
  const after = auth.getView();
  expect(after).toEqual(before);
  expect(after.account).toBe(before.account);
  expect(after.can).toBe(before.can);
});

test('a step of the machine that changes nothing for the outside is no new view', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  const view = auth.getView();
  let told = 0;
  auth.subscribe(() => told++);
  // Another snapshot of the machine, with facts that are equal and not the same.
  const { facts } = auth.actor.getSnapshot().context;
  auth.actor.send({
    type: 'record.changed',
    output: { at: world.clock.now(), facts: { ...facts, exchanging: true } },
  });
  expect(auth.getView()).toBe(view);
  expect(told).toBe(0);
});

test('who subscribes in a listener hears of the next change, not of this one again', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  let rounds = 0;
  const again = () => {
    rounds += 1;
    if (rounds < 50) auth.subscribe(again);
  };
  const states: string[] = [];
  auth.subscribe(({ state }) => states.push(state));
  auth.subscribe(again);
  await auth.loginAsGuest();
  expect(rounds).toBe(2 ** states.length - 1);
});

test('how far a carry-over is, is told as it is and never compared in depth: it may list thousands', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  await world.signIn(auth);
  world.tmdb.faults.add({ kind: 'hang', match: /rated/ });
  auth.carryOverGuestRatings().catch(() => {});
  await world.reaches(auth, 'sessionActive.carryingOver');
  let told = 0;
  auth.subscribe(() => told++);
  let compared = 0;
  const failed = Object.assign([], {
    toJSON() {
      compared += 1;
      return [];
    },
  });
  for (const carried of [1, 2, 3]) {
    const carryOver = { total: 9_000, carried, kept: 0, failed };
    auth.actor.send({ type: 'ratings.progress', carryOver });
    expect(auth.getView().carryOver).toBe(carryOver);
  }
  expect([told, compared]).toEqual([3, 0]);
});
