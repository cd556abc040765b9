import type { AuthEvent } from '../../../machines/auth.types.ts';

/** Without a payload. */
type Bare<Event extends AuthEvent> = Event extends AuthEvent
  ? keyof Event extends 'type'
    ? Event['type']
    : never
  : never;

/** The events that a person can send by hand: they carry nothing, and need nothing in the vault. */
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

/** Messages from outside can name any event, an actor's answer too. */
export const isPlainEvent = (type: unknown): type is PlainEvent =>
  typeof type === 'string' && Object.hasOwn(ALL, type);
