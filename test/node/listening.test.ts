/** When the client listens, when it polls instead, and that it stops both. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, test } from 'vitest';
import { createTestClock } from '../support/clock.ts';
import { freePort } from '../support/free-port.ts';
import { SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { ask, backOf, createClient } from './person.ts';
import { act, createStage, press, type Stage, until } from './processes.ts';
import { startWorker } from './workers.ts';

const POLL = { pollInterval: 50 };

describe.concurrent('a client that listens', { timeout: 60_000 }, () => {
  test.for(['cancel', 'dispose'] as const)('stops after %s', async (end, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const ended = auth.login().catch(() => {});
    const back = backOf(await opened);
    expect((await fetch(new URL('/', back))).status).toBe(404);
    await auth[end]();
    await ended;
    await expect(fetch(back)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  test.for([
    ['allow', 'Signed in as Sandra Box'],
    ['deny', 'Not approved'],
  ] as const)('continues to show the outcome of the sign-in after %s', async ([choice, title], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, opened } = createClient(context, stage);
    const ended = auth.login().catch(() => {});
    const back = await press(await opened, choice);
    for (const text of [
      await (await fetch(back)).text(),
      await ended.then(() => fetch(back).then((page) => page.text())),
    ])
      expect(text).toContain(`<h1>${title}</h1>`);
    auth.dispose();
    expect(await (await fetch(back)).text()).toContain(`<h1>${title}</h1>`);
    expect(stage.asked(SESSION_NEW)).toBe(choice === 'allow' ? 1 : 0);
  });

  test('frees its port for the next sign-in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const port = await freePort();
    for (const turn of ['first', 'second']) {
      const { auth, opened } = createClient(context, stage, { port, storageKey: turn });
      const signedIn = auth.login();
      expect(backOf(await opened).port).toBe(String(port));
      await act(await opened, 'allow');
      expect(await signedIn).toMatchObject({ status: 'user' });
    }
  });

  test.for([false, true])('lets its process end (with an open connection: %s)', async (isOpen, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const worker = startWorker(context, stage);
    worker.tell('login');
    const approvalUrl = await worker.approvalUrl();
    if (isOpen) {
      // Browsers open connections in advance, and send nothing.
      const { port, hostname } = backOf(approvalUrl);
      const ahead = connect(Number(port), hostname);
      context.onTestFinished(() => void ahead.destroy());
      await once(ahead, 'connect');
    }
    await act(approvalUrl, 'allow');
    await worker.outcome('login');
    worker.tell('leave');
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    expect(worker.stderr()).toBe('');
  });

  test.for(['//', 'http://[', '*', '/%'])('survives a request for %s', async (target, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const worker = startWorker(context, stage);
    worker.tell('login');
    const approvalUrl = await worker.approvalUrl();
    const answer = await ask(backOf(approvalUrl), { target }).catch((error) => ({ status: error.code }));
    expect(answer.status).toBeOneOf([400, 404]);
    await act(approvalUrl, 'allow');
    expect(await worker.outcome('login')).toMatchObject({ view: { status: 'user' } });
  });

  test('takes the port it is given', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const port = await freePort();
    const { auth, opened } = createClient(context, stage, { port });
    const signedIn = auth.login();
    expect(backOf(await opened).port).toBe(String(port));
    await act(await opened, 'allow');
    expect(await signedIn).toMatchObject({ status: 'user' });
  });
});

/** The user approves and closes the page before it returns. */
async function approveOnly(stage: Stage, approvalUrl: string) {
  await press(approvalUrl, 'allow');
  await stage.isAsked(SESSION_NEW);
}

describe.concurrent('a client that no return can reach', { timeout: 60_000 }, () => {
  test('polls when its port is taken', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const other = createServer().listen(0, '127.0.0.1');
    context.onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { auth, opened, shown } = createClient(context, stage, { port, ...POLL });
    const signedIn = auth.login();
    expect(new URL(await opened).search).toBe('');
    await approveOnly(stage, await opened);
    expect(await signedIn).toMatchObject({ status: 'user' });
    expect(shown).toEqual([{ approvalUrl: await opened, isOpen: true }]);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('polls without a browser, and shows the address', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    let show = (_: string) => {};
    const told = new Promise<string>((resolve) => {
      show = resolve;
    });
    const { auth } = createClient(context, stage, {
      browser: false,
      ...POLL,
      onApprovalUrl: (url, isOpen) => !isOpen && show(url),
    });
    const signedIn = auth.login();
    const approvalUrl = await told;
    expect(approvalUrl).toBe(auth.approvalUrl);
    expect(new URL(approvalUrl).search).toBe('');
    await approveOnly(stage, approvalUrl);
    expect(await signedIn).toMatchObject({ status: 'user' });
    expect(stage.asked(TOKEN_NEW)).toBe(1);
  });

  const fail = () => {
    throw new Error('no browser');
  };

  test.for<[way: string, browser: () => Promise<void>]>([
    ['rejects', async () => fail()],
    ['throws', fail],
  ])('polls when opening the browser %s, and still takes a return', async ([, browser], context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const { auth, shown } = createClient(context, stage, { browser, ...POLL });
    const signedIn = auth.login();
    await until(
      () => shown.length > 0,
      () => 'the address',
    );
    expect(shown).toEqual([{ approvalUrl: auth.approvalUrl, isOpen: false }]);
    const [told] = shown;
    expect(backOf(told?.approvalUrl ?? '').hostname).toBe('127.0.0.1');
    await press(told?.approvalUrl ?? '', 'allow');
    expect(await signedIn).toMatchObject({ status: 'user' });
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });
});

describe.concurrent('a slow TMDB', { timeout: 60_000 }, () => {
  test('is waited for', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'latency', ms: 300, times: Number.POSITIVE_INFINITY });
    const { auth, opened } = createClient(context, stage);
    const signedIn = auth.login();
    expect((await act(await opened, 'allow')).status).toBe(200);
    expect(await signedIn).toMatchObject({ state: 'sessionActive.ready' });
  });

  test('can be too slow for the exchange: the page says so, and a session made after the end is deleted', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({ kind: 'latency', ms: 700, match: SESSION_NEW });
    const { auth, opened } = createClient(context, stage, { requestTimeout: 350 });
    const failed = expect(auth.login()).rejects.toMatchObject({ code: 'timeout', retryable: true });
    const page = await act(await opened, 'allow');
    expect(page.status).toBe(502);
    expect(await page.text()).toContain('did not answer in time');
    await failed;
    auth.dispose();
    await stage.isAsked('DELETE /3/authentication/session');
    await stage.isMade(0);
  });

  test('can be too slow for the exchange, which a retry continues', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const letThrough = stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    // Stops polling, so that only the exchange times out, also on a busy machine.
    const clock = createTestClock(Date.now());
    const { auth, opened } = createClient(context, stage, { clock, requestTimeout: 1_000 });
    const failed = auth.login().catch((error) => error);
    const shown = act(await opened, 'allow');
    await stage.isAsked(SESSION_NEW);
    clock.advance(1_000);
    await shown;
    expect(await failed).toMatchObject({ code: 'timeout' });
    const signedIn = auth.retry();
    letThrough();
    expect(await signedIn).toMatchObject({ state: 'sessionActive.ready' });
    expect(stage.asked(SESSION_NEW)).toBe(1);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });
});
