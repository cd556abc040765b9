/** An agent signs its user in: the address, the wait, and every possible end. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'vitest';
import { act, createStage, press, until } from '../../node/processes.ts';
import { SESSION_NEW, TOKEN_NEW } from '../../support/requests.ts';
import { cutOff, recordFile, signInBefore } from '../run.ts';
import { createAgent } from './agent.ts';

const LIMIT = { timeout: 90_000 };

describe.concurrent('an agent that signs its user in', LIMIT, () => {
  test('gets the address at once, waits, and is told who the user is', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage);
    expect((await agent.call('who_is_signed_in')).data).toEqual({ signed_in: false, can_write: false });

    const { data } = await agent.call('sign_in');
    expect(data).toMatchObject({ signed_in: false, opened_in_browser: false });
    expect(data.approval_url).toContain(`${stage.tmdb.webURL}/authenticate/`);
    expect((await agent.call('wait_for_sign_in', { seconds: 1 })).data).toMatchObject({
      signed_in: false,
      waiting_for_approval: true,
    });
    expect((await agent.call('who_is_signed_in')).data.waiting_for_approval).toBe(true);

    const waited = agent.call('wait_for_sign_in');
    await press(String(data.approval_url), 'allow');
    const user = { signed_in: true, username: 'sandra', name: 'Sandra Box' };
    expect((await waited).data).toMatchObject(user);
    expect((await agent.call('who_is_signed_in')).data).toMatchObject(user);
    expect((await agent.call('sign_in')).data).toMatchObject(user);
    expect(stage.asked(SESSION_NEW)).toBeGreaterThan(0);
    expect((await stage.record())?.facts.account?.username).toBe('sandra');
  });

  test('gets the same address when it asks twice', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage);
    const [first, second] = await Promise.all([agent.call('sign_in'), agent.call('sign_in')]);
    const third = await agent.call('sign_in');
    expect([second.data.approval_url, third.data.approval_url]).toEqual([
      first.data.approval_url,
      first.data.approval_url,
    ]);
    expect(stage.asked(TOKEN_NEW)).toBe(1);
  });

  test('leaves an empty record when it cancels', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage);
    await agent.call('sign_in');
    await stage.isKept(({ facts }) => facts.token !== null);
    expect((await agent.call('cancel_sign_in')).data.signed_in).toBe(false);
    expect((await agent.call('wait_for_sign_in')).text).toBe('The sign-in was cancelled. (cancelled)');
    await until(
      async () => (await stage.files()).length === 0,
      () => 'an empty folder',
    );
  });

  test('is told that the time for the approval has ended', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const first = await createAgent(context, stage);
    await first.call('sign_in');
    await stage.isKept(({ facts }) => facts.token !== null);
    await first.client.close();
    await stage.rewrite(({ facts }) => {
      if (facts.token) facts.token.expiresAt = Date.now() - 1;
    });
    const second = await createAgent(context, stage);
    const { isError, text } = await second.call('wait_for_sign_in');
    expect([isError, text]).toEqual([
      true,
      'The user did not approve the request in time. Call sign_in for a new address. (token_expired)',
    ]);
  });

  test('continues with the address of a server that has ended', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const first = await createAgent(context, stage);
    const before = await first.call('sign_in');
    await stage.isKept(({ facts }) => facts.token !== null);
    await first.client.close();

    const second = await createAgent(context, stage);
    expect((await second.call('sign_in')).data.approval_url).toBe(before.data.approval_url);
    await press(String(before.data.approval_url), 'allow');
    expect((await second.call('wait_for_sign_in')).data.username).toBe('sandra');
  });

  test('is told who the user is after an approval while no server ran', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const first = await createAgent(context, stage);
    const { data } = await first.call('sign_in');
    await stage.isKept(({ facts }) => facts.token !== null);
    await first.client.close();
    await press(String(data.approval_url), 'allow');

    const second = await createAgent(context, stage);
    await second.call('sign_in');
    expect((await second.call('wait_for_sign_in')).data.username).toBe('sandra');
    expect(stage.asked(TOKEN_NEW)).toBe(1);
  });

  test('opens the browser and keeps its output out of the protocol', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const noted = join(dirname(stage.folder), 'opened');
    const browser = join(dirname(stage.folder), 'browser');
    await writeFile(browser, `#!/bin/sh\necho noise; echo noise >&2\nprintf %s "$1" > ${noted}\n`);
    await chmod(browser, 0o755);
    const agent = await createAgent(context, stage, [], { env: { DISPLAY: ':0', BROWSER: browser } });
    const { data } = await agent.call('sign_in');
    expect(data.opened_in_browser).toBe(true);
    expect(await readFile(noted, 'utf8')).toBe(data.approval_url);
    const page = await act(String(data.approval_url), 'allow');
    expect(page.status).toBe(200);
    expect((await agent.call('wait_for_sign_in')).data.username).toBe('sandra');
    expect(agent.stderr()).toBe('');
  });

  test('is told that the user denied in the browser', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const agent = await createAgent(context, stage, [], { env: { DISPLAY: ':0', BROWSER: 'true' } });
    const { data } = await agent.call('sign_in');
    const waited = agent.call('wait_for_sign_in');
    await act(String(data.approval_url), 'deny');
    expect(await waited).toMatchObject({
      isError: true,
      text: 'The user did not approve the request on TMDB. Do not ask again unless the user wants to. (approval_denied)',
    });
  });
});

describe.concurrent('several agents on one record', LIMIT, () => {
  test('share a sign-in and a sign-out', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    const [one, other] = [
      await createAgent(context, stage, ['--write']),
      await createAgent(context, stage, ['--write'], { mode: 'auto' }),
    ];
    const { data } = await one.call('sign_in');
    const waited = [one.call('wait_for_sign_in'), other.call('wait_for_sign_in')];
    await press(String(data.approval_url), 'allow');
    await waited[0];
    await until(
      async () => (await other.call('who_is_signed_in')).data.username === 'sandra',
      () => 'the other agent to follow',
    );
    expect(stage.tmdb.sessions()).toHaveLength(1);

    expect((await one.call('sign_out')).data.signed_in).toBe(false);
    await until(
      async () => (await other.call('who_is_signed_in')).data.signed_in === false,
      () => 'the other agent to be signed out',
    );
    expect(stage.tmdb.sessions()).toEqual([]);
    await Promise.allSettled(waited);
  });

  test('use a stored session', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const agent = await createAgent(context, stage);
    expect((await agent.call('sign_in')).data.username).toBe('sandra');
    expect(stage.asked(TOKEN_NEW)).toBe(1);
  });
});

describe.concurrent('an agent whose sign-in cannot begin', LIMIT, () => {
  test('is told that TMDB cannot be reached', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    cutOff(stage);
    const agent = await createAgent(context, stage);
    const { isError, text } = await agent.call('sign_in');
    expect([isError, text]).toEqual([
      true,
      expect.stringMatching(/^TMDB could not be reached: the connection to \S+ was cut .*\(network\)$/),
    ]);
  });

  test('is told that the record is of a newer version', async (context) => {
    const { expect } = context;
    const stage = await createStage(context);
    await signInBefore(context, stage);
    const file = recordFile(stage);
    const record = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...record, v: 99 }));
    const agent = await createAgent(context, stage);
    expect((await agent.call('sign_in')).text).toContain('(record_newer)');
  });
});
