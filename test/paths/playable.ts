import { failure } from '../../machines/index.ts';
import { token } from '../machine/facts.ts';
import { type State, start, step, type WorldEvent } from '../machine/world.ts';
import type { Path } from './choose.ts';
import { nameOf, RECORDS } from './events.ts';

/** Reasons why real parts cannot take a path, by the events in it. */
const REASONS: [RegExp, string][] = [
  [
    /carryingOver.*guest\.rejected|ratings\.carry; guest\.rejected/,
    'a signed-in user sends calls as the user, and no answer to them says that the guest is gone',
  ],
];

export const names = (path: Path) => path.steps.map(({ event }) => nameOf(event)).join('; ');
export const reasonAgainst = (path: Path): string | null =>
  REASONS.find(([what]) => what.test(names(path)))?.[1] ?? null;

const restored = (name: string) => ({ type: 'xstate.done.actor.restore', output: RECORDS[name] });
const login: WorldEvent[] = [
  restored('nothing'),
  { type: 'login.start' },
  { type: 'xstate.done.actor.requestToken', output: token },
];
const blocked = (event: WorldEvent): boolean => event.type === 'approval.blocked';

/**
 * A path that real parts can take. A few shortest paths begin with a record, although a person must act first: a page
 * can only be blocked after a login, and a token can only be denied after its approval here.
 */
export function playable(path: Path): Path {
  const told = names(path);
  let events = path.steps.map(({ event }) => event);
  const isFirst = (name: string) => nameOf(events[0] as WorldEvent).endsWith(`restore ${name}`);
  if (/record\.failed|approval\.(blocked|shown)/.test(told) && isFirst('token')) {
    events = [...login, ...events.slice(1)];
    const shown = events.findIndex(({ type }) => type === 'approval.shown');
    if (shown > 0 && !events.some(blocked))
      events.splice(shown, 0, { type: 'approval.blocked', failure: failure('popup_blocked') });
  }
  if (/exchanging.*(denied|tokenExpired)/.test(told)) {
    if (isFirst('exchanging')) events = [restored('token'), { type: 'approval.granted' }, ...events.slice(1)];
    if (isFirst('exchangingWithGuest')) {
      events = [restored('tokenAndGuest'), { type: 'approval.granted' }, ...events.slice(1)];
    }
  }
  // An account request ends long before a session is too old.
  if (/sessionMaxAge/.test(told) && isFirst('session')) events = [restored('account'), ...events.slice(1)];
  let before: State = start;
  const steps = events.map((event) => {
    const after = step(before, event);
    const taken = { event, before, after };
    before = after;
    return taken;
  });
  return { goal: path.goal, steps };
}
