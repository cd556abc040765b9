import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { SESSION_NEW, timesAsked } from '../support/requests.ts';
import { livesFor } from './short-lives.ts';
import { reaches, setStage, until } from './stage.ts';

const KEEP_FOR = 4_000;
const stage = setStage({ options: { keepFor: KEEP_FOR } });

test('denied on the phone: the device is told so', async () => {
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

test('nobody approves: it expires when the request token does', async () => {
  const { client } = stage;
  livesFor(stage.tmdb, 3_000);
  const { ticket, view } = await client.start();
  expect(view.expiresAt).toBeLessThan(Date.now() + 60_000);
  expect(await reaches(client, ticket, 'idle')).toMatchObject({
    state: 'idle.tokenExpired',
    failure: { code: 'token_expired' },
  });
});

test('cancelled by the device, and begun anew', async () => {
  const { client } = stage;
  const { ticket } = await client.start();
  expect(await client.send(ticket, 'login.cancel')).toMatchObject({
    state: 'idle.fresh',
    failure: { code: 'cancelled' },
  });
  expect((await client.start()).view.state).toBe('awaitingApproval.waiting');
});

test('a return with another token changes nothing, and neither does one for nobody', async () => {
  const { client } = stage;
  const { id, ticket } = await client.start();
  const foreign = 'f'.repeat(40);
  await expect(client.callback(id, callback(foreign, 'denied'))).rejects.toMatchObject({
    code: 'callback_mismatch',
  });
  await expect(client.callback(crypto.randomUUID(), callback(foreign))).rejects.toMatchObject({
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

test('TMDB is down at the exchange: it is tried four times, and a retry of the device goes on', async () => {
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

test('the answer of TMDB is lost: nothing is claimed that nobody knows', async () => {
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

test('a session nobody collects is deleted at TMDB, and everything here with it', async () => {
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
  await until(async () => (await client.view(ticket)) === null, 'it to be deleted here');
  await until(() => tmdb.sessions().length === before, 'the session to be deleted at TMDB');
  await until(async () => (await rows()).length === 0, 'the vault to be empty');
});

test('TMDB asks to wait for longer than the token lives: that is why it ends', async () => {
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
