import type { AnyEventObject } from 'xstate';
import { guestEnd } from '../../../machines/auth.guards.ts';
import type { AuthContext, Failure } from '../../../machines/auth.types.ts';
import { type AuthView, endOf, pathOf } from '../../../machines/auth.view.ts';
import type { Move } from '../feed/moves.ts';
import { isFailure, isMachine, type MachineSnapshot, messageOf } from './message.ts';

/** Older steps make room. */
const KEPT_STEPS = 300;
/** What the kept steps hold together, in characters of JSON: a client may send anything. */
const KEPT_SIZE = 1 << 20;
/** Actors of one client that are shown as running. */
const KEPT_ACTORS = 50;

/** One thing that happened to the machine. */
export interface Step {
  /** From 1 on, in order. */
  number: number;
  /** Epoch ms by the client's clock. */
  at: number;
  /** The event's type. */
  event: string;
  /** The state before, or null for the first that is known. */
  from: string | null;
  to: string;
  /** The transitions that were taken; none where the event meant nothing, or who tells it does not say. */
  moves: Move[];
  /** Nothing is other than before. */
  isIgnored: boolean;
  /** The failure that this step brought: from the machine, or from an actor's error that the machine only retries. */
  failure: Failure | null;
  /** TMDB answered a poll with "not approved yet": the normal course, so no failure. */
  isNotYet: boolean;
  context: AuthContext;
  /** What a UI sees then, where it was told. */
  view: AuthView | null;
}

/** A wait that ends by itself. Epoch ms by the client's clock. */
export interface Timer {
  name: string;
  endsAt: number;
}

/** What is known of one client. */
export interface Model {
  name: string;
  steps: readonly Step[];
  /** Actors that are running for it: what it waits for. */
  running: readonly string[];
  isGone: boolean;
  /** The client's time now, epoch ms: its clock need not be ours. */
  now(): number;
}

const INTERNAL = ['xstate.init', 'xstate.stop'];

const [CHECKING, WAITING] = ['awaitingApproval.checking', 'awaitingApproval.waiting'];
/** What TMDB answers to an exchange before the user has approved: v3, v4. */
const NOT_YET = ['session_denied', 'not_approved'];

export interface Listener {
  /** Takes what can be drawn, and leaves the rest. `at`: when it came, epoch ms by our clock. Default: now. */
  receive(message: unknown, at?: number): void;
}

/** What Stately's messages of one client add up to. */
export function createModel(changed: () => void = () => {}): Model & Listener {
  let rootId: string | null = null;
  /** The last step of the actor that is followed: a client made anew begins from nowhere. */
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
    // A client that is seen by two connections, or again, repeats where it is.
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

/** When the state of a step ends by itself, epoch ms by the client's clock, or null. */
export const endsAt = ({ to, context }: Step): number | null => endOf(to, context.facts);

/** Everything that ends by itself in that context, the next first. */
export function timersOf({ facts }: AuthContext): Timer[] {
  const { token, session, guest } = facts;
  const timers: Timer[] = [];
  if (token) timers.push({ name: 'Request token', endsAt: token.expiresAt });
  if (session?.expiresAt) timers.push({ name: 'Session', endsAt: session.expiresAt });
  if (guest) {
    const name = guest.used ? 'Guest session' : 'Guest session, if nothing is rated';
    timers.push({ name, endsAt: guestEnd(guest) });
    if (!guest.used) timers.push({ name: 'Guest session, if something is', endsAt: guest.expiresAt });
  }
  return timers.sort((one, other) => one.endsAt - other.endsAt);
}
