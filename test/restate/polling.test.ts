import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { SESSION_NEW, timesAsked } from '../support/requests.ts';
import { reaches, setStage, until } from './stage.ts';

const stage = setStage({ options: { pollInterval: 300 } });

const asked = () => timesAsked(stage.tmdb, SESSION_NEW);

test('TMDB is polled until the user has approved, without a return', async () => {
  const { client, tmdb } = stage;
  tmdb.resetRequests();
  const { ticket, view } = await client.start();
  await until(() => asked() >= 2, 'two questions');
  expect((await client.view(ticket))?.status).toBe('pending');
  tmdb.approve(tokenIn(view.approvalUrl));
  await reaches(client, ticket, 'sessionActive.ready');
  expect(await client.collect(ticket)).not.toBeNull();
  expect(tmdb.sessions()).toHaveLength(1);
});

test('polling goes on after both the service and Restate’s server were killed', async () => {
  const { client, tmdb, restate, service } = stage;
  const { ticket, view } = await client.start();
  await restate.stop('SIGKILL');
  await service.kill();
  await service.start();
  await restate.start();
  tmdb.approve(tokenIn(view.approvalUrl));
  let now = await client.view(ticket);
  while (now && !/^idle|ready$/.test(now.state))
    now = await client.wait(ticket, { seen: now.state, timeout: 1_000 });
  // A poll in progress when the service died may have received the session.
  expect([undefined, 'exchange_interrupted']).toContain(now?.failure?.code);
  expect(now?.state).toBe(now?.failure ? 'idle.failed' : 'sessionActive.ready');
});

test('a device can have TMDB asked at once', async () => {
  const { client, tmdb } = stage;
  const { ticket, view } = await client.start();
  tmdb.approve(tokenIn(view.approvalUrl));
  await client.send(ticket, 'approval.check');
  await reaches(client, ticket, 'sessionActive.ready');
});

test('a crash of the service during the poll that made the session is reported, and the device does not wait on', async () => {
  const { client, tmdb, service } = stage;
  const sessions = tmdb.sessions().length;
  const { ticket, view } = await client.start();
  tmdb.faults.add({ kind: 'hang', when: 'after', match: SESSION_NEW });
  tmdb.approve(tokenIn(view.approvalUrl));
  await until(() => tmdb.sessions().length === sessions + 1, 'the session');
  await service.kill();
  await service.start();
  expect(await reaches(client, ticket, 'idle')).toMatchObject({ failure: { code: 'exchange_interrupted' } });
});

test('a return during a poll leads to no second exchange, and the poll’s session is used', async () => {
  const { client, tmdb } = stage;
  const sessions = tmdb.sessions().length;
  const { id, ticket, view } = await client.start();
  const release = tmdb.faults.add({ kind: 'hang', when: 'after', match: SESSION_NEW });
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  await until(() => tmdb.sessions().length === sessions + 1, 'the session');
  tmdb.resetRequests();
  await client.callback(id, callback(requestToken));
  expect((await client.view(ticket))?.state).toBe('sessionRequested.exchanging');
  release();
  await reaches(client, ticket, 'sessionActive.ready');
  expect(asked()).toBe(0);
  expect(await client.collect(ticket)).not.toBeNull();
});
