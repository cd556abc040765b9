import type { AnyEventObject } from 'xstate';
import { guestEnd } from '../../../machines/auth.guards.ts';
import type { AuthContext, Failure } from '../../../machines/auth.types.ts';
import { type AuthView, endOf, pathOf } from '../../../machines/auth.view.ts';
import type { Move } from '../feed/moves.ts';
import { isFailure, isMachine, type MachineSnapshot, messageOf } from './message.ts';

/** Older steps are dropped. */
const KEPT_STEPS = 300;
/** Total size of the kept steps, in characters of JSON: a client may send anything. */
const KEPT_SIZE = 1 << 20;
/** Limit for the actors of one client that are shown as running. */
const KEPT_ACTORS = 50;

/** One event that the machine took, with its effect. */
export interface Step {
  /** Counted from 1. */
  number: number;
  /** Epoch ms by the client's clock. */
  at: number;
  /** The event's type. */
  event: string;
  /** The previous state; null for the first known step. */
  from: string | null;
  to: string;
  /** The transitions taken; empty if the event had no effect, or if the sender does not report transitions. */
  moves: Move[];
  /** The event changed nothing. */
  isIgnored: boolean;
  /** The failure that this step brought: from the machine, or from an actor's error that the machine only retries. */
  failure: Failure | null;
  /** TMDB answered a poll with "not approved yet": the normal course, so no failure. */
  isNotYet: boolean;
  context: AuthContext;
  /** The view after the step, if the sender reports it. */
  view: AuthView | null;
}

/** An expiry. Epoch ms by the client's clock. */
export interface Timer {
  name: string;
  endsAt: number;
}

/** The known state of one client. */
export interface Model {
  name: string;
  steps: readonly Step[];
  /** Its running actors: the work it waits for. */
  running: readonly string[];
  isGone: boolean;
  /** The current time by the client's clock, epoch ms. */
  now(): number;
}

const INTERNAL = ['xstate.init', 'xstate.stop'];

const [CHECKING, WAITING] = ['awaitingApproval.checking', 'awaitingApproval.waiting'];
/** TMDB's codes for an exchange before the approval, in v3 and v4. */
const NOT_YET = ['session_denied', 'not_approved'];

export interface Listener {
  /** Takes a message; ignores one that cannot be drawn. `at`: its arrival, epoch ms by our clock. Default: now. */
  receive(message: unknown, at?: number): void;
}

/** Builds the model of one client from its messages in Stately's format. */
export function createModel(changed: () => void = () => {}): Model & Listener {
  let rootId: string | null = null;
  /** The last step of the followed actor. A new client has none. */
  let before: Step | null = null;
  let ahead = 0;
  const steps: Step[] = [];
  const sizes: number[] = [];
  let size = 0;
  const running = new Map<string, string>();

  const add = (
    at: number,
    { type: event, error }: AnyEventObject,
    { value, context }: MachineSnapshot,
    moves: Move[],
    view: AuthView | null,
  ) => {
    const to = pathOf(value);
    // A second connection, or a reconnect, repeats the current state.
    if (before && INTERNAL.includes(event)) return;
    const isSame = before?.to === to && JSON.stringify(before.context) === JSON.stringify(context);
    const { failure } = context;
    const isNew = failure !== null && JSON.stringify(failure) !== JSON.stringify(before?.context.failure);
    const reported = isFailure(error) ? error : null;
    const isNotYet = before?.to === CHECKING && to === WAITING && NOT_YET.includes(reported?.code ?? '');
    const step = {
      number: (steps.at(-1)?.number ?? 0) + 1,
      at,
      event,
      from: before?.to ?? null,
      to,
      moves,
      isIgnored: isSame && moves.length === 0,
      failure: isNew ? failure : isNotYet ? null : reported,
      isNotYet,
      context,
      view,
    };
    before = step;
    steps.push(step);
    sizes.push(JSON.stringify([event, reported, context, moves, view]).length);
    size += sizes.at(-1) ?? 0;
    while (steps.length > KEPT_STEPS || (size > KEPT_SIZE && steps.length > 1)) {
      steps.shift();
      size -= sizes.shift() ?? 0;
    }
  };

  const model = {
    name: '',
    steps,
    get running() {
      return [...running.values()];
    },
    isGone: false,
    now: () => Date.now() + ahead,
    receive(data: unknown, heardAt = Date.now()) {
      const message = messageOf(data);
      if (!message) return;
      if (message.type === 'gone') {
        model.isGone = true;
        return changed();
      }
      const { sessionId } = message;
      const at = Number(message.createdAt);
      ahead = at - heardAt;
      if (message.type === '@xstate.actor') {
        if (message.parentId !== undefined) {
          if (running.size < KEPT_ACTORS) running.set(sessionId, message.name);
        } else {
          if (rootId !== sessionId) before = null;
          running.clear();
          rootId = sessionId;
          model.name = message.name;
          model.isGone = false;
        }
      } else if (message.type === '@xstate.snapshot') {
        const { event, snapshot, moves = [], view = null } = message;
        if (sessionId !== rootId) {
          if ((snapshot as { status?: unknown }).status !== 'active') running.delete(sessionId);
        } else if (isMachine(snapshot)) {
          add(at, event, snapshot, moves, view);
          if (event.type === 'xstate.stop') model.isGone = true;
        }
      }
      changed();
    },
  };
  return model;
}

/** The expiry of a step's state, epoch ms by the client's clock, or null. */
export const endsAt = ({ to, context }: Step): number | null => endOf(to, context.facts);

/** All expiries in that context, the next first. */
export function timersOf({ facts }: AuthContext): Timer[] {
  const { token, session, guest } = facts;
  const timers: Timer[] = [];
  if (token) timers.push({ name: 'Request token', endsAt: token.expiresAt });
  if (session?.expiresAt) timers.push({ name: 'Session', endsAt: session.expiresAt });
  if (guest) {
    const name = guest.used ? 'Guest session' : 'Guest session, if nothing is rated';
    timers.push({ name, endsAt: guestEnd(guest) });
    if (!guest.used) timers.push({ name: 'Guest session, if something is rated', endsAt: guest.expiresAt });
  }
  return timers.sort((one, other) => one.endsAt - other.endsAt);
}
