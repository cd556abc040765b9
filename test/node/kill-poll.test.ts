/** kill -9 while the client polls. A poll is an exchange, so a process can die during any of them. */
import { describe, test } from 'vitest';
import { SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { createStage, press } from './processes.ts';
import { startWorker } from './workers.ts';

const POLL = { poll: true, pollInterval: 50 };

describe.concurrent('a process that was killed while polling', { timeout: 60_000 }, () => {
  test('leaves a request before the approval, with which the next one continues', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const first = startWorker(context, stage, { poll: true, pollInterval: 60_000 });
    first.tell('login');
    const page = await first.approvalUrl();
    await stage.isKept(({ facts }) => facts.token !== null);
    await first.kill();
    const second = startWorker(context, stage, POLL);
    second.tell('login');
    expect(await second.approvalUrl()).toBe(page);
    await press(page, 'allow');
    expect(await second.outcome('login')).toMatchObject({ view: { state: 'sessionActive.ready' } });
    expect(stage.asked(TOKEN_NEW)).toBe(1);
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('during a poll that TMDB had not handled leaves the next one to poll again and sign in', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const first = startWorker(context, stage, POLL);
    first.tell('login');
    const page = await first.approvalUrl();
    await stage.isKept(({ facts }) => facts.token !== null);
    stage.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const before = stage.asked(SESSION_NEW);
    await stage.isAsked(SESSION_NEW, before + 1);
    await press(page, 'allow');
    await first.kill();
    const second = startWorker(context, stage, POLL);
    second.tell('login');
    expect(await second.outcome('login')).toMatchObject({ view: { state: 'sessionActive.ready' } });
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });

  test('during a poll that made a session makes the next one fail with exchange_interrupted', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({
      kind: 'answer',
      status: 503,
      match: SESSION_NEW,
      times: Number.POSITIVE_INFINITY,
    });
    const first = startWorker(context, stage, POLL);
    first.tell('login');
    const page = await first.approvalUrl();
    await stage.isKept(({ facts }) => facts.token !== null);
    await press(page, 'allow');
    stage.tmdb.faults.clear();
    stage.tmdb.faults.add({ kind: 'hang', when: 'after', match: SESSION_NEW });
    await stage.isMade(1);
    await first.kill();
    const before = stage.asked(SESSION_NEW);
    const second = startWorker(context, stage, POLL);
    second.tell('login');
    const { failure } = await second.outcomeUnless('login', () => stage.asked(SESSION_NEW) > before + 20);
    expect(failure).toMatchObject({ code: 'exchange_interrupted' });
    expect(failure?.message).toContain('themoviedb.org/settings/sessions');
  });
});

describe.concurrent('a process that polls a slow TMDB', { timeout: 60_000 }, () => {
  test('signs in although the answer takes longer than the request timeout', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    stage.tmdb.faults.add({
      kind: 'answer',
      status: 503,
      match: SESSION_NEW,
      times: Number.POSITIVE_INFINITY,
    });
    // The late answer arrives between two polls.
    const worker = startWorker(context, stage, { poll: true, requestTimeout: 2_000, pollInterval: 5_000 });
    worker.tell('login');
    await press(await worker.approvalUrl(), 'allow');
    stage.tmdb.faults.clear();
    stage.tmdb.faults.add({ kind: 'latency', ms: 4_000, match: SESSION_NEW });
    const before = stage.asked(SESSION_NEW);
    const { view } = await worker.outcomeUnless('login', () => stage.asked(SESSION_NEW) > before + 4);
    expect(view).toMatchObject({ state: 'sessionActive.ready' });
    expect(stage.tmdb.sessions()).toHaveLength(1);
  });
});
