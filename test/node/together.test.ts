/** Two processes on one folder. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, type TestContext, test } from 'vitest';
import { ACCOUNT, SESSION_DELETE, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { act, createStage, press, type Stage, until } from './processes.ts';
import { startWorker, type Worker } from './workers.ts';

async function createPair(context: TestContext, options = {}, shared?: Stage) {
  const stage = shared ?? (await createStage(context));
  const pair = [startWorker(context, stage, options), startWorker(context, stage, options)] as const;
  await Promise.all(pair.map((worker) => worker.reaches('idle.fresh')));
  return { stage, pair };
}

/** All start at once, so that each has its own request. Resolves to their approval pages. */
async function beginTogether(stage: Stage, workers: readonly Worker[]): Promise<string[]> {
  const letThrough = stage.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW, times: workers.length });
  for (const worker of workers) worker.tell('login');
  await stage.isAsked(TOKEN_NEW, workers.length);
  letThrough();
  return Promise.all(workers.map((worker) => worker.approvalUrl()));
}

/** Both are signed in with the only session. */
async function shareOneSession({ expect }: TestContext, stage: Stage, workers: readonly Worker[]) {
  for (const worker of workers) {
    expect(await worker.outcome('login')).toMatchObject({ view: { status: 'user' } });
    worker.tell('ask');
    expect(await worker.outcome('ask')).toMatchObject({ view: { status: 'user' } });
    await worker.reaches('sessionActive.ready');
  }
  await stage.isMade(1);
  expect((await stage.record())?.facts.session).not.toBeNull();
}

describe.concurrent('two processes on one folder', { timeout: 60_000 }, () => {
  test('share the session of the first when they sign in one after the other', async (context) => {
    const { stage, pair } = await createPair(context);
    const [one, other] = pair;
    one.tell('login');
    await act(await one.approvalUrl(), 'allow');
    await one.outcome('login');
    other.tell('login');
    await shareOneSession(context, stage, pair);
    context.expect(stage.asked(SESSION_NEW)).toBe(1);
  });

  test('share the session of the first when each has its own request, approved one after the other', async (context) => {
    const { stage, pair } = await createPair(context);
    const [one] = pair;
    const [page = '', otherPage = ''] = await beginTogether(stage, pair);
    await act(page, 'allow');
    await one.outcome('login');
    // The other is signed in by then, and no longer listens.
    await press(otherPage, 'allow');
    await shareOneSession(context, stage, pair);
    context.expect(stage.asked(SESSION_NEW)).toBe(1);
  });

  test('end with one session when each has its own exchange, answered one after the other', async (context) => {
    const { stage, pair } = await createPair(context);
    const [page = '', otherPage = ''] = await beginTogether(stage, pair);
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const late = act(page, 'allow');
    await stage.isAsked(SESSION_NEW);
    await act(otherPage, 'allow');
    await pair[1].outcome('login');
    letThrough();
    await late;
    // If the other waited for the exchange of the first, the first has given up meanwhile and signs in again.
    const { failure } = await pair[0].outcome('login');
    context.expect(failure?.code).toBeOneOf([undefined, 'timeout']);
    pair[0].tell('login');
    await shareOneSession(context, stage, pair);
  });

  test('end with one session together with two more, all answered at the same time', async (context) => {
    const { stage, pair } = await createPair(context);
    const more = await createPair(context, {}, stage);
    const all = [...pair, ...more.pair];
    const pages = await beginTogether(stage, all);
    // Each of them finds no session before its request.
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW, times: all.length });
    const returns = pages.map((page) => act(page, 'allow'));
    await Promise.all(all.map((worker) => worker.reaches('sessionRequested')));
    // A client that waits for another’s exchange sends none.
    await Promise.race([stage.isAsked(SESSION_NEW, all.length), pause(500)]);
    letThrough();
    await Promise.all(returns);
    await shareOneSession(context, stage, all);
  });

  test('are both signed in when they wait for the same request and one of them gets the return', async (context) => {
    const { expect } = context;
    const { stage, pair } = await createPair(context);
    const [one, other] = pair;
    one.tell('login');
    const page = await one.approvalUrl();
    await stage.isKept(({ facts }) => facts.token !== null);
    other.tell('login');
    expect(new URL(await other.approvalUrl()).pathname).toBe(new URL(page).pathname);
    await act(page, 'allow');
    await one.outcome('login');
    await shareOneSession(context, stage, pair);
    expect(stage.asked(SESSION_NEW)).toBeLessThanOrEqual(2);
  });

  test('spend a request once when both poll for it', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const options = { poll: true, pollInterval: 50 };
    const first = startWorker(context, stage, options);
    first.tell('login');
    const page = await first.approvalUrl();
    await stage.isKept(({ facts }) => facts.token !== null);
    const second = startWorker(context, stage, options);
    second.tell('login');
    expect(await second.approvalUrl()).toBe(page);
    await press(page, 'allow');
    await shareOneSession(context, stage, [first, second]);
  });

  test('are both signed out after a sign-out in one', async (context) => {
    const { expect } = context;
    const { stage, pair } = await createPair(context);
    const [one, other] = pair;
    one.tell('login');
    await act(await one.approvalUrl(), 'allow');
    await one.outcome('login');
    other.tell('login');
    await other.outcome('login');
    one.tell('logout');
    expect(await one.outcome('logout')).toMatchObject({ view: { state: 'idle.loggedOut', failure: null } });
    await stage.isMade(0);
    expect(await stage.files()).toEqual([]);
    await other.reaches('idle.loggedOut');
    expect(other.view()).toMatchObject({ status: 'signedOut', failure: null });
    expect(await stage.files()).toEqual([]);
    expect(stage.asked(SESSION_DELETE)).toBe(1);
  });

  test('stay signed out when one signs out while the other requests the account', async (context) => {
    const { expect } = context;
    const { stage, pair } = await createPair(context);
    const [one, other] = pair;
    one.tell('login');
    await act(await one.approvalUrl(), 'allow');
    await one.outcome('login');
    other.tell('login');
    await other.outcome('login');
    const before = stage.asked(ACCOUNT);
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', when: 'before', match: ACCOUNT });
    other.tell('ask');
    await stage.isAsked(ACCOUNT, before + 1);
    one.tell('logout');
    await one.outcome('logout');
    letThrough();
    await other.reaches('idle');
    await until(
      async () => (await stage.files()).length === 0,
      () => 'an empty folder',
    );
    expect(stage.tmdb.sessions()).toEqual([]);
  });
});
