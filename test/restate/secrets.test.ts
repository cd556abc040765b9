import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { SESSION_NEW } from '../support/requests.ts';
import { found } from './search.ts';
import { livesFor } from './short-lives.ts';
import { reaches, SECRETS, setStage, until } from './stage.ts';

const stage = setStage();

/** An approved sign-in. */
async function approved() {
  const { client, tmdb } = stage;
  const { id, ticket, view } = await client.start({ redirectTo: (id) => `http://tv.test/${id}` });
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  await client.callback(id, callback(requestToken));
  return { id, ticket, requestToken };
}

test('no secret is in Restate’s files, or in the output of the service', async () => {
  const { client, tmdb, restate, service, folder } = stage;
  const secrets: string[] = [...SECRETS, tmdb.accessToken, tmdb.apiKey];
  const remember = ({ ticket, requestToken }: { ticket: string; requestToken: string }) =>
    secrets.push(requestToken, ticket.split('.')[1] ?? '');

  // One sign-in of each kind: collected, left to wait, cancelled, interrupted, failed, expired.
  const collected = await approved();
  await reaches(client, collected.ticket, 'sessionActive.ready');
  remember(collected);
  const inState = await approved();
  await reaches(client, inState.ticket, 'sessionActive.ready');
  remember(inState);
  const waiting = await client.start();
  remember({ ...waiting, requestToken: tokenIn(waiting.view.approvalUrl) });
  const cancelled = await client.start();
  remember({ ...cancelled, requestToken: tokenIn(cancelled.view.approvalUrl) });
  await client.send(cancelled.ticket, 'login.cancel');
  tmdb.faults.add({ kind: 'hang', when: 'after', match: SESSION_NEW });
  const interrupted = await approved();
  remember(interrupted);
  await until(() => tmdb.sessions().length === 3, 'the session');
  await service.kill();
  await restate.stop('SIGKILL');
  await restate.start();
  await service.start();
  await reaches(client, interrupted.ticket, 'idle.failed');
  tmdb.faults.add({ kind: 'html', match: SESSION_NEW, times: 4 });
  const failed = await approved();
  remember(failed);
  await reaches(client, failed.ticket, 'idle.failed');
  livesFor(tmdb, 1_000);
  const expired = await client.start();
  if (expired.view.approvalUrl) remember({ ...expired, requestToken: tokenIn(expired.view.approvalUrl) });
  await reaches(client, expired.ticket, 'idle.tokenExpired');
  secrets.push(
    (await client.collect(collected.ticket))?.sessionId ?? '',
    (await client.collect(inState.ticket))?.sessionId ?? '',
  );

  // First proves the search: Restate does write down a text that was sent unsealed.
  const planted = `planted-${crypto.randomUUID()}`;
  await fetch(`${restate.ingressURL}/TmdbSignIn/view`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sealed: planted }),
  });
  await until(() => found(folder, [planted]).length === 1, 'the planted text');
  expect(secrets.every((secret) => secret.length >= 32)).toBe(true);
  expect(secrets.length).toBeGreaterThan(15);
  expect(found(folder, secrets)).toEqual([]);
  await restate.stop();
  expect(found(folder, [planted, ...secrets])).toEqual([planted]);
  expect(secrets.filter((secret) => stage.log().includes(secret))).toEqual([]);
  expect(stage.log()).toContain('ready');
});
