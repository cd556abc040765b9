import type { InspectionEvent, Observer } from 'xstate';
import { follow } from '../feed/follow.ts';
import type { Disconnect, Inspected } from '../feed/when-running.ts';

/** The part of an inspector of `@statelyai/inspect` that is used here. */
export interface StatelyInspector {
  /** Receives the inspection events: a function or an observer. */
  inspect: Observer<InspectionEvent>;
}

/**
 * Shows the client in the Stately Inspector: `connectStatelyInspector(auth, createBrowserInspector())`, or with
 * `createWebSocketInspector({ url })` from Node. Pass it `serializationDepthLimit: 20`: a lower limit cuts off parts
 * of the statechart.
 */
export function connectStatelyInspector(auth: Inspected, { inspect }: StatelyInspector): Disconnect {
  return follow(auth, (event) => inspect.next?.(event));
}
