/** In place of stately.ai/viz: lists what `@xstate/inspect` sends, and sends events back. */
import { createWindowReceiver } from '@xstate/inspect';
import { showEvent, showMachine, showState } from './arrivals.ts';

const EVENTS = ['guest.start', 'guest.used', 'login.cancel', 'retry', 'logout'];

const receiver = createWindowReceiver();
let service = '';

receiver.subscribe((message) => {
  if (message.type === 'service.event') return showEvent(message.event.name);
  if (message.type === 'service.state') return showState(message.state.value);
  if (message.type !== 'service.register') return;
  service = message.sessionId;
  showMachine(message.machine.id);
  showState(message.state.value);
  offerEvents();
});

function send(type: string): void {
  const event = { name: type, data: { type }, $$type: 'scxml', type: 'external', origin: service };
  receiver.send({ type: 'xstate.event', event: JSON.stringify(event), service });
}

function offerEvents(): void {
  const buttons = EVENTS.map((type) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(type);
    button.addEventListener('click', () => send(type));
    return button;
  });
  document.querySelector('#events')?.replaceChildren(...buttons);
}
