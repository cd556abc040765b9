/** kill -9 during the two exchanges of a v4 sign-in, and during a carry-over. */
import { describe, type TestContext, test } from 'vitest';
import { MEDIA, ratingsSent } from '../core/guest.ts';
import { ACCESS_NEW, ACCOUNT, CONVERT } from '../support/requests.ts';
import { act, createStage, press, type Stage, until } from './processes.ts';
import { startWorker, type Worker } from './workers.ts';

const V4 = { apiVersion: 4 } as const;

/** Kills a process during this request, after the user has approved and returned. */
async function killedIn(context: TestContext, match: string, when: 'before' | 'after') {
  const stage = await createStage(context);
  stage.tmdb.faults.add({ kind: 'hang', match, when });
  const first = startWorker(context, stage, V4);
  first.tell('login');
  const page = await first.approvalUrl();
  await stage.isKept(({ facts }) => facts.token?.apiVersion === 4);
  const returning = act(page, 'allow').catch(() => {});
  await stage.isAsked(match);
  const made = () => (match === ACCESS_NEW ? stage.tmdb.accessTokens() : stage.tmdb.sessions()).length;
  if (match === ACCOUNT) await stage.isKept(({ secrets }) => secrets.sessionId !== null);
  if (when === 'after')
    await until(
      () => made() === 1,
      () => `what ${match} makes`,
    );
  await first.kill();
  await returning;
  return { stage, second: startWorker(context, stage, V4) };
}

const isForgotten = (stage: Stage) =>
  until(
    async () => (await stage.files()).length === 0,
    () => 'the record to be removed',
  );

/** Waits until it has settled. */
async function rests(worker: Worker, stage: Stage) {
  await until(
    () => /^(idle\.(?!fresh)|sessionActive\.ready)/.test(worker.view()?.state ?? ''),
    () => `an end, is ${worker.view()?.state}`,
  );
  return stage.tmdb.requests.length;
}

describe.concurrent('after a kill -9 the next process', { timeout: 60_000 }, () => {
  test('signs in when the first had requested an access token and TMDB had made none', async (context) => {
    const { expect } = context;
    const { stage, second } = await killedIn(context, ACCESS_NEW, 'before');
    await second.reaches('sessionActive.ready');
    await stage.isKept(({ facts }) => facts.account !== null);
    expect(stage.tmdb.accessTokens()).toHaveLength(1);
    expect(stage.tmdb.sessions()).toHaveLength(1);
    expect(stage.asked(ACCESS_NEW)).toBe(2);
  });

  test('fails with exchange_interrupted after one request when TMDB had made an access token', async (context) => {
    const { expect } = context;
    const { stage, second } = await killedIn(context, ACCESS_NEW, 'after');
    await rests(second, stage);
    expect(second.view()).toMatchObject({ state: 'idle.failed', failure: { code: 'exchange_interrupted' } });
    expect(stage.asked(ACCESS_NEW)).toBe(2);
    await isForgotten(stage);
    second.tell('login');
    await act(await second.approvalUrl(), 'allow');
    expect(await second.outcome('login')).toMatchObject({ view: { state: 'sessionActive.ready' } });
  });

  test.for(['before', 'after'] as const)(
    'signs in with the stored access token after a kill in the conversion (%s TMDB did it)',
    async (when, context) => {
      const { expect } = context;
      const { stage, second } = await killedIn(context, CONVERT, when);
      await second.reaches('sessionActive.ready');
      await stage.isKept(({ facts }) => facts.account !== null);
      expect(stage.asked(ACCESS_NEW)).toBe(1);
      expect(stage.asked(CONVERT)).toBe(2);
      expect(stage.tmdb.accessTokens()).toHaveLength(1);
      expect(await stage.record()).toMatchObject({
        facts: { token: null, exchanging: null, access: {}, session: {}, account: { username: 'sandra' } },
        secrets: { requestToken: null, accessToken: expect.any(String), sessionId: expect.any(String) },
      });
      expect(second.view()?.account?.objectId).toMatch(/^[0-9a-f]{24}$/);
      second.tell('logout');
      await second.reaches('idle.loggedOut');
      await second.outcome('logout');
      expect(stage.tmdb.accessTokens()).toEqual([]);
    },
  );

  test('ends signed out when the user revoked the app after a kill in the conversion', async (context) => {
    const { expect } = context;
    const { stage, second } = await killedIn(context, CONVERT, 'before');
    stage.tmdb.revoke();
    await rests(second, stage);
    expect(second.view()?.status).toBe('signedOut');
    expect(second.view()?.failure).not.toBeNull();
    await isForgotten(stage);
    expect(stage.asked(CONVERT)).toBeLessThan(6);
  });

  test('requests only the account when session and access token were stored', async (context) => {
    const { expect } = context;
    const { stage, second } = await killedIn(context, ACCOUNT, 'before');
    await second.reaches('sessionActive.ready');
    expect(stage.asked(CONVERT)).toBe(1);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('settles after a kill during a v4 poll', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const polling = { ...V4, poll: true, pollInterval: 50 };
    const first = startWorker(context, stage, polling);
    first.tell('login');
    const page = await first.approvalUrl();
    await stage.isKept(({ facts }) => facts.token !== null);
    stage.tmdb.faults.add({
      kind: 'status',
      status: 503,
      match: ACCESS_NEW,
      times: Number.POSITIVE_INFINITY,
    });
    await press(page, 'allow');
    stage.tmdb.faults.clear();
    stage.tmdb.faults.add({ kind: 'hang', when: 'after', match: ACCESS_NEW });
    await until(
      () => stage.tmdb.accessTokens().length === 1,
      () => 'an access token',
    );
    await first.kill();
    const second = startWorker(context, stage, polling);
    second.tell('login');
    const before = stage.asked(ACCESS_NEW);
    const { failure } = await second.outcomeUnless('login', () => stage.asked(ACCESS_NEW) > before + 20);
    expect(failure).toMatchObject({ code: 'exchange_interrupted' });
  });

  test('has all 45 ratings on the account, each once, after two kills in a carry-over', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { tmdb } = stage;
    const onAccount = (count: number) =>
      until(
        () => tmdb.account().ratings.length >= count,
        () => `${count} ratings on the account, are ${tmdb.account().ratings.length}`,
      );
    let worker = startWorker(context, stage);
    worker.tell('guest');
    await worker.outcome('guest');
    worker.tell('rateAll');
    await worker.outcome('rateAll');
    worker.tell('login');
    await act(await worker.approvalUrl(), 'allow');
    await worker.outcome('login');
    for (const count of [8, 25]) {
      worker.tell('carry');
      await onAccount(count);
      await worker.kill();
      expect(tmdb.account().ratings.length).toBeLessThan(45);
      expect((await stage.record())?.facts.guest).not.toBeNull();
      worker = startWorker(context, stage);
      await worker.reaches('sessionActive.ready');
    }
    worker.tell('carry');
    const { view, failure } = await worker.outcome('carry');
    expect(failure).toBeUndefined();
    expect(view).toMatchObject({ guest: null, carryOver: { total: 45, carried: 45, kept: 0, failed: [] } });
    expect(tmdb.account().ratings).toHaveLength(45);
    expect(ratingsSent(tmdb).toSorted()).toEqual(MEDIA.toSorted());
    expect((await stage.record())?.facts.guest).toBeNull();
  });
});
