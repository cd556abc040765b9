import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { SignInView, Started } from '../../../src/platforms/restate/index.ts';
import { callback, tokenIn } from '../../support/approval.ts';
import { SESSION_NEW } from '../../support/requests.ts';
import { found } from '../search.ts';
import { livesFor } from '../short-lives.ts';
import { SECRETS, setStage, until } from '../stage.ts';

const PENDING = 500;
/** Number of devices that send requests at the same time. */
const AT_ONCE = 32;
const LIFE = 90_000;

const stage = setStage({ options: { keepFor: 120_000 } });

/** Runs `work` for all items, `AT_ONCE` at a time, and measures each run in ms. */
async function forAll<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) {
  const results: Result[] = [];
  const times: number[] = [];
  const queue = [...items.entries()];
  const begun = performance.now();
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const at = performance.now();
      results[next[0]] = await work(next[1]);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const total = performance.now() - begun;
  times.sort((one, other) => one - other);
  return { results, total, median: times[Math.floor(times.length / 2)] ?? 0 };
}

const note = (what: string, figures: Record<string, number>) =>
  console.log(what, Object.fromEntries(Object.entries(figures).map(([name, of]) => [name, Math.round(of)])));

function countOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const ended = async ({ ticket }: Started): Promise<SignInView> => {
  let view = await stage.client.view(ticket);
  while (view && !/^idle|ready$/.test(view.state)) {
    view = await stage.client.wait(ticket, { seen: view.state, timeout: 30_000 });
  }
  if (!view) throw new Error('A sign-in was deleted before its end was seen.');
  return view;
};

test(`${PENDING} pending sign-ins survive crashes of the service and of Restate’s server`, async () => {
  const { client, tmdb, restate, service, sql, folder } = stage;
  const secrets: string[] = [...SECRETS, tmdb.accessToken];
  const batch = Array.from({ length: PENDING / 2 });

  const approve = ({ id, view }: Started) => {
    const requestToken = tokenIn(view.approvalUrl);
    tmdb.approve(requestToken);
    return client.callback(id, callback(requestToken));
  };

  const alone: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    const at = performance.now();
    const { ticket } = await client.start();
    alone.push(performance.now() - at);
    await client.send(ticket, 'login.cancel');
  }
  note('start, one at a time', { median: alone.sort((one, other) => one - other)[10] ?? 0 });
  const lasting = await forAll(batch, () => client.start());
  for (const _ of batch) livesFor(tmdb, LIFE);
  const passing = await forAll(batch, () => client.start());
  for (const { ticket, view } of [...lasting.results, ...passing.results]) {
    secrets.push(ticket.split('.')[1] ?? '', tokenIn(view.approvalUrl));
  }
  const memory = execFileSync('ps', ['-o', 'rss=', '-p', String(restate.pid())], { encoding: 'utf8' });
  note("Restate's server", { MiB: Number(memory) / 1_024 });
  note('start', { in: lasting.total + passing.total, median: lasting.median });
  expect((await sql("SELECT * FROM state WHERE key = 'snapshot'")).length).toBe(PENDING + alone.length);

  // No step is running: a crash of either costs nothing.
  await service.kill();
  await service.start();
  const down = performance.now();
  await restate.stop('SIGKILL');
  await restate.start();
  note("Restate's server back", { after: performance.now() - down });

  // Restate's server dies while TMDB answers some of the exchanges: none is lost, none is sent twice.
  const first = lasting.results.slice(0, PENDING / 4);
  tmdb.resetRequests();
  tmdb.faults.add({ kind: 'latency', when: 'after', ms: 1_000, match: SESSION_NEW, times: Infinity });
  const approvals = forAll(first, approve);
  await until(() => tmdb.sessions().length >= 20, 'exchanges to be under way');
  await restate.stop('SIGKILL');
  await restate.start();
  await approvals;
  const firstEnds = await forAll(first, ended);
  expect(countOf(firstEnds.results.map(({ state }) => state))).toEqual({
    'sessionActive.ready': first.length,
  });
  const asked = tmdb.requests.filter(({ method, path }) => `${method} ${path}` === SESSION_NEW);
  expect(asked).toHaveLength(first.length);
  expect(tmdb.sessions()).toHaveLength(first.length);

  // The service dies: each exchange in progress completes, or reports that its outcome is unknown.
  const second = lasting.results.slice(PENDING / 4);
  const more = forAll(second, approve);
  await until(() => tmdb.sessions().length >= first.length + 20, 'exchanges to be under way');
  await service.kill();
  tmdb.faults.clear();
  await service.start();
  await more;
  const secondEnds = await forAll(second, ended);
  const how = countOf(secondEnds.results.map(({ state, failure }) => failure?.code ?? state));
  note('after the service died', how);
  expect(Object.keys(how).sort()).toEqual(['exchange_interrupted', 'sessionActive.ready']);
  // Exactly one session for each approval, also for those that ended as interrupted.
  expect(tmdb.sessions()).toHaveLength(PENDING / 2);
  expect(tmdb.tokens().filter(({ state }) => state === 'used')).toHaveLength(PENDING / 2);

  const done = lasting.results.filter(
    (_, index) => [...firstEnds.results, ...secondEnds.results][index]?.state === 'sessionActive.ready',
  );
  const collected = await forAll(done, ({ ticket }) => client.collect(ticket));
  note('collect', { in: collected.total, median: collected.median });
  const sessionIds = collected.results.map((signedIn) => signedIn?.sessionId ?? '');
  expect(new Set(sessionIds).size).toBe(done.length);
  secrets.push(...sessionIds);
  const alive = await forAll(sessionIds, async (sessionId) => {
    const { status } = await fetch(`${tmdb.baseURL}/3/account?session_id=${sessionId}`, {
      headers: { authorization: `Bearer ${tmdb.accessToken}` },
    });
    return status;
  });
  expect(countOf(alive.results.map(String))).toEqual({ 200: done.length });

  const expired = await forAll(passing.results, async (started) => {
    const view = await ended(started);
    return { code: view.failure?.code ?? view.state, early: Date.now() < (started.view.expiresAt ?? 0) };
  });
  expect(countOf(expired.results.map(({ code }) => code))).toEqual({ token_expired: PENDING / 2 });
  expect(expired.results.some(({ early }) => early)).toBe(false);

  const planted = `planted-${crypto.randomUUID()}`;
  await fetch(`${restate.ingressURL}/TmdbSignIn/view`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sealed: planted }),
  });
  await until(() => found(folder, [planted]).length === 1, 'the planted text');
  expect(secrets.every((secret) => secret.length >= 32)).toBe(true);
  expect(found(folder, secrets)).toEqual([]);
  expect(secrets.filter((secret) => stage.log().includes(secret))).toEqual([]);

  // Everything about ended sign-ins is deleted.
  await until(
    async () => (await sql('SELECT * FROM state')).length === 0,
    'all state to be deleted',
    240_000,
  );
  const left = async (status: string) =>
    (await sql(`SELECT id FROM sys_invocation WHERE status = '${status}'`)).length;
  await until(async () => (await left('completed')) === 0, 'remembered answers to be forgotten', 180_000);
  // Timers of sign-ins that have ended; they hold ids only.
  note('invocations left', { scheduled: await left('scheduled') });
  expect((await sql("SELECT id FROM sys_invocation WHERE status <> 'scheduled'")).length).toBe(0);
});
