/** kill -9 at every step of a sign-in, and what the next process does with the folder. */
import { describe, type TestContext, test } from 'vitest';
import { ACCOUNT, GUEST_NEW, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { act, createStage, press, type Stage } from './processes.ts';
import { startWorker, type Worker } from './workers.ts';

interface Scene {
  context: TestContext;
  stage: Stage;
  /** The process to be killed. */
  first: Worker;
  /** The process that is started after it. */
  restart(): Worker;
}

async function createScene(context: TestContext): Promise<Scene> {
  const stage = await createStage(context);
  const first = startWorker(context, stage);
  await first.reaches('idle.fresh');
  return { context, stage, first, restart: () => startWorker(context, stage) };
}

/** Brings a sign-in to the stored approval page. */
async function toApproval(worker: Worker, stage: Stage): Promise<string> {
  worker.tell('login');
  const page = await worker.approvalUrl();
  await stage.isKept(({ secrets }) => page.includes(secrets.requestToken ?? 'none'));
  return page;
}

/** Signs in from the worker’s present state, and checks the stored record. */
async function signsIn({ context, stage }: Scene, worker: Worker, sessions = 1) {
  const { expect } = context;
  await act(await toApproval(worker, stage), 'allow');
  const { failure, view } = await worker.outcome('login');
  expect(failure).toBeUndefined();
  expect(view).toMatchObject({ state: 'sessionActive.ready', account: { username: 'sandra' } });
  await isSignedIn({ context, stage }, worker, sessions);
}

/** TMDB has this many sessions; there is one private file, with one of them and nothing pending. */
async function isSignedIn(
  { context, stage }: Pick<Scene, 'context' | 'stage'>,
  worker: Worker,
  sessions = 1,
) {
  const { expect } = context;
  await worker.reaches('sessionActive.ready');
  await stage.isKept(({ facts }) => facts.account !== null);
  expect(stage.tmdb.sessions()).toHaveLength(sessions);
  expect(await stage.record()).toMatchObject({
    facts: { token: null, exchanging: null, session: {}, account: { username: 'sandra' } },
    secrets: { requestToken: null, sessionId: expect.any(String) },
  });
}

describe.concurrent('after a kill -9 the next process', { timeout: 60_000 }, () => {
  test('is idle and can sign in when the first was idle', async (context) => {
    const scene = await createScene(context);
    await scene.first.kill();
    context.expect(await scene.stage.files()).toEqual([]);
    const second = scene.restart();
    await second.reaches('idle.fresh');
    await signsIn(scene, second);
  });

  test('finds nothing when the first was requesting a token', async (context) => {
    const scene = await createScene(context);
    const { stage, first } = scene;
    stage.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
    first.tell('login');
    await stage.isAsked(TOKEN_NEW);
    await first.kill();
    context.expect(await stage.files()).toEqual([]);
    const second = scene.restart();
    await second.reaches('idle.fresh');
    await signsIn(scene, second);
  });

  test('continues with the same request and its expiry when the first waited for approval', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    const { stage, first } = scene;
    const page = new URL(await toApproval(first, stage));
    await first.kill();
    const before = first.view();
    const second = scene.restart();
    await second.reaches('awaitingApproval.waiting');
    expect(second.view()).toMatchObject({ status: 'pending', expiresAt: before?.expiresAt, failure: null });
    second.tell('login');
    const again = new URL(await second.approvalUrl());
    expect(again.pathname).toBe(page.pathname);
    expect(again.search).not.toBe(page.search);
    await act(again.href, 'allow');
    await isSignedIn(scene, second);
    expect(stage.asked(TOKEN_NEW)).toBe(1);
  });

  test('shows that the request of a waiting sign-in has expired since', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    await toApproval(scene.first, scene.stage);
    const { expiresAt } = scene.first.view() ?? {};
    await scene.first.kill();
    const file = await scene.stage.record();
    expect(file?.facts.token?.expiresAt).toBe(expiresAt);
    await scene.stage.rewrite((record) => {
      if (record.facts.token) record.facts.token.expiresAt = Date.now() - 1;
    });
    const second = scene.restart();
    await second.reaches('idle.tokenExpired');
    expect(second.view()?.failure).toMatchObject({ code: 'token_expired' });
    await signsIn(scene, second);
  });

  test('signs in without asking the user again when they had approved', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    await press(await toApproval(scene.first, scene.stage), 'allow');
    await scene.first.kill();
    const second = scene.restart();
    await second.reaches('awaitingApproval.waiting');
    second.tell('login');
    await isSignedIn(scene, second);
    expect(await second.outcome('login')).toMatchObject({ view: { status: 'user', failure: null } });
    expect(second.said().some(({ approvalUrl }) => approvalUrl)).toBe(false);
    expect(scene.stage.asked(TOKEN_NEW)).toBe(1);
  });

  test('waits after a denial that no process has seen, and can be cancelled and restarted', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    await press(await toApproval(scene.first, scene.stage), 'deny');
    await scene.first.kill();
    const second = scene.restart();
    await second.reaches('awaitingApproval.waiting');
    second.tell('cancel');
    await second.reaches('idle.fresh');
    await second.outcome('cancel');
    expect(await scene.stage.files()).toEqual([]);
    await signsIn(scene, second);
  });

  test('finishes an exchange that TMDB had not handled', async (context) => {
    const scene = await createScene(context);
    const { stage, first } = scene;
    stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const returning = act(await toApproval(first, stage), 'allow').catch(() => {});
    await stage.isAsked(SESSION_NEW);
    await first.kill();
    await returning;
    const second = scene.restart();
    await isSignedIn(scene, second);
  });

  test.for([
    { kind: 'hang', when: 'after', what: 'the answer is on its way' },
    { kind: 'latency', when: 'before', ms: 600, what: 'TMDB does it after the death' },
  ] as const)(
    'says that the exchange was interrupted and where to remove the session when $what',
    async (fault, context) => {
      const { expect } = context;
      const scene = await createScene(context);
      const { stage, first } = scene;
      stage.tmdb.faults.add({ ...fault, match: SESSION_NEW });
      const returning = act(await toApproval(first, stage), 'allow').catch(() => {});
      await stage.isAsked(SESSION_NEW);
      await first.kill();
      await returning;
      const second = scene.restart();
      await second.reaches('idle.failed');
      expect(second.view()?.failure).toMatchObject({ code: 'exchange_interrupted' });
      expect(second.view()?.failure?.message).toContain('themoviedb.org/settings/sessions');
      expect(stage.tmdb.sessions()).toHaveLength(1);
      // The lost session and the new one.
      await signsIn(scene, second, 2);
    },
  );

  test('says that the exchange was interrupted when its answer had been lost before a new try', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    const { stage, first } = scene;
    stage.tmdb.faults.add({ kind: 'dropAfter', match: SESSION_NEW });
    stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const returning = act(await toApproval(first, stage), 'allow').catch(() => {});
    await stage.isAsked(SESSION_NEW, 2);
    await first.kill();
    await returning;
    const second = scene.restart();
    await second.reaches('idle.failed');
    expect(second.view()?.failure).toMatchObject({ code: 'exchange_interrupted' });
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('requests only the account when the session was stored', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    const { stage, first } = scene;
    stage.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
    const returning = act(await toApproval(first, stage), 'allow').catch(() => {});
    await stage.isAsked(ACCOUNT);
    await stage.isKept(({ secrets }) => secrets.sessionId !== null);
    await first.kill();
    await returning;
    const second = scene.restart();
    await isSignedIn(scene, second);
    expect(stage.asked(SESSION_NEW)).toBe(1);
  });

  test('is signed in without a request when the first was', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    await signsIn(scene, scene.first);
    await scene.first.kill();
    scene.stage.tmdb.resetRequests();
    const second = scene.restart();
    await isSignedIn(scene, second);
    second.tell('login');
    expect(await second.outcome('login')).toMatchObject({ view: { account: { username: 'sandra' } } });
    expect(scene.stage.tmdb.requests).toEqual([]);
  });

  test('finds nothing when the first was requesting a guest session', async (context) => {
    const scene = await createScene(context);
    const { stage, first } = scene;
    stage.tmdb.faults.add({ kind: 'hang', when: 'after', match: GUEST_NEW });
    first.tell('guest');
    await stage.isAsked(GUEST_NEW);
    await first.kill();
    context.expect(await stage.files()).toEqual([]);
    const second = scene.restart();
    await second.reaches('idle.fresh');
    second.tell('guest');
    await second.reaches('guestActive.unused');
  });

  test('has the guest and the pending sign-in, and keeps the guest after a cancel', async (context) => {
    const { expect } = context;
    const scene = await createScene(context);
    const { stage, first } = scene;
    first.tell('guest');
    await first.outcome('guest');
    const { guest } = first.view() ?? {};
    await toApproval(first, stage);
    await first.kill();
    const second = scene.restart();
    await second.reaches('awaitingApproval.waiting');
    expect(second.view()?.guest).toEqual(guest);
    second.tell('cancel');
    await second.reaches('guestActive.unused');
    await second.outcome('cancel');
    await second.kill();
    const third = scene.restart();
    await third.reaches('guestActive.unused');
    expect(third.view()).toMatchObject({ guest, expiresAt: guest?.unusedUntil });
    expect(stage.asked(GUEST_NEW)).toBe(1);
    await signsIn(scene, third);
  });
});
