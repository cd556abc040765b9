import type { AnyActorScope } from 'xstate';
import { authMachine } from './auth.machine.ts';
import { type AuthEvent, type AuthFacts, type AuthInput, contextAtFirst } from './auth.types.ts';
import { type AuthSnapshot, pathOf } from './auth.view.ts';

const resolved = new Map<string, AuthSnapshot>();

/** The machine in that state, not started. Each state is resolved once and reused; only its context differs. */
export function snapshotAt(
  value: AuthSnapshot['value'],
  { apiVersion, facts }: AuthInput & { facts: AuthFacts },
): AuthSnapshot {
  const path = pathOf(value);
  const context = { ...contextAtFirst({ apiVersion }), facts };
  const known = resolved.get(path) ?? authMachine.resolveState({ value, context });
  resolved.set(path, known);
  return { ...known, context };
}

const nothing = () => {};

/**
 * Makes pure steps: a snapshot and an event in, the next snapshot out. Nothing is started, asked or stored. Equals
 * XState's `transition`, which makes an actor for every step; here all steps share `actor`, an actor of the machine
 * that need not be started.
 */
export function stepsBy(
  actor: AnyActorScope['self'] & { system: AnyActorScope['system'] },
): (snapshot: AuthSnapshot, event: AuthEvent) => AuthSnapshot {
  const scope: AnyActorScope = {
    self: actor,
    system: actor.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  return (snapshot, event) => authMachine.transition(snapshot, event, scope);
}
