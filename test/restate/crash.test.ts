import { expect, test } from 'vitest';
import { callback, tokenIn } from '../support/approval.ts';
import { SESSION_NEW, timesAsked } from '../support/requests.ts';
import { livesFor } from './short-lives.ts';
import { reaches, setStage, until } from './stage.ts';

const stage = setStage();

const asked = () => timesAsked(stage.tmdb, SESSION_NEW);

/** An approved sign-in with an exchange that hangs at TMDB. */
async function inTheExchange(when: 'before' | 'after') {
  const { client, tmdb } = stage;
  tmdb.resetRequests();
  const sessions = tmdb.sessions().length;
  const release = tmdb.faults.add({ kind: 'hang', when, match: SESSION_NEW });
  const { id, ticket, view } = await client.start();
  const requestToken = tokenIn(view.approvalUrl);
  tmdb.approve(requestToken);
  await client.callback(id, callback(requestToken));
  await until(() => asked() === 1, 'the exchange');
  if (when === 'after') await until(() => tmdb.sessions().length === sessions + 1, 'the session');
  return { ticket, release, sessions };
}

test('a crash of the service after TMDB made the session is reported as exchange_interrupted', async () => {
  const { client, tmdb, service } = stage;
  const { ticket, sessions } = await inTheExchange('after');
  await service.kill();
  await service.start();
  expect(await reaches(client, ticket, 'idle')).toMatchObject({
    state: 'idle.failed',
    failure: { code: 'exchange_interrupted' },
  });
  expect(tmdb.sessions()).toHaveLength(sessions + 1);
});

test('a crash of the service before TMDB received the exchange does not stop the sign-in', async () => {
  const { client, tmdb, service } = stage;
  const { ticket, sessions } = await inTheExchange('before');
  await service.kill();
  await service.start();
  await reaches(client, ticket, 'sessionActive.ready');
  expect(asked()).toBe(2);
  expect(tmdb.sessions()).toHaveLength(sessions + 1);
  tmdb.faults.clear();
});

test.each(['while Restate is down', 'after Restate is back'])(
  'a crash of Restate’s server in the exchange costs nothing when TMDB answers %s: one request, one session',
  async (moment) => {
    const { client, tmdb, restate } = stage;
    const { ticket, release, sessions } = await inTheExchange('after');
    await restate.stop('SIGKILL');
    if (moment === 'while Restate is down') release();
    await restate.start();
    release();
    expect(await reaches(client, ticket, 'sessionActive.ready')).toMatchObject({
      account: { username: 'sandra' },
    });
    expect(asked()).toBe(1);
    expect(tmdb.sessions()).toHaveLength(sessions + 1);
    expect(await client.collect(ticket)).not.toBeNull();
  },
);

test('a crash of service and server loses none of 24 sign-ins: the approved ones complete, the others expire', async () => {
  const { client, tmdb, restate, service } = stage;
  const sessions = tmdb.sessions().length;
  const lasting = await Promise.all(Array.from({ length: 12 }, () => client.start()));
  // Several times as long as both crashes take.
  for (let count = 0; count < 12; count += 1) livesFor(tmdb, 15_000);
  const passing = await Promise.all(Array.from({ length: 12 }, () => client.start()));

  await service.kill();
  await restate.stop('SIGKILL');
  await restate.start();
  await service.start();

  await Promise.all(
    lasting.map(async ({ id, ticket, view }) => {
      const requestToken = tokenIn(view.approvalUrl);
      tmdb.approve(requestToken);
      await client.callback(id, callback(requestToken));
      await reaches(client, ticket, 'sessionActive.ready');
    }),
  );
  const ends = await Promise.all(passing.map(({ ticket }) => reaches(client, ticket, 'idle')));
  expect(new Set(ends.map(({ failure }) => failure?.code))).toEqual(new Set(['token_expired']));
  expect(tmdb.sessions()).toHaveLength(sessions + lasting.length);
  const collected = await Promise.all(lasting.map(({ ticket }) => client.collect(ticket)));
  expect(new Set(collected.map((session) => session?.sessionId)).size).toBe(lasting.length);
});
