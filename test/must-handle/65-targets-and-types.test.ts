// XState: A typo in a target passes the compiler and throws at import, and one wrong type parameter makes the whole `setup` untyped.
// Here: Every target is a state of the machine, and the compiler rejects events, guards and states that do not exist.
import { expect, test } from 'vitest';
import { createActor, type StateNode } from 'xstate';
import { type AuthEvent, authMachine } from '../../machines/index.ts';

const below = (node: StateNode): StateNode[] => [node, ...Object.values(node.states).flatMap(below)];

test('every transition that names a target has one', () => {
  const nodes = below(authMachine.root as unknown as StateNode);
  const targets = nodes.flatMap((node) =>
    [...node.transitions.values(), node.always ?? []].flat().flatMap(({ target }) => target ?? []),
  );
  expect(targets.length).toBeGreaterThan(50);
  for (const target of targets) expect(nodes).toContain(target);
});

test('a name that does not exist does not compile', () => {
  const actor = createActor(authMachine, { input: { apiVersion: 3 } });
  const snapshot = actor.getSnapshot();
  // @ts-expect-error No such event.
  const made = { type: 'login.begin' } satisfies AuthEvent;
  // @ts-expect-error No such event.
  expect(snapshot.can(made)).toBe(false);
  // @ts-expect-error No such state.
  expect(snapshot.matches('signedIn')).toBe(false);
  // @ts-expect-error No such tag.
  expect(snapshot.hasTag('happy')).toBe(false);
  // @ts-expect-error No such version.
  createActor(authMachine, { input: { apiVersion: 5 } });
  // @ts-expect-error No such actor.
  authMachine.provide({ actors: { askToken: undefined } });
});
