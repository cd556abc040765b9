import type { AnyActorRef, InspectionEvent } from 'xstate';
import { type Disconnect, type Inspected, whenRunning } from './when-running.ts';

/**
 * Passes all inspection events of the client's actor system to `observe`, after events for the actors that run
 * already: XState does not report those to a late inspector. An `observe` that throws is disconnected; the client
 * continues.
 */
export function follow(auth: Inspected, observe: (event: InspectionEvent) => void): Disconnect {
  return whenRunning(auth, () => followActor(auth, observe));
}

function followActor({ actor }: Inspected, observe: (event: InspectionEvent) => void): Disconnect {
  const rootId = actor.sessionId;
  let isStopped = false;
  const end: Disconnect[] = [];
  const stop = () => {
    isStopped = true;
    for (const each of end.splice(0)) each();
  };
  const tell = (event: InspectionEvent) => {
    if (isStopped) return;
    try {
      observe(event);
    } catch (error) {
      stop();
      console.error('tmdb-auth: the inspector failed and was disconnected.', error);
    }
  };

  const snapshot = actor.getSnapshot();
  const running = Object.values(snapshot.children).filter((child) => child !== undefined) as AnyActorRef[];
  for (const actorRef of [actor, ...running]) tell({ type: '@xstate.actor', actorRef, rootId });
  tell({ type: '@xstate.snapshot', actorRef: actor, rootId, event: { type: 'xstate.init' }, snapshot });
  if (isStopped) return stop;

  const system = actor.system.inspect(tell);
  const life = actor.subscribe({ complete: stop });
  end.push(
    () => system.unsubscribe(),
    () => life.unsubscribe(),
  );
  return stop;
}
