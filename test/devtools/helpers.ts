import type { TmdbAuth } from '../../src/index.ts';
import { trigger, what, why } from '../../src/tools/devtools/describe.ts';
import { createModel, type Step } from '../../src/tools/devtools/model.ts';
import { type InspectionMessage, sendMessages } from '../../src/tools/feed/messages.ts';
import type { Move } from '../../src/tools/feed/moves.ts';
import { createWorld } from '../support/world.ts';

export type Client = ReturnType<typeof createModel>;

/** Passes a message through JSON, like a socket or a frame. */
export const sent = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;

/** A panel's model that follows this client from now on, and every message it received. */
export function follow(auth: TmdbAuth) {
  const model = createModel();
  const messages: InspectionMessage[] = [];
  const stop = sendMessages(auth, (message) => {
    messages.push(sent(message));
    model.receive(sent(message));
  });
  return { model, messages, stop };
}

/** A step as a line of the timeline: `what; event: from → to; because why`. */
export function line(step: Step): string {
  const { from, to } = step;
  const way = from === null || from === to ? to : `${from} → ${to}`;
  const reason = why(step);
  return [what(step), `${trigger(step)}: ${way}`, ...(reason === null ? [] : [`because ${reason}`])].join(
    '; ',
  );
}

export const linesOf = ({ steps }: Client): string[] => steps.map(line);

/** A client's own actor, as `@statelyai/inspect` describes it: without our additions. */
export const actorMessage = (more: object = {}) => ({
  type: '@xstate.actor',
  name: 'auth',
  sessionId: 'x:0',
  rootId: 'x:0',
  id: null,
  createdAt: '1750000000000',
  _version: '0.7.2',
  definition: '{"id":"auth"}',
  snapshot: { status: 'active' },
  ...more,
});

export const CONTEXT = {
  apiVersion: 3,
  facts: { token: null, exchanging: false, session: null, account: null, guest: null },
  method: 'approval',
  tries: 0,
  retryAfter: null,
  failure: null,
  failedStep: null,
};

export const snapshotMessage = (value: unknown, event: string, more: object = {}) => ({
  type: '@xstate.snapshot',
  event: { type: event },
  snapshot: { status: 'active', value, context: CONTEXT },
  sessionId: 'x:0',
  rootId: 'x:0',
  id: null,
  createdAt: '1750000000000',
  _version: '0.7.2',
  ...more,
});

export const keysOf = (moves: readonly Move[]) => moves.map(({ key }) => key);

/** A client that is followed from its first moment on. */
export async function open(options: Parameters<Awaited<ReturnType<typeof createWorld>>['client']>[0] = {}) {
  const world = await createWorld();
  const auth = world.client(options);
  const followed = follow(auth);
  await world.reaches(auth, 'idle.fresh');
  return { world, auth, ...followed };
}
