import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A statechart in the format of XState 4, with each transition under the name of its event. */
export interface ClassicDefinition {
  id: string;
  key: string;
  type: AnyStateNode['type'];
  initial?: string;
  tags: string[];
  on: Record<string, object[]>;
  always?: object[];
  invoke: object[];
  states: Record<string, ClassicDefinition>;
}

/** Names of internal events in XState 5 and XState 4. */
const NAMES: [five: RegExp, four: string][] = [
  [/^xstate\.done\.actor\.(.+)$/, 'done.invoke.$1'],
  [/^xstate\.error\.actor\.(.+)$/, 'error.platform.$1'],
  [/^xstate\.done\.state\.(.+)$/, 'done.state.$1'],
  [/^xstate\.after\.([^.]+)\.(.+)$/, 'xstate.after($1)#$2'],
];

/** The type of an event in XState 4. */
export const classicType = (type: string) =>
  NAMES.reduce((name, [five, four]) => name.replace(five, four), type);

const nameOf = (one: unknown): string | undefined =>
  typeof one === 'string' ? one : (one as { type?: string } | undefined)?.type;

const actionsOf = (actions: readonly unknown[]) =>
  actions
    .map(nameOf)
    .filter((name) => name !== undefined && !name.startsWith('xstate.'))
    .map((type) => ({ type }));

function transitionOf({ target, guard, actions, reenter }: AnyTransitionDefinition) {
  const condition = nameOf(guard);
  return {
    ...(target && { target: target.map((node) => `#${(node as AnyStateNode).id}`) }),
    ...(condition && { cond: { type: condition } }),
    actions: actionsOf(actions),
    internal: !reenter,
  };
}

function stateOf(node: AnyStateNode): ClassicDefinition {
  const on: Record<string, object[]> = {};
  for (const [descriptor, all] of node.transitions) {
    on[classicType(descriptor)] = all.map(transitionOf);
  }
  const [initial] = node.initial?.target ?? [];
  return {
    id: node.id,
    key: node.key,
    type: node.type,
    ...(initial && { initial: (initial as AnyStateNode).key }),
    tags: node.tags,
    on,
    ...(node.always?.length && { always: node.always.map(transitionOf) }),
    invoke: node.invoke.map(({ id, src }) => ({ type: 'xstate.invoke', id, src: { type: String(src) } })),
    states: Object.fromEntries(Object.entries(node.states).map(([key, child]) => [key, stateOf(child)])),
  };
}

/** The machine for the classic inspector. Guards, actions and actors are represented by their names. */
export const definitionOf = ({ root }: AnyStateMachine): ClassicDefinition => stateOf(root);
