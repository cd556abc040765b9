import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { reaches, setStage, until } from './stage.ts';

const stage = setStage();

test('a device begins, a phone approves, and the device collects the session once', async () => {
  const { client, tmdb } = stage;
  const { id, ticket, view } = await client.start({ redirectTo: (id) => `http://tv.test/back/${id}` });
  expect(view).toMatchObject({ state: 'awaitingApproval.waiting', status: 'pending', failure: null });
  expect(view.approvalUrl).toContain(encodeURIComponent(`http://tv.test/back/${id}`));
  expect(await client.collect(ticket)).toBeNull();

  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  let told: string | undefined;
  const waiting = client.wait(ticket, { seen: view.state }).then((next) => {
    told = next?.state;
  });
  await client.callback(id, callback(requestToken, 'approved', `http://tv.test/back/${id}`));
  // Resolves much sooner than the wait would end by itself.
  await until(() => told !== undefined, 'the device to receive the next view');
  expect(told).not.toBe(view.state);
  await waiting;
  expect(await reaches(client, ticket, 'sessionActive.ready')).toMatchObject({
    status: 'user',
    account: { username: 'sandra' },
    approvalUrl: null,
  });

  // The user reloads the page of the return.
  await client.callback(id, callback(requestToken, 'approved', `http://tv.test/back/${id}`));
  await client.callback(id, callback(requestToken, 'denied', `http://tv.test/back/${id}`));
  expect((await client.view(ticket))?.state).toBe('sessionActive.ready');

  const signedIn = await client.collect(ticket);
  expect(signedIn).toMatchObject({ accessToken: null, account: { username: 'sandra' } });
  const account = await fetch(`${tmdb.baseURL}/3/account?session_id=${signedIn?.sessionId}`, {
    headers: { authorization: `Bearer ${tmdb.accessToken}` },
  });
  expect(await account.json()).toMatchObject({ username: 'sandra' });
  expect(await client.collect(ticket)).toBeNull();
  await until(async () => (await client.view(ticket)) === null, 'the sign-in to be deleted');
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a session that arrives after a cancel in the exchange is deleted at TMDB', async () => {
  const { client, tmdb } = stage;
  const before = tmdb.sessions().length;
  const release = tmdb.faults.add({
    kind: 'hang',
    when: 'after',
    match: 'POST /3/authentication/session/new',
  });
  const { id, ticket, view } = await client.start();
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  await client.callback(id, callback(requestToken));
  await until(() => tmdb.sessions().length === before + 1, 'TMDB to make the session');
  expect((await client.send(ticket, 'login.cancel'))?.state).toBe('idle.fresh');
  release();
  await until(() => tmdb.sessions().length === before, 'the session to be deleted');
  expect(await client.collect(ticket)).toBeNull();
});
