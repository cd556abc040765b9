import type { AuthEvent } from '../../../machines/auth.types.ts';

/** The events that carry something, or need it in the vault. */
type Carrying =
  | 'login.password'
  | 'ratings.carry'
  | 'ratings.progress'
  | 'approval.blocked'
  | 'record.changed'
  | 'record.failed';

/** The events that carry nothing: those a person can send by hand. */
export type PlainEvent = Exclude<AuthEvent['type'], Carrying>;

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

/** Whatever comes from outside may claim to be anything, an actor's answer too. */
export const isPlainEvent = (type: unknown): type is PlainEvent =>
  typeof type === 'string' && Object.hasOwn(ALL, type);
