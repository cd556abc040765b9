import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** The cause of a transition. */
export type Kind = 'done' | 'error' | 'after' | 'event' | 'always';

export interface Trigger {
  kind: Kind;
  /** The event's type, the delay's name, or the kind itself for `done`, `error` and `always`. */
  on: string;
}

/** A transition that was taken. */
export interface Move {
  /** `SOURCE|KIND:ON|TARGET` with the states' paths, as the drawing marks it: `idle|event:login.start|tokenRequested`. */
  key: string;
  /** The guard that let it through, or null. */
  guard: string | null;
}

/** XState's names for events of actors and timers, e.g. `xstate.done.actor.restore`. */
const SYSTEM_EVENTS: [prefix: string, kind: Kind][] = [
  ['xstate.done.', 'done'],
  ['xstate.error.', 'error'],
  ['xstate.after.', 'after'],
];

/** The trigger of a transition, from its event descriptor. */
export function triggerOf(descriptor: string, stateId: string): Trigger {
  if (descriptor === '') return { kind: 'always', on: 'always' };
  const [prefix, kind] = SYSTEM_EVENTS.find(([start]) => descriptor.startsWith(start)) ?? [];
  if (!prefix || !kind) return { kind: 'event', on: descriptor };
  if (kind !== 'after') return { kind, on: kind };
  return { kind, on: descriptor.slice(prefix.length, -stateId.length - 1) };
}

export const keyOf = (source: string, { kind, on }: Trigger, target: string | null) =>
  `${source}|${kind}:${on}|${target ?? source}`;

const pathOf = (node: AnyStateNode) => node.path.join('.');

export function moveOf({ source, target, eventType, guard }: AnyTransitionDefinition): Move {
  const [first] = target ?? [];
  const trigger = triggerOf(eventType, source.id);
  return {
    key: keyOf(pathOf(source), trigger, first ? pathOf(first as AnyStateNode) : null),
    guard: nameOf(guard),
  };
}

function nameOf(guard: unknown): string | null {
  if (typeof guard === 'string') return guard;
  return (guard as { type?: string } | undefined)?.type ?? null;
}
