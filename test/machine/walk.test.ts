import { describe, expect, test, vi } from 'vitest';
import { transition } from 'xstate';
import { pathOf } from '../../machines/index.ts';
import { figures } from '../support/figures.ts';
import { counts, createCoverage, leaves, nodes } from './coverage.ts';
import { inEveryChange, inEveryState, nominal } from './invariants.ts';
import { pathTo, stranded, walk } from './walk.ts';
import { delayNames, guardNames, keyOf, machine, seen, timersOf } from './world.ts';

/** The atomic states of the statechart as designed. */
const DESIGNED = `
  restoring
  idle.fresh idle.loggedOut idle.approvalDenied idle.tokenExpired idle.guestExpired idle.sessionRevoked idle.failed
  tokenRequested.trying tokenRequested.backoff
  awaitingApproval.waiting awaitingApproval.checking
  loginSubmitted
  adoptionRequested.trying adoptionRequested.backoff
  sessionRequested.exchanging sessionRequested.converting sessionRequested.backoff
  sessionActive.accountRequested sessionActive.ready sessionActive.verifying sessionActive.carryingOver
  loggingOut
  guestRequested.trying guestRequested.backoff
  guestActive.unused guestActive.used`
  .trim()
  .split(/\s+/);

/** Choices that never apply in their state, as their list is shared by several states. */
const NEVER_TAKEN = [
  // Before the record is read, nobody is signed in.
  'restoring done 10 [hasSession] > idle.loggedOut',
  // A guest session is requested only without a guest.
  'guestRequested on login.cancel 1 [hasGuest] > guestActive.unused',
  'guestRequested.trying error 2 [hasGuest] > guestActive.unused',
  'guestRequested.trying after requestTimeout 1 [hasGuest] > guestActive.unused',
];

vi.setConfig({ testTimeout: 300_000 });

let whole: ReturnType<typeof walkWhole> | undefined;
/** Walks on the first call, so that an error of the walk itself fails a test. */
const walked = () => {
  whole ??= walkWhole();
  return whole;
};

function walkWhole() {
  const { places, transitions, ms, breaches } = walk();
  console.log(`walked ${places.length} states, ${transitions} transitions in ${Math.round(ms)} ms`);
  const coverage = createCoverage();
  for (const { state, exits } of places) {
    coverage.seeState(state);
    for (const { event, to } of exits) coverage.see(state, event, to.state);
  }
  const covered = coverage.report(delayNames);
  console.table(counts(covered));
  figures('walk', {
    states: places.length,
    transitions,
    'invariants of a state': Object.keys(inEveryState).length,
    'invariants of a change': Object.keys(inEveryChange).length,
    seconds: (ms / 1_000).toFixed(1),
  });
  figures('statechart', { ...counts(covered), 'never taken, with a reason': NEVER_TAKEN.length });
  return { places, breaches, covered, disagreements: coverage.disagreements() };
}

describe('the statechart', () => {
  test('has the states of the design and no others', () => {
    expect([...leaves].sort()).toEqual([...DESIGNED].sort());
  });

  test('every invoke has the name of its actor, so that a path can name its events', () => {
    for (const { id, src } of nodes.flatMap(({ invoke }) => invoke)) expect(id).toBe(src);
  });

  test.each(
    nodes.filter((node) => node.invoke.length > 0).map((node) => [node.path.join('.'), node] as const),
  )('handles every error in %s, and has a timeout there', (_, node) => {
    for (const { id } of node.invoke) {
      const answers = node.transitions.get(`xstate.error.actor.${id}`) ?? [];
      expect(answers.at(-1), 'the last answer must need no guard').toMatchObject({ guard: undefined });
    }
    expect(node.after.length).toBeGreaterThan(0);
  });
});

describe('in every reachable state', () => {
  test.each(Object.keys(inEveryState))('it holds that %s', (name) => {
    expect(walked().breaches.get(name), 'the shortest path to a breach').toBeUndefined();
  });
});

describe('in every transition that changes anything', () => {
  test.each(Object.keys(inEveryChange))('it holds that %s', (name) => {
    expect(walked().breaches.get(name), 'the shortest path to a breach').toBeUndefined();
  });
});

describe('from every reachable state', () => {
  test('some event leads to another state', () => {
    const stuck = walked().places.filter(({ state, exits }) =>
      exits.every(({ to }) => pathOf(to.state.value) === pathOf(state.value)),
    );
    expect(stuck.map(pathTo)).toEqual([]);
  });

  test('a settled state can be reached', () => {
    const lost = stranded(
      walked().places,
      (state) => state.hasTag('settled'),
      () => true,
    );
    expect(lost.map(pathTo)).toEqual([]);
  });

  test('time alone leads to a settled state, without any answer or call', () => {
    const lost = stranded(
      walked().places,
      (state) => state.hasTag('settled'),
      ({ type }, state) =>
        timersOf(state).some(
          ({ delay, event }) => event.type === type && Number.isFinite(nominal(delay, state)),
        ),
    );
    expect(lost.map(pathTo)).toEqual([]);
  });

  test('idle, from which a user can start again, can be reached without any answer', () => {
    const lost = stranded(
      walked().places,
      (state) => state.matches('idle'),
      ({ type }) => ['login.cancel', 'logout'].includes(type) || type.startsWith('xstate.after.'),
    );
    expect(lost.map(pathTo)).toEqual([]);
  });
});

describe('the walk', () => {
  test('entered every state', () => {
    const entered = new Set(walked().places.map(({ state }) => pathOf(state.value)));
    expect(leaves.filter((leaf) => !entered.has(leaf))).toEqual([]);
  });

  test('asked every guard, which answered both true and false', () => {
    const asked = new Set([...seen.guards.keys()].map((label) => label.split(' ')[0]));
    expect(guardNames.filter((name) => !asked.has(name))).toEqual([]);
    const oneSided = [...seen.guards].filter(([, said]) => said.size < 2);
    expect(oneSided.map(([label, said]) => `${label} only said ${[...said]}`)).toEqual([]);
  });

  test('armed every delay and followed its end', () => {
    expect(delayNames.filter((name) => !seen.delays.has(name))).toEqual([]);
    const ended = walked().places.flatMap(({ state, exits }) =>
      timersOf(state)
        .filter(({ event }) =>
          exits.some((exit) => exit.event.type === event.type && keyOf(exit.to.state) !== keyOf(state)),
        )
        .map(({ delay }) => delay),
    );
    expect(delayNames.filter((name) => !ended.includes(name))).toEqual([]);
  });

  test('took every transition, but for those that cannot apply in their state', () => {
    expect(walked().covered.transitions.missed).toEqual(NEVER_TAKEN);
  });

  test('had every guarded transition refused once', () => {
    expect(walked().covered['guarded transitions, refused'].missed).toEqual([]);
  });

  test.each(['states', 'timers', 'tags'] as const)('saw all %s', (what) => {
    expect(walked().covered[what].missed).toEqual([]);
  });

  test('always took the first transition with a guard that holds', () => {
    expect(walked().disagreements).toEqual([]);
  });
});

test('the reused inert scope gives the same states as XState’s own transition()', () => {
  const edges = walked().places.flatMap(({ state, exits }) => exits.map((exit) => ({ state, ...exit })));
  const sample = edges.filter((_, index) => index % 37 === 0);
  for (const { state, event, to } of sample) {
    const [next] = transition(machine, state as never, event as never);
    if (keyOf(next) !== keyOf(to.state)) expect.fail(`${pathTo(to).join(', ')}: ${keyOf(next)}`);
  }
  expect(sample.length).toBeGreaterThan(100);
});
