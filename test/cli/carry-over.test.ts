import { readFile, writeFile } from 'node:fs/promises';
import { describe, type TestContext, test } from 'vitest';
import { createStage, type Stage } from '../node/processes.ts';
import { beGuestBefore, loginElsewhere, onlyLine, recordFile, resultOf, run, startCommand } from './run.ts';

const LIMIT = { timeout: 60_000 };

/** The user has rated these films as a guest, those as a user, and is signed in. */
async function signedIn(
  context: TestContext,
  { asGuest, asUser = {} }: { asGuest?: Record<number, number>; asUser?: Record<number, number> },
): Promise<Stage> {
  const stage = await createStage(context);
  if (asGuest) await beGuestBefore(context, stage, asGuest);
  await loginElsewhere(context, stage);
  const { sessionId } = (await stage.record())?.secrets ?? {};
  for (const [film, value] of Object.entries(asUser)) {
    const address = `${stage.tmdb.baseURL}/3/movie/${film}/rating?session_id=${sessionId}`;
    const headers = { authorization: `Bearer ${stage.tmdb.accessToken}`, 'content-type': 'application/json' };
    await fetch(address, { method: 'POST', headers, body: JSON.stringify({ value }) });
  }
  stage.tmdb.resetRequests();
  return stage;
}

const ratingsAt = ({ tmdb }: Stage) =>
  Object.fromEntries(tmdb.account().ratings.map(({ media_id, value }) => [media_id, value]));

const posts = ({ tmdb }: Stage) => tmdb.requests.filter(({ method }) => method === 'POST').length;

