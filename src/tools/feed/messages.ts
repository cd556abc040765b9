import type { AnyActorRef, AnyEventObject } from 'xstate';
import { type AuthView, toView } from '../../../machines/auth.view.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { follow } from './follow.ts';
import { type Move, moveOf } from './moves.ts';
import type { Disconnect, Inspected } from './when-running.ts';

/** The format of `@statelyai/inspect` that is spoken here. */
const VERSION = '0.7';

interface Base {
  /** Which actor, unique in its process. */
  sessionId: string;
  /** The client's own actor. */
  rootId: string;
  id: null;
  /** Epoch ms by the client's clock, as text. */
  createdAt: string;
  _version: string;
}

/** An actor was there, or was started. */
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

/** What an actor was like after an event. */
export interface SnapshotMessage extends Base {
  type: '@xstate.snapshot';
  event: AnyEventObject;
  snapshot: unknown;
  /** What a UI sees then. Only for the client's own actor, as `moves`; beyond what Stately's format has. */
  view?: AuthView;
  /** The transitions the event led to, in order. */
  moves?: Move[];
}

/** The messages of `@statelyai/inspect`: plain JSON, and no secret, as the machine holds none. */
export type InspectionMessage = ActorMessage | EventMessage | SnapshotMessage;

const named = (_key: string, value: unknown) => (typeof value === 'function' ? { type: value.name } : value);
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value, named) ?? 'null') as T;

/** Sends what happens in that client as Stately's messages. `name` tells clients apart in a viewer. */
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
          // A child is told while it is being made, and XState lets nobody look at it then.
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
