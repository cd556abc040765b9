import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { livesFor } from './short-lives.ts';
import { reaches, setStage } from './stage.ts';

/** Restate leaves a handler wherever it waits, and runs it again from its journal, as after a crash at every step. */
const stage = setStage({
  options: { pollInterval: 500 },
  server: { RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT: '0s' },
});

/** What Restate cannot run to its end, as it came to something else the second time. */
const stuck = () =>
  stage.sql("SELECT target, last_failure FROM sys_invocation WHERE last_failure_error_code = 'RT0016'");

test('every handler comes to the same when it is run again', async () => {
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