describe.concurrent('tmdb-auth carry-over', LIMIT, () => {
  test('says how many ratings it carried, and drops the guest', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 11: 7, 550: 9, 1001: 4.5 }, asUser: { 550: 2 } });
    const { code, stdout } = await run(context, stage, ['carry-over']);
    expect([code, stdout]).toEqual([
      0,
      '✓ Carried over 2 of 3 ratings (1 kept, as the user rated it differently)\n',
    ]);
    expect(ratingsAt(stage)).toEqual({ 11: 7, 550: 2, 1001: 4.5 });
    const record = await stage.record();
    expect([record?.facts.guest, record?.secrets.guestId]).toEqual([null, null]);
    expect(record?.facts.session).not.toBeNull();
  });

  test('prints the counts as one line with --json', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 11: 7, 550: 9 }, asUser: { 550: 2 } });
    const { code, stdout, stderr } = await run(context, stage, ['carry-over', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(onlyLine(stdout)).toEqual({ total: 2, carried: 1, kept: 1, failed: [] });
  });

  test('replaces the user’s own ratings with --overwrite', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 11: 7, 550: 9 }, asUser: { 550: 2 } });
    const { code, stdout } = await run(context, stage, ['carry-over', '--overwrite']);
    expect([code, stdout]).toEqual([0, '✓ Carried over 2 of 2 ratings\n']);
    expect(ratingsAt(stage)).toEqual({ 11: 7, 550: 9 });
  });

  test('names a film that failed, exits 1 and keeps the guest, and a second run carries the rest', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 11: 7, 550: 9 } });
    const clear = stage.tmdb.faults.add({
      kind: 'status',
      status: 404,
      code: 34,
      match: 'POST /3/movie/11/rating',
      times: Number.POSITIVE_INFINITY,
    });
    const { code, stdout } = await run(context, stage, ['carry-over']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ Carried over 1 of 2 ratings \(1 failed\)\n {2}movie\/11: \w+\n$/);
    expect((await stage.record())?.facts.guest).not.toBeNull();
    clear();
    stage.tmdb.resetRequests();
    const again = await run(context, stage, ['carry-over']);
    expect([again.code, again.stdout]).toEqual([0, '✓ Carried over 2 of 2 ratings\n']);
    expect(posts(stage)).toBe(1);
    expect(ratingsAt(stage)).toEqual({ 11: 7, 550: 9 });
  });

  test('exits 130 on Ctrl-C, and a second run carries the rest', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 11: 7, 550: 9, 1001: 4.5 } });
    const release = stage.tmdb.faults.add({ kind: 'hang', match: 'POST /3/movie/550/rating' });
    const command = startCommand(context, stage, ['carry-over', '--folder', stage.folder]);
    await stage.isAsked('POST /3/movie/550/rating');
    command.signal('SIGINT');
    const { code, signal, stdout, stderr } = await resultOf(command);
    expect([code, signal, stdout]).toEqual([130, null, '']);
    expect(stderr).toContain('(cancelled)');
    expect(ratingsAt(stage)[11]).toBe(7);
    expect((await stage.record())?.facts).toMatchObject({ guest: { used: true } });
    release();
    stage.tmdb.resetRequests();
    const again = await run(context, stage, ['carry-over']);
    expect([again.code, again.stdout]).toEqual([0, '✓ Carried over 3 of 3 ratings\n']);
    expect(ratingsAt(stage)).toEqual({ 11: 7, 550: 9, 1001: 4.5 });
    expect(stage.asked('POST /3/movie/11/rating')).toBe(0);
  });

  test.for([
    { name: 'a user who was not a guest', asGuest: false },
    { name: 'a guest who has rated nothing', asGuest: true },
  ])('carries nothing for $name', async ({ asGuest }, context) => {
    const { expect } = context;
    const stage = await signedIn(context, asGuest ? { asGuest: {} } : {});
    const { code, stdout } = await run(context, stage, ['carry-over']);
    expect([code, stdout]).toEqual([0, 'There are no guest ratings to carry over\n']);
    expect(posts(stage)).toBe(0);
    const json = await run(context, stage, ['carry-over', '--json']);
    expect(onlyLine(json.stdout)).toEqual({ total: 0, carried: 0, kept: 0, failed: [] });
  });

  test.for([
    { name: 'nobody', asGuest: false },
    { name: 'a guest', asGuest: true },
  ])('says so, without a request to TMDB, when $name is signed in', async ({ asGuest }, context) => {
    const { expect } = context;
    const stage = await createStage(context);
    if (asGuest) await beGuestBefore(context, stage, { 550: 9 });
    stage.tmdb.resetRequests();
    const { code, stdout, stderr } = await run(context, stage, ['carry-over']);
    expect(stdout).toBe('');
    expect(stderr).toContain('Nobody is signed in. Sign in first: tmdb-auth login');
    expect(code).toBe(3);
    expect(stage.tmdb.requests).toEqual([]);
    if (asGuest) expect((await stage.record())?.facts.guest).not.toBeNull();
  });

  test('carries the remembered ratings when TMDB has forgotten the guest', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 550: 9 } });
    stage.tmdb.clock.advance(25 * 3_600_000);
    const { code, stdout } = await run(context, stage, ['carry-over']);
    expect([code, stdout]).toEqual([0, '✓ Carried over 1 of 1 ratings\n']);
  });

  test('says so and exits 1 when TMDB has forgotten the guest and no ratings are remembered, and the user stays', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 550: 9 } });
    const record = JSON.parse(await readFile(recordFile(stage), 'utf8'));
    record.facts.guest.rated = undefined;
    await writeFile(recordFile(stage), JSON.stringify(record));
    stage.tmdb.clock.advance(25 * 3_600_000);
    const { code, stdout, stderr } = await run(context, stage, ['carry-over']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('(guest_gone)');
    expect((await stage.record())?.facts).toMatchObject({ guest: null, session: expect.anything() });
  });

  test('says so and exits 3 when the session was revoked', async (context) => {
    const { expect } = context;
    const stage = await signedIn(context, { asGuest: { 550: 9 } });
    stage.tmdb.revoke();
    const { code, stderr } = await run(context, stage, ['carry-over']);
    expect(code).toBe(3);
    expect(stderr).toContain('(session_invalid)');
  });
});
