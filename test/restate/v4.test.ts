import { expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { ACCESS_NEW, CONVERT, timesAsked } from '../support/requests.ts';
import { reaches, setStage, until } from './stage.ts';

const stage = setStage({ options: { apiVersion: 4 } });

const asked = (path: string) => timesAsked(stage.tmdb, path);

/** A sign-in that the device began and the user decided. */
async function decided(decision: 'approve' | 'deny') {
  const { client, tmdb } = stage;
  const { id, ticket, view } = await client.start({ redirectTo: (id) => `http://tv.test/back/${id}` });
  expect(view.approvalUrl).toContain('/auth/access?request_token=');
  tmdb[decision](tokenIn(view.approvalUrl));
  tmdb.resetRequests();
  // With v4, the return has no parameters.
  await client.callback(id, `http://tv.test/back/${id}`);
  return { id, ticket };
}

test('a v4 sign-in gives an access token for v4 and a session for v3', async () => {
  const { client, tmdb } = stage;
  const { ticket } = await decided('approve');
  const view = await reaches(client, ticket, 'sessionActive.ready');
  expect(view.account).toMatchObject({
    username: 'sandra',
    objectId: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
  expect(await client.collect(ticket)).toMatchObject({
    sessionId: expect.stringMatching(/^[0-9a-f]{40}$/),
    accessToken: expect.stringMatching(/^eyJ/),
    account: { username: 'sandra' },
  });
  expect(tmdb.sessions()).toHaveLength(1);
  expect(tmdb.accessTokens()).toHaveLength(1);
  expect(tmdb.requests).toHaveLength(3);
});

test('a denied v4 sign-in reports the denial', async () => {
  const { ticket } = await decided('deny');
  expect(await reaches(stage.client, ticket, 'idle')).toMatchObject({
    state: 'idle.approvalDenied',
    failure: { code: 'approval_denied' },
  });
});

test('a crash of the service after TMDB made the access token is reported as exchange_interrupted', async () => {
  const { client, tmdb, service } = stage;
  const tokens = tmdb.accessTokens().length;
  tmdb.faults.add({ kind: 'hang', when: 'after', match: ACCESS_NEW });
  const { ticket } = await decided('approve');
  await until(() => tmdb.accessTokens().length === tokens + 1, 'the access token');
  await service.kill();
  await service.start();
  expect(await reaches(client, ticket, 'idle')).toMatchObject({ failure: { code: 'exchange_interrupted' } });
  tmdb.faults.clear();
});

test('a crash of the service during the conversion is repaired: the next process converts the access token', async () => {
  const { client, tmdb, service } = stage;
  tmdb.faults.add({ kind: 'hang', match: CONVERT });
  const { ticket } = await decided('approve');
  await until(() => asked(CONVERT) === 1, 'the conversion');
  await service.kill();
  await service.start();
  await reaches(client, ticket, 'sessionActive.ready');
  expect(asked(ACCESS_NEW)).toBe(1);
  expect(await client.collect(ticket)).toMatchObject({ accessToken: expect.stringMatching(/^eyJ/) });
  tmdb.faults.clear();
});

test('the access token is deleted at TMDB after a cancel during the conversion, and the session with it', async () => {
  const { client, tmdb } = stage;
  const [sessions, tokens] = [tmdb.sessions().length, tmdb.accessTokens().length];
  const release = tmdb.faults.add({ kind: 'hang', when: 'after', match: CONVERT });
  const { ticket } = await decided('approve');
  await until(() => tmdb.sessions().length === sessions + 1, 'the session');
  await client.send(ticket, 'login.cancel');
  release();
  await until(() => tmdb.accessTokens().length === tokens, 'the access token to be deleted');
  await until(() => tmdb.sessions().length === sessions, 'the session to be deleted');
});

test('a logout before the device collected them deletes access token and session at TMDB', async () => {
  const { client, tmdb } = stage;
  const [sessions, tokens] = [tmdb.sessions().length, tmdb.accessTokens().length];
  const { ticket } = await decided('approve');
  await reaches(client, ticket, 'sessionActive.ready');
  await client.send(ticket, 'logout');
  await reaches(client, ticket, 'idle.loggedOut');
  expect(await client.collect(ticket)).toBeNull();
  await until(() => tmdb.sessions().length === sessions, 'the session to be deleted');
  await until(() => tmdb.accessTokens().length === tokens, 'the access token to be deleted');
});
