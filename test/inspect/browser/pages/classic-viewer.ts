import { createWindowReceiver } from '../../../../examples/inspector/node_modules/@xstate/inspect/es/index.js';
import { pathOf } from '../../../../machines/auth.view.ts';
import type { Arrival } from './window.ts';

type Receiver = ReturnType<typeof createWindowReceiver>;
type Message = Parameters<Extract<Parameters<Receiver['subscribe']>[0], (message: never) => void>>[0];
type Machine = Extract<Message, { type: 'service.register' }>['machine'];

/** Receives messages like stately.ai/viz: with `@xstate/inspect` and XState 4. */
let raw = '';
window.addEventListener('message', ({ data }) => {
  raw = JSON.stringify(data);
});
const receiver = createWindowReceiver();
let service = '';

const inWords = (machine: Machine): Required<Arrival>['machine'] => ({
  stateIds: machine.stateIds,
  arrows: machine.stateIds
    .flatMap((id) => machine.getStateNodeById(id).transitions)
    .map(({ source, eventType, target }) => `${source.id} ${eventType} ${target?.[0]?.id ?? source.id}`),
});

function lineOf(message: Message): string {
  if (message.type === 'service.register')
    return `register ${message.machine.id} in ${pathOf(message.state.value as never)}`;
  if (message.type === 'service.event') return `event ${message.event.name}`;
  if (message.type === 'service.state') return `state ${pathOf(message.state.value as never)}`;
  return message.type;
}

receiver.subscribe((message) => {
  const isMachine = message.type === 'service.register';
  if (isMachine) service = message.sessionId;
  const arrival = { line: lineOf(message), raw };
  return window.arrived(isMachine ? { ...arrival, machine: inWords(message.machine) } : arrival);
});

window.sendEvent = (event) => {
  const scxml = { name: event.type, data: event, $$type: 'scxml', type: 'external', origin: service };
  receiver.send({ type: 'xstate.event', event: JSON.stringify(scxml), service });
};
