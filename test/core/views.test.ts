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

test('a machine step without a visible change makes no new view', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  const view = auth.getView();
  let told = 0;
  auth.subscribe(() => told++);
  // A new snapshot of the machine, with equal facts in new objects.
  const { facts } = auth.actor.getSnapshot().context;
  auth.actor.send({
    type: 'record.changed',
    output: { at: world.clock.now(), facts: { ...facts, exchanging: true } },
  });
  expect(auth.getView()).toBe(view);
  expect(told).toBe(0);
});

test('a listener that subscribes another does not pass the present change to it', async () => {
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

test('the progress of a carry-over is passed on as it is, and not compared in depth, as it may list thousands', async () => {
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
