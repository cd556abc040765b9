import type { AuthContext, Failure } from '../../../machines/auth.types.ts';
import type { pathOf } from '../../../machines/auth.view.ts';
import type { ActorMessage, EventMessage, SnapshotMessage } from '../feed/messages.ts';

/** The parts of a machine's snapshot that are shown. */
export interface MachineSnapshot {
  value: Parameters<typeof pathOf>[0];
  context: AuthContext;
}

/** The client's connection ended. Sent by the viewer. */
interface Gone {
  type: 'gone';
}

export type Message = ActorMessage | EventMessage | SnapshotMessage | Gone;

/** The largest point in time a date can be, epoch ms. */
const LAST_DATE = 8.64e15;

type Loose = Record<string, unknown>;
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null;
const isPlain = (value: unknown) =>
  value === null || value === undefined || /^(string|number|boolean)$/.test(typeof value);
/** A fact or a failure: an object of plain values, or a plain value. */
const isFlat = (value: unknown) => isPlain(value) || (isObject(value) && Object.values(value).every(isPlain));
const isMove = (move: unknown) => isObject(move) && typeof move.key === 'string' && isFlat(move);

/** Whether an actor's error is a failure of this package: other errors have no code and message of their own. */
export const isFailure = (error: unknown): error is Failure =>
  isObject(error) && isFlat(error) && typeof error.code === 'string' && typeof error.message === 'string';

/** Deeper than any message of this package. `JSON.stringify` overflows the stack on much deeper ones. */
const DEEPEST = 50;
const isShallow = (value: unknown, levels = DEEPEST): boolean =>
  !isObject(value) || (levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1)));

/** `restoring`, or `{ idle: 'fresh' }`. */
const isStateValue = (value: unknown) =>
  typeof value === 'string' ||
  (isObject(value) && Object.values(value).every((child) => typeof child === 'string'));

/** Whether the snapshot is the machine's: its actors' snapshots have other shapes. */
export function isMachine(snapshot: unknown): snapshot is MachineSnapshot {
  if (!isObject(snapshot)) return false;
  const { value, context } = snapshot;
  if (!isStateValue(value) || !isObject(context) || !isObject(context.facts)) return false;
  return Object.values(context.facts).every(isFlat) && isFlat(context.failure);
}

/** The message, if it can be drawn, else null. Senders are not trusted. */
export function messageOf(data: unknown): Message | null {
  if (!isObject(data)) return null;
  const { type, sessionId, createdAt, name, event, snapshot, moves = [] } = data;
  if (type === 'gone') return { type };
  const isDated = /^(string|number)$/.test(typeof createdAt) && Math.abs(Number(createdAt)) <= LAST_DATE;
  if (typeof sessionId !== 'string' || !isDated || !isShallow(data)) return null;
  const isSound =
    type === '@xstate.actor'
      ? typeof name === 'string'
      : type === '@xstate.event' ||
        (type === '@xstate.snapshot' &&
          isObject(snapshot) &&
          isObject(event) &&
          typeof event.type === 'string' &&
          Array.isArray(moves) &&
          moves.every(isMove));
  return isSound ? (data as unknown as Message) : null;
}
