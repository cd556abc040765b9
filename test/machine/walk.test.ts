import { beforeAll, describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { transition } from 'xstate';
import { authMachine, pathOf } from '../../machines/index.ts';
import { inEveryChange, inEveryState, nominal } from './invariants.ts';
import { stranded, walk, wayTo } from './walk.ts';
import { delayNames, guardNames, keyOf, machine, seen, timersOf } from './world.ts';

/** The leaves of the statechart as it was designed. */
const DESIGNED = `
  restoring
  idle.fresh idle.loggedOut idle.approvalDenied idle.tokenExpired idle.guestExpired idle.sessionRevoked idle.failed
  tokenRequested.trying tokenRequested.backoff
  awaitingApproval.waiting awaitingApproval.checking
  loginSubmitted
  sessionRequested.exchanging sessionRequested.converting sessionRequested.backoff
  sessionActive.accountRequested sessionActive.ready sessionActive.verifying sessionActive.carryingOver
  loggingOut
  guestRequested.trying guestRequested.backoff
  guestActive.unused guestActive.used`
  .trim()
  .split(/\s+/);

/** Written because a list of choices serves several states, but without a meaning in this one. */
const NEVER_TAKEN = [
  // Nobody is signed in yet when the record is read.
  'xstate.done.actor.0.auth.restoring > idle.loggedOut',
  // Whoever asks for a guest session has none.
  'xstate.error.actor.0.auth.guestRequested.trying > guestActive.unused',
  'xstate.after.requestTimeout.auth.guestRequested.trying > guestActive.unused',
];

const nodesBelow = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesBelow),
];
const nodes = nodesBelow(authMachine.root);
const leaves = nodes.filter((node) => node.type === 'atomic').map((node) => node.path.join('.'));

let walked: ReturnType<typeof walk>;
beforeAll(() => {
  walked = walk();
  const { places, transitions, ms } = walked;
  console.log(`walked ${places.length} states, ${transitions} transitions in ${Math.round(ms)} ms`);
}, 120_000);

describe('the statechart', () => {
  test('has the states of the design and no other', () => {
    expect([...leaves].sort()).toEqual([...DESIGNED].sort());
  });

  test.each(
    nodes.filter((node) => node.invoke.length > 0).map((node) => [node.path.join('.'), node] as const),
  )('%s has an answer to every error of its actor, and an end in time', (_, node) => {
    for (const { id } of node.invoke) {
      const answers = node.transitions.get(`xstate.error.actor.${id}`) ?? [];
      expect(answers.at(-1), 'the last answer must need no guard').toMatchObject({ guard: undefined });
    }
    expect(node.after.length).toBeGreaterThan(0);
  });
});

describe('in every reachable state', () => {
  test.each(Object.keys(inEveryState))('%s', (name) => {
    expect(walked.breaches.get(name), 'the shortest way to a breach').toBeUndefined();
  });
});

describe('in every transition that changes anything', () => {
  test.each(Object.keys(inEveryChange))('%s', (name) => {
    expect(walked.breaches.get(name), 'the shortest way to a breach').toBeUndefined();
  });
});

describe('from every reachable state', () => {
  test('some event leads to another state', () => {
    const stuck = walked.places.filter(({ state, exits }) =>
      exits.every(({ to }) => pathOf(to.state.value) === pathOf(state.value)),
    );
    expect(stuck.map(wayTo)).toEqual([]);
  });

  test('a settled state can be reached', () => {
    const lost = stranded(
      walked.places,
      (state) => state.hasTag('settled'),
      () => true,
    );
    expect(lost.map(wayTo)).toEqual([]);
  });

  test('time alone leads to a settled state, whatever actors and callers do not say', () => {
    const lost = stranded(
      walked.places,
      (state) => state.hasTag('settled'),
      ({ type }, state) =>
        timersOf(state).some(
          ({ delay, event }) => event.type === type && Number.isFinite(nominal(delay, state)),
        ),
    );
    expect(lost.map(wayTo)).toEqual([]);
  });

  test('idle, where one can start anew, can be reached without an answer from anybody', () => {
    const lost = stranded(
      walked.places,
      (state) => state.matches('idle'),
      ({ type }) => ['login.cancel', 'logout'].includes(type) || type.startsWith('xstate.after.'),
    );
    expect(lost.map(wayTo)).toEqual([]);
  });
});

describe('the walk went everywhere', () => {
  test('every state was entered', () => {
    const entered = new Set(walked.places.map(({ state }) => pathOf(state.value)));
    expect(leaves.filter((leaf) => !entered.has(leaf))).toEqual([]);
  });

  test('every guard was asked and said both yes and no', () => {
    const asked = new Set([...seen.guards.keys()].map((label) => label.split(' ')[0]));
    expect(guardNames.filter((name) => !asked.has(name))).toEqual([]);
    const oneSided = [...seen.guards].filter(([, said]) => said.size < 2);
    expect(oneSided.map(([label, said]) => `${label} only said ${[...said]}`)).toEqual([]);
  });

  test('every delay was armed, and its end led somewhere', () => {
    expect(delayNames.filter((name) => !seen.delays.has(name))).toEqual([]);
    const ended = walked.places.flatMap(({ state, exits }) =>
      timersOf(state)
        .filter(({ event }) =>
          exits.some((exit) => exit.event.type === event.type && keyOf(exit.to.state) !== keyOf(state)),
        )
        .map(({ delay }) => delay),
    );
    expect(delayNames.filter((name) => !ended.includes(name))).toEqual([]);
  });

  test('every transition of the statechart was taken', () => {
    const taken = new Set(
      walked.places.flatMap(({ exits }) =>
        exits.map(({ event, to }) => `${event.type} > ${pathOf(to.state.value)}`),
      ),
    );
    const written = nodes.flatMap((node) =>
      [...node.transitions].flatMap(([type, choices]) =>
        choices.flatMap(({ target }) =>
          (target ?? []).map(({ path, initial }) => {
            const first = initial?.target.map((child) => child.key) ?? [];
            return { type: type as string, to: [...path, ...first].join('.') };
          }),
        ),
      ),
    );
    const isTaken = ({ type, to }: { type: string; to: string }) =>
      // A used guest passes through `unused` within one step.
      [to, to.replace('unused', 'used')].some((end) => taken.has(`${type} > ${end}`));
    const missed = written.filter((edge) => edge.type !== '' && !isTaken(edge));
    expect(missed.map(({ type, to }) => `${type} > ${to}`)).toEqual(NEVER_TAKEN);
  });
});

test('the reused inert scope answers as XState’s own transition() does', () => {
  const edges = walked.places.flatMap(({ state, exits }) => exits.map((exit) => ({ state, ...exit })));
  const sample = edges.filter((_, index) => index % 37 === 0);
  for (const { state, event, to } of sample) {
    const [next] = transition(machine, state as never, event as never);
    if (keyOf(next) !== keyOf(to.state)) expect.fail(`${wayTo(to).join(', ')}: ${keyOf(next)}`);
  }
  expect(sample.length).toBeGreaterThan(100);
}, 30_000);
