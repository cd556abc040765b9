import type { AuthEvent } from '../../../machines/auth.types.ts';

/** Event types without a payload. */
type Bare<Event extends AuthEvent> = Event extends AuthEvent
  ? keyof Event extends 'type'
    ? Event['type']
    : never
  : never;

/** Events that a developer can send by hand: they have no payload and need no secret in the vault. */
export type PlainEvent = Exclude<Bare<AuthEvent>, 'login.password' | 'session.adopt'>;

const ALL: Record<PlainEvent, true> = {
  'login.start': true,
  'login.cancel': true,
  'approval.granted': true,
  'approval.denied': true,
  'approval.check': true,
  'approval.shown': true,
  'guest.start': true,
  'guest.used': true,
  'guest.rejected': true,
  'session.rejected': true,
  'session.check': true,
  retry: true,
  logout: true,
};

export const PLAIN_EVENTS = Object.keys(ALL) as PlainEvent[];

/** Messages from outside can name any event, even an actor's answer. */
export const isPlainEvent = (type: unknown): type is PlainEvent =>
  typeof type === 'string' && Object.hasOwn(ALL, type);
