import { expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { ACCESS_NEW, CONVERT, timesAsked } from '../support/requests.ts';
import { reaches, setStage, until } from './stage.ts';

const stage = setStage({ options: { apiVersion: 4 } });

const asked = (path: string) => timesAsked(stage.tmdb, path);

/** Begun by the device, and decided by the user. */
async function decided(decision: 'approve' | 'deny') {
  const { client, tmdb } = stage;
  const { id, ticket, view } = await client.start({ redirectTo: (id) => `http://tv.test/back/${id}` });
  expect(view.approvalUrl).toContain('/auth/access?request_token=');
  tmdb[decision](tokenIn(view.approvalUrl));
  tmdb.resetRequests();
  // v4 brings the user back without a word.
  await client.callback(id, `http://tv.test/back/${id}`);
  return { id, ticket };
}

test('an access token for v4 and a session for v3', async () => {
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

test('denied', async () => {
  const { ticket } = await decided('deny');
  expect(await reaches(stage.client, ticket, 'idle')).toMatchObject({
    state: 'idle.approvalDenied',
    failure: { code: 'approval_denied' },
  });
});

test('the service dies after TMDB made the access token: that is said', async () => {
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

test('the service dies while the access token is converted: it is converted by the next', async () => {
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

test('cancelled while the access token is converted: the token is deleted at TMDB, and the session with it', async () => {
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

test('logged out before it was collected: both are deleted at TMDB', async () => {
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
