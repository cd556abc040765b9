import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { livesFor } from './short-lives.ts';
import { reaches, setStage } from './stage.ts';

/** Makes Restate suspend a handler at every wait, and replay it from its journal, as after a crash at every step. */
const stage = setStage({
  options: { pollInterval: 500 },
  server: { RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT: '0s' },
});

/** Invocations that Restate cannot finish, as their replay differed from the journal (RT0016). */
const stuck = () =>
  stage.sql("SELECT target, last_failure FROM sys_invocation WHERE last_failure_error_code = 'RT0016'");

test('every handler does the same when it is replayed', async () => {
  const { client, tmdb } = stage;
  const { id, ticket, view } = await client.start({ redirectTo: (id) => `http://tv.test/${id}` });
  const requestToken = tokenIn(view.approvalUrl);
  await client.wait(ticket, { seen: view.state, timeout: 1_500 });
  tmdb.approve(requestToken);
  await client.callback(id, callback(requestToken));
  await reaches(client, ticket, 'sessionActive.ready');
  expect(await client.collect(ticket)).toMatchObject({ account: { username: 'sandra' } });

  livesFor(tmdb, 2_000);
  const left = await client.start();
  expect((await reaches(client, left.ticket, 'idle')).failure?.code).toBe('token_expired');
  const cancelled = await client.start();
  expect((await client.send(cancelled.ticket, 'login.cancel'))?.state).toBe('idle.fresh');
  expect(await stuck()).toEqual([]);
});
