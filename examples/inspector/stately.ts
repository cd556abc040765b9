/** In place of stately.ai/inspect: lists what `@statelyai/inspect` sends about the machine. */
import { createBrowserReceiver } from '@statelyai/inspect';
import { showEvent, showMachine, showState } from './arrivals.ts';

let machine: string | undefined;

createBrowserReceiver().subscribe((message) => {
  if (message.type === '@xstate.actor' && !message.parentId) {
    machine = message.sessionId;
    showMachine(message.name);
  }
  // The actors it runs have messages of their own.
  if (message.sessionId !== machine) return;
  if (message.type === '@xstate.event') showEvent(message.event.type);
  if (message.type === '@xstate.snapshot') showState((message.snapshot as { value?: unknown }).value);
});
