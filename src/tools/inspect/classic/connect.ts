import type { AnyActorRef, AnyEventObject } from 'xstate';
import type { AuthSnapshot } from '../../../../machines/auth.view.ts';
import { isPlainEvent } from '../../feed/events.ts';
import { follow } from '../../feed/follow.ts';
import { type Disconnect, type Inspected, whenRunning } from '../../feed/when-running.ts';
import { classicType, definitionOf } from './definition.ts';

/** Further options of `inspect()` of `@xstate/inspect`. */
export interface ClassicInspectorOptions {
  /** The viewer's page. Events are taken from its origin only. Default: `https://stately.ai/viz?inspect`. */
  url?: string;
  /** The frame to show it in; `false` for a window of its own. Default: the page's `<iframe data-xstate>`. */
  iframe?: HTMLIFrameElement | false;
}

/** The inspector that `inspect` returns. */
interface ClassicInspector {
  send(event: { type: 'service.event'; event: string; sessionId: string }): void;
  disconnect(): void;
}

/** `inspect` of `@xstate/inspect` 0.8. Its options are typed by XState 4. */
export type ClassicInspect = (options: never) => ClassicInspector | undefined;

const VIEWER = 'https://stately.ai/viz?inspect';

const scxml = (event: AnyEventObject) => ({
  name: event.type,
  data: event,
  $$type: 'scxml',
  type: 'external',
});

/** A snapshot in the shape of XState 4. */
const stateOf = (snapshot: AuthSnapshot, event: AnyEventObject, sessionId: string) => ({
  value: snapshot.value,
  context: snapshot.context,
  event,
  _event: scxml(event),
  _sessionid: sessionId,
  actions: [],
  activities: {},
  meta: {},
  events: [],
  transitions: [],
  children: {},
  done: snapshot.status === 'done',
  tags: [...snapshot.tags],
});

/**
 * Shows the client in the classic inspector, and sends it the events that a developer sends by hand there:
 * `connectClassicInspector(auth, inspect, { iframe: false })` with `inspect` from `@xstate/inspect`. Throws a
 * `TypeError` if there is no iframe to show it in.
 */
export function connectClassicInspector(
  auth: Inspected,
  inspect: ClassicInspect,
  options: ClassicInspectorOptions = {},
): Disconnect {
  return whenRunning(auth, () => connect(auth, inspect, options));
}

function connect(auth: Inspected, inspect: ClassicInspect, options: ClassicInspectorOptions): Disconnect {
  const { actor } = auth;
  const { sessionId } = actor;
  const { machine } = actor.getSnapshot();
  const url = options.url ?? VIEWER;
  let event: AnyEventObject = { type: 'xstate.init' };
  let fromViewer: AnyEventObject | null = null;
  const listeners = new Set<(state: object) => void>();
  const endings = new Set<() => void>();
  const state = () => stateOf(actor.getSnapshot(), event, sessionId);

  /** Looks like a service of XState 4 to the inspector, which replaces `send` with a wrapper that reports the event. */
  const service = {
    id: machine.id,
    sessionId,
    parent: undefined,
    machine: {
      id: machine.id,
      definition: { ...definitionOf(machine), context: {}, predictableActionArguments: true },
    },
    get state() {
      return state();
    },
    get initialState() {
      return state();
    },
    subscribe(listener: (state: object) => void) {
      listeners.add(listener);
      return { unsubscribe: () => listeners.delete(listener) };
    },
    onStop: (ending: () => void) => endings.add(ending),
    send(sent: AnyEventObject) {
      const { type } = sent.$$type === 'scxml' ? sent.data : sent;
      if (!isPlainEvent(type)) return;
      const plain = { type } as const;
      fromViewer = plain;
      actor.send(plain);
    },
  };
  const devTools = {
    services: new Set([service]),
    register() {},
    unregister() {},
    onRegister(listener: (registered: typeof service) => void) {
      listener(service);
      return { unsubscribe() {} };
    },
  };

  const stopRefusing = refuseOthers(new URL(url).origin);
  const inspector = inspect({ ...options, url, devTools } as never);
  if (!inspector) {
    stopRefusing();
    throw new TypeError(
      'tmdb-auth: pass `iframe`, put an <iframe data-xstate> into the page, or `iframe: false`.',
    );
  }

  const stop = follow(auth, (step) => {
    if ((step.actorRef as AnyActorRef).sessionId !== sessionId) return;
    if (step.type === '@xstate.event' && step.event !== fromViewer) {
      const sent = JSON.stringify(scxml(classicEvent(step.event)));
      inspector.send({ type: 'service.event', event: sent, sessionId });
    }
    if (step.type === '@xstate.snapshot') {
      event = classicEvent(step.event);
      for (const listener of listeners) listener(stateOf(step.snapshot as AuthSnapshot, event, sessionId));
    }
  });
  const disconnect = () => {
    life.unsubscribe();
    stop();
    stopRefusing();
    for (const ending of endings) ending();
    endings.clear();
    inspector.disconnect();
  };
  const life = actor.subscribe({ complete: disconnect });
  return disconnect;
}

const classicEvent = (event: AnyEventObject) => ({ ...event, type: classicType(event.type) });

/** The message types that the inspector's own machine handles, those that end it included. */
const FOR_INSPECTOR = /^(xstate\.|service\.|disconnect$|unload$)/;

/** `@xstate/inspect` accepts messages from every origin: an advertisement's frame could sign the user out. */
function refuseOthers(origin: string): () => void {
  const refuse = (message: MessageEvent) => {
    const type: unknown = message.data?.type;
    const isForInspector = typeof type === 'string' && FOR_INSPECTOR.test(type);
    if (isForInspector && message.origin !== origin) message.stopImmediatePropagation();
  };
  window.addEventListener('message', refuse);
  return () => window.removeEventListener('message', refuse);
}
