import { createBrowserReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { pathOf } from '../../../../machines/auth.view.ts';
import type {} from './window.ts';

/** Receives messages like stately.ai/inspect: with `@statelyai/inspect`. */
let machine = '';

function lineOf(message: StatelyInspectionEvent): string {
  if (message.type === '@xstate.actor') {
    if (!message.parentId) machine = message.sessionId;
    return `actor ${message.name}`;
  }
  const isMachine = message.sessionId === machine;
  if (message.type === '@xstate.event') return isMachine ? `event ${message.event.type}` : 'child event';
  const { value } = message.snapshot as { value?: never };
  return isMachine && value ? `state ${pathOf(value)}` : 'child snapshot';
}

createBrowserReceiver().subscribe((message) =>
  window.arrived({ line: lineOf(message), raw: JSON.stringify(message) }),
);
