import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { SESSION_NEW, timesAsked } from '../support/requests.ts';
import { livesFor } from './short-lives.ts';
import { reaches, setStage, until } from './stage.ts';

const KEEP_FOR = 4_000;
const stage = setStage({ options: { keepFor: KEEP_FOR } });

test('a denial on the phone is reported to the device', async () => {
  const { client, tmdb } = stage;
  const { id, ticket, view } = await client.start();
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.deny(requestToken);
  await client.callback(id, callback(requestToken, 'denied'));
  expect(await client.view(ticket)).toMatchObject({
    state: 'idle.approvalDenied',
    failure: { code: 'approval_denied' },
    approvalUrl: null,
  });
});

test('a sign-in that is never approved expires with its request token', async () => {
  const { client } = stage;
  livesFor(stage.tmdb, 3_000);
  const { ticket, view } = await client.start();
  expect(view.expiresAt).toBeLessThan(Date.now() + 60_000);
  expect(await reaches(client, ticket, 'idle')).toMatchObject({
    state: 'idle.tokenExpired',
    failure: { code: 'token_expired' },
  });
});

test('a device can cancel a sign-in and begin a new one', async () => {
  const { client } = stage;
  const { ticket } = await client.start();
  expect(await client.send(ticket, 'login.cancel')).toMatchObject({
    state: 'idle.fresh',
    failure: { code: 'cancelled' },
  });
  expect((await client.start()).view.state).toBe('awaitingApproval.waiting');
});

test('a return is refused and changes nothing when its token or its sign-in is unknown', async () => {
  const { client } = stage;
  const { id, ticket } = await client.start();
  const theirs = 'f'.repeat(40);
  await expect(client.callback(id, callback(theirs, 'denied'))).rejects.toMatchObject({
    code: 'callback_mismatch',
  });
  await expect(client.callback(crypto.randomUUID(), callback(theirs))).rejects.toMatchObject({
    code: 'callback_mismatch',
  });
  await expect(client.callback(id, 'http://tv.test/back')).rejects.toMatchObject({
    code: 'callback_mismatch',
  });
  await expect(client.callback(id, 'http://tv.test/back?approved=true')).rejects.toMatchObject({
    code: 'callback_invalid',
  });
  expect((await client.view(ticket))?.state).toBe('awaitingApproval.waiting');
});

test('an exchange is tried four times while TMDB is down, and the device’s retry completes it', async () => {
  const { client, tmdb } = stage;
  const before = tmdb.sessions().length;
  const end = tmdb.faults.add({ kind: 'status', status: 503, code: 9, match: SESSION_NEW, times: Infinity });
  const { id, ticket, view } = await client.start();
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  tmdb.resetRequests();
  await client.callback(id, callback(requestToken));
  expect(await reaches(client, ticket, 'idle.failed')).toMatchObject({
    failure: { code: 'unavailable', tmdbCode: 9, httpStatus: 503, retryable: true },
    can: { retry: true },
  });
  expect(timesAsked(stage.tmdb, SESSION_NEW)).toBe(4);
  end();
  await client.send(ticket, 'retry');
  await reaches(client, ticket, 'sessionActive.ready');
  expect(await client.collect(ticket)).not.toBeNull();
  expect(tmdb.sessions()).toHaveLength(before + 1);
});

test('a lost answer of TMDB is reported as exchange_interrupted', async () => {
  const { client, tmdb } = stage;
  tmdb.faults.add({ kind: 'dropAfter', match: SESSION_NEW });
  const { id, ticket, view } = await client.start();
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  await client.callback(id, callback(requestToken));
  expect(await reaches(client, ticket, 'idle')).toMatchObject({
    state: 'idle.failed',
    failure: { code: 'exchange_interrupted' },
  });
});

test('a session that is not collected in time is deleted at TMDB, together with all data here', async () => {
  const { client, tmdb, sql } = stage;
  const before = tmdb.sessions().length;
  const { id, ticket, view } = await client.start();
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  await client.callback(id, callback(requestToken));
  await reaches(client, ticket, 'sessionActive.ready');
  expect(tmdb.sessions()).toHaveLength(before + 1);
  const rows = () => sql(`SELECT * FROM state WHERE service_key = '${id}'`);
  expect(await rows()).not.toEqual([]);
  await until(async () => (await client.view(ticket)) === null, 'the sign-in to be deleted here');
  await until(() => tmdb.sessions().length === before, 'the session to be deleted at TMDB');
  await until(async () => (await rows()).length === 0, 'the vault to be empty');
});

test('a sign-in expires with its token when TMDB asks to wait for longer than that', async () => {
  const { client, tmdb } = stage;
  livesFor(tmdb, 2_000);
  const { id, ticket, view } = await client.start();
  const end = tmdb.faults.add({ kind: 'rateLimited', retryAfter: 5, match: SESSION_NEW });
  tmdb.resetRequests();
  await client.callback(id, callback(tokenIn(view.approvalUrl)));
  expect(await reaches(client, ticket, 'idle')).toMatchObject({
    state: 'idle.tokenExpired',
    failure: { code: 'token_expired' },
  });
  expect(timesAsked(stage.tmdb, SESSION_NEW)).toBe(1);
  end();
});
