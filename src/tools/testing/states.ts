import { type AuthSnapshot, type AuthStatus, authMachine } from '../../../machines/index.ts';

type ValuePath<Value> = Value extends string
  ? Value
  : { [Parent in keyof Value & string]: `${Parent}.${Value[Parent] & string}` }[keyof Value & string];

/** The path of a state, as in `getView().state`: `awaitingApproval.waiting`. */
export type StatePath = ValuePath<AuthSnapshot['value']>;

/** A state, or a status, which stands for its most common state. */
export type TestState = StatePath | AuthStatus;

const USUAL: Record<AuthStatus, StatePath> = {
  signedOut: 'idle.fresh',
  pending: 'awaitingApproval.waiting',
  guest: 'guestActive.unused',
  user: 'sessionActive.ready',
};

interface StateNode {
  key: string;
  states: Record<string, StateNode>;
}

const leaves = (node: StateNode, path: string[] = []): string[] => {
  const children = Object.values(node.states);
  if (children.length === 0) return [path.join('.')];
  return children.flatMap((child) => leaves(child, [...path, child.key]));
};

/** The paths of all states. */
export const STATE_PATHS = leaves(authMachine.root) as StatePath[];

/** The path of a state or status. For an unknown one, throws a `TypeError` that lists all. */
export function pathTo(state: TestState): StatePath {
  const path = Object.hasOwn(USUAL, state) ? USUAL[state as AuthStatus] : (state as StatePath);
  if (STATE_PATHS.includes(path)) return path;
  const known = [...Object.keys(USUAL), ...STATE_PATHS].join(', ');
  throw new TypeError(`tmdb-auth: there is no state "${state}". Use one of: ${known}.`);
}

/** The state's value: `{ idle: 'fresh' }` for `idle.fresh`. */
export function valueAt(path: StatePath): AuthSnapshot['value'] {
  const [parent = '', child] = path.split('.');
  return (child === undefined ? parent : { [parent]: child }) as AuthSnapshot['value'];
}

/** The facts that a state needs. */
export type Needs = Record<'token' | 'exchanging' | 'access' | 'session' | 'account' | 'guest', boolean>;

/** `isV4`: the sign-in is for v4. */
export function needsOf(path: StatePath, isV4: boolean): Needs {
  const isConverting = path === 'sessionRequested.converting';
  const session = path.startsWith('sessionActive');
  return {
    token: /^(awaitingApproval|loginSubmitted|sessionRequested)/.test(path) && !isConverting,
    exchanging: path.startsWith('sessionRequested'),
    access: isConverting || (session && isV4),
    session,
    account: session && path !== 'sessionActive.accountRequested',
    guest: path.startsWith('guestActive') || path === 'sessionActive.carryingOver',
  };
}
