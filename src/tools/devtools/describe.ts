import { triggerOf } from '../feed/moves.ts';
import type { Step } from './model.ts';
import type { StatePath } from './texts.ts';
import { ANSWER_WORDS, DELAY_WORDS, EVENT_WORDS, GUARD_WORDS } from './words.ts';

const find = <T>(table: Partial<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** `xstate.after.backoff.auth.tokenRequested.backoff` is `backoff`: no delay's name has a dot. */
const delayOf = (event: string) => event.split('.')[2] ?? '';

/** The step as a sentence. */
export function what({ event, from, number, isNotYet }: Step): string {
  if (from === null) return number === 1 ? 'First seen here' : 'Seen again';
  if (isNotYet) return 'Not approved yet';
  const { kind } = triggerOf(event, '');
  if (kind === 'after') return find(DELAY_WORDS, delayOf(event)) ?? event;
  if (kind === 'done' || kind === 'error') return find(ANSWER_WORDS, from as StatePath)?.[kind] ?? event;
  return find(EVENT_WORDS, event) ?? event;
}

/** The reason for the step: its guards and its failure. Null for a step without either. */
export function why({ moves, failure, isIgnored }: Step): string | null {
  if (isIgnored) return 'this event has no effect in this state';
  const guards = moves.map(({ guard }) => guard && (find(GUARD_WORDS, guard) ?? guard));
  const reasons = [...new Set([...guards, failure && `${failure.message} (${failure.code})`])];
  return reasons.filter((reason) => reason !== null).join('; ') || null;
}

/** The event in short: `after backoff`, `done`, `login.start`; `not yet` for a poll before the approval. */
export function trigger({ event, isNotYet }: Pick<Step, 'event' | 'isNotYet'>): string {
  if (isNotYet) return 'not yet';
  const { kind, on } = triggerOf(event, '');
  return kind === 'after' ? `after ${delayOf(event)}` : on;
}

const pad = (value: number, length = 2) => String(value).padStart(length, '0');

/** `14:03:12.045`, in the reader's time zone. */
export function timeOf(at: number): string {
  const time = new Date(at);
  const [hours, minutes, seconds] = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(time.getMilliseconds(), 3)}`;
}

/** `59:41` or `23:59:41`; `0:00` after the end. */
export function left(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Time since the previous step: `+12 ms`, `+3.4 s`, `+59 min`. */
export function since(ms: number): string {
  if (ms < 1_000) return `+${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `+${(ms / 1_000).toFixed(1)} s`;
  return `+${Math.round(ms / 60_000)} min`;
}
