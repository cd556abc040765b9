/** One process with the package’s services and, for comparison, a minimal service of the same kind. */
import { createServer } from 'node:http2';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { xstate } from '@restatedev/xstate';
import { fromPromise } from '@restatedev/xstate/promise';
import { setup } from 'xstate';
import { createRestateServices, type RestateOptions } from '../../../src/platforms/restate/index.ts';

const { port, options } = JSON.parse(process.argv[2] ?? '') as { port: number; options: RestateOptions };
const { baseURL = '', credentials } = options;

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${baseURL}/3/authentication/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${(credentials as { accessToken: string }).accessToken}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Answer;
}

type Token = { request_token: string };
type Session = { session_id: string };

/** Three states and an end, without sealing, vault, view, claim or checks. */
const bare = setup({
  types: { context: {} as { requestToken: string; sessionId: string } },
  actors: {
    requestToken: fromPromise<Token, undefined>(() => ask('token/new')),
    createSession: fromPromise<Session, { request_token: string }>(({ input }) => ask('session/new', input)),
  },
}).createMachine({
  id: 'bare',
  context: { requestToken: '', sessionId: '' },
  initial: 'requesting',
  states: {
    requesting: {
      invoke: {
        src: 'requestToken',
        onDone: {
          target: 'waiting',
          actions: ({ context, event }) => {
            context.requestToken = event.output.request_token;
          },
        },
      },
    },
    waiting: { tags: 'waiting', on: { approved: 'exchanging' }, after: { 3600000: 'over' } },
    exchanging: {
      invoke: {
        src: 'createSession',
        input: ({ context }) => ({ request_token: context.requestToken }),
        onDone: {
          target: 'ready',
          actions: ({ context, event }) => {
            context.sessionId = event.output.session_id;
          },
        },
      },
    },
    ready: { tags: 'ready', after: { 600000: 'over' } },
    over: {},
  },
});

const services = [...createRestateServices(options), xstate('Bare', bare)];
createServer(createEndpointHandler({ services })).listen(port, '127.0.0.1', () => console.log('ready'));
