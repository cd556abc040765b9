// fauna/fauna-shell#550, microsoft/WSL#9921: A browser had opened and the user had approved, but the return never reached 127.0.0.1 (WSL, a container, a phone). The command waited for ever.
// Here: The client also asks TMDB, first after 15 s, then less and less often. A return is still answered after the sign-in has ended, so a scanner or a poll that came first leaves no error page in the browser.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'vitest';
import type { CreateNodeAuthOptions } from '../../src/platforms/node/index.ts';
import { ask, backOf, createClient } from '../node/person.ts';
import { createStage, press, until } from '../node/processes.ts';
import { startWorker } from '../node/workers.ts';
import { createTestClock } from '../support/clock.ts';
import { ACCESS_NEW, ACCOUNT, asked, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';

const LIMIT = { timeout: 60_000 };
const NAVIGATES = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** A sign-in that waits for the return on a stopped clock, and its approval page. */
async function createWaiting(context: TestContext, options: Partial<CreateNodeAuthOptions> = {}) {
  const stage = await createStage(context);
  const clock = createTestClock(Date.now());
  const { auth, opened } = createClient(context, stage, { clock, ...options });
  const signedIn = auth.login();
  signedIn.catch(() => {});
  const approvalUrl = await opened;
  const reaches = (state: string) =>
    until(
      () => auth.getView().state === state,
      () => `${state}, is ${auth.getView().state}`,
    );
  await reaches('awaitingApproval.waiting');
  return { stage, clock, auth, signedIn, approvalUrl, reaches };
}

describe.concurrent('a return that never arrives', LIMIT, () => {
  test.for([
    [3, SESSION_NEW],
    [4, ACCESS_NEW],
  ] as const)('the client asks TMDB after 15 s: v%i', async ([apiVersion, request], context) => {
    const { expect } = context;
    const { stage, clock, signedIn, approvalUrl } = await createWaiting(context, { apiVersion });
    await press(approvalUrl, 'allow');
    clock.advance(14_999);
    expect(stage.asked(request)).toBe(0);
    clock.advance(1);
    expect(await signedIn).toMatchObject({ state: 'sessionActive.ready' });
    expect(stage.asked(request)).toBe(1);
  });

  test('the client asks TMDB less and less often, and asking does not spend the token', async (context) => {
    const { expect } = context;
    const { stage, clock, auth, signedIn, approvalUrl, reaches } = await createWaiting(context);
    const toNextQuestion = () => {
      let waited = 0;
      for (; auth.getView().state === 'awaitingApproval.waiting'; waited += 1_000) clock.advance(1_000);
      return waited;
    };
    const waits: number[] = [];
    for (let times = 1; times <= 6; times++) {
      waits.push(toNextQuestion());
      await stage.isAsked(SESSION_NEW, times);
      await reaches('awaitingApproval.waiting');
    }
    expect(waits[0]).toBe(15_000);
    for (const wait of waits.slice(3)) expect(wait).toBeGreaterThan(40_000);
    for (const wait of waits) expect(wait).toBeLessThan(51_000);
    await press(approvalUrl, 'allow');
    toNextQuestion();
    expect(await signedIn).toMatchObject({ state: 'sessionActive.ready' });
  });

  test('a user who returns at once costs three requests to TMDB', async (context) => {
    const { expect } = context;
    const { stage, signedIn, approvalUrl } = await createWaiting(context);
    await fetch(await press(approvalUrl, 'allow'));
    await signedIn;
    expect(asked(stage.tmdb).filter((request) => request.includes(' /3/'))).toEqual([
      TOKEN_NEW,
      SESSION_NEW,
      ACCOUNT,
    ]);
  });

  test('a program turns polling off with pollInterval', async (context) => {
    const { expect } = context;
    const { stage, clock, signedIn, auth } = await createWaiting(context, {
      pollInterval: Number.POSITIVE_INFINITY,
    });
    clock.advance(30 * 60_000);
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
    clock.advance(30 * 60_000);
    await expect(signedIn).rejects.toMatchObject({ code: 'token_expired' });
    expect(stage.asked(SESSION_NEW)).toBe(0);
  });
});

describe.concurrent('a return that comes after the end', LIMIT, () => {
  test('the browser shows the outcome when the client had asked TMDB first', async (context) => {
    const { expect } = context;
    const { clock, signedIn, approvalUrl } = await createWaiting(context);
    const back = await press(approvalUrl, 'allow');
    clock.advance(15_000);
    await signedIn;
    const page = await fetch(back);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('Signed in as Sandra Box'),
    ]);
  });

  test('the browser shows the outcome when a scanner came first', async (context) => {
    const { expect } = context;
    const { stage, auth, signedIn, approvalUrl } = await createWaiting(context);
    const back = new URL(await press(approvalUrl, 'allow'));
    const target = back.pathname + back.search;
    await ask(back, { method: 'HEAD', target });
    await ask(back, { target });
    await signedIn;
    auth.dispose();
    await ask(back, { method: 'HEAD', target });
    const { status, text } = await ask(back, { target, headers: NAVIGATES });
    expect([status, text]).toEqual([200, expect.stringContaining('Signed in as Sandra Box')]);
    expect(stage.asked(SESSION_NEW)).toBe(1);
  });

  test('a process waits a moment for the user’s browser after the sign-in, and then exits', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const worker = startWorker(context, stage);
    worker.tell('login');
    const back = new URL(await press(await worker.approvalUrl(), 'allow'));
    const target = back.pathname + back.search;
    await ask(back, { target });
    await worker.outcome('login');
    worker.tell('end');
    const { text } = await ask(back, { target, headers: NAVIGATES });
    expect(text).toContain('Signed in as Sandra Box');
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    await expect(ask(back, { target })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a process exits even if the user’s browser never returns', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const worker = startWorker(context, stage, { pollInterval: 50 });
    worker.tell('login');
    const approvalUrl = await worker.approvalUrl();
    await press(approvalUrl, 'allow');
    await worker.outcome('login');
    // Browsers preconnect and then send nothing.
    const { port, hostname } = backOf(approvalUrl);
    const ahead = connect(Number(port), hostname);
    context.onTestFinished(() => void ahead.destroy());
    ahead.on('error', () => {});
    await once(ahead, 'connect');
    worker.tell('end');
    expect(await worker.exit).toEqual({ code: 0, signal: null });
  });
});
