import type { AnyActorRef, AnyEventObject } from 'xstate';
import { type AuthView, toView } from '../../../machines/auth.view.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { follow } from './follow.ts';
import { type Move, moveOf } from './moves.ts';
import type { Disconnect, Inspected } from './when-running.ts';

/** The version of the `@statelyai/inspect` format. */
const VERSION = '0.7';

interface Base {
  /** The actor's id, unique in its process. */
  sessionId: string;
  /** The client's own actor. */
  rootId: string;
  id: null;
  /** Epoch ms by the client's clock, as a string. */
  createdAt: string;
  _version: string;
}

/** An actor was started, or runs already. */
export interface ActorMessage extends Base {
  type: '@xstate.actor';
  name: string;
  parentId: string | undefined;
  /** The machine's configuration as JSON. */
  definition: string;
  snapshot: unknown;
}

/** An actor was sent an event. */
export interface EventMessage extends Base {
  type: '@xstate.event';
  sourceId: string | undefined;
  event: AnyEventObject;
}

/** An actor's snapshot after an event. */
export interface SnapshotMessage extends Base {
  type: '@xstate.snapshot';
  event: AnyEventObject;
  snapshot: unknown;
  /** The view after the event. For the client's own actor only, like `moves`; both are our addition to the format. */
  view?: AuthView;
  /** The transitions the event led to, in order. */
  moves?: Move[];
}

/** The messages of `@statelyai/inspect`: plain JSON without secrets, as the machine holds none. */
export type InspectionMessage = ActorMessage | EventMessage | SnapshotMessage;

const named = (_key: string, value: unknown) => (typeof value === 'function' ? { type: value.name } : value);
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value, named) ?? 'null') as T;

/** Sends the client's inspection events as messages in Stately's format. `name` tells clients apart in a viewer. */
export function sendMessages(
  auth: Inspected & Pick<TmdbAuth, 'now'>,
  send: (message: InspectionMessage) => void,
  name?: string,
): Disconnect {
  let moves: Move[] = [];
  return follow(auth, (event) => {
    const { actor, now } = auth;
    const { machine } = actor.getSnapshot();
    const actorRef = event.actorRef as AnyActorRef;
    const { sessionId } = actorRef;
    const isRoot = sessionId === actor.sessionId;
    const base: Base = {
      sessionId,
      rootId: event.rootId,
      id: null,
      createdAt: String(now()),
      _version: VERSION,
    };
    switch (event.type) {
      case '@xstate.actor':
        return send({
          type: event.type,
          ...base,
          name: isRoot ? (name ?? machine.id) : actorRef.id,
          parentId: actorRef._parent?.sessionId,
          definition: JSON.stringify(isRoot ? machine.config : { id: actorRef.id }, named),
          // XState reports a child during its creation, when `getSnapshot()` does not work yet.
          snapshot: isRoot ? plain(actor.getSnapshot()) : { status: 'active' },
        });
      case '@xstate.event': {
        const sourceId = (event.sourceRef as AnyActorRef | undefined)?.sessionId;
        return send({ type: event.type, ...base, sourceId, event: plain(event.event) });
      }
      case '@xstate.microstep':
        if (isRoot) moves.push(...event._transitions.map(moveOf));
        return;
      case '@xstate.snapshot': {
        const message = {
          type: event.type,
          ...base,
          event: plain(event.event),
          snapshot: plain(event.snapshot),
        };
        if (!isRoot) return send(message);
        const taken = moves;
        moves = [];
        return send({
          ...message,
          view: toView(event.snapshot as ReturnType<typeof actor.getSnapshot>),
          moves: taken,
        });
      }
    }
  });
}
