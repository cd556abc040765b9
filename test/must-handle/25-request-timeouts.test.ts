// ofetch#326: A `timeout` has no effect with a `signal`, so a request hung for ever.
// Here: The machine aborts a request by leaving the state that began it.
import { describe, expect, test } from 'vitest';
import { codeOf, quiet, stubbornFetch, toApproval, toCallback, viewOf } from '../core/helpers.ts';
import {
  ACCOUNT,
  GUEST_NEW,
  SESSION_DELETE,
  SESSION_NEW,
  TOKEN_NEW,
  timesAsked,
  VALIDATE,
} from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

const SANDRA = { username: 'sandra', password: 'sandbox' };

/** TMDB hangs at this step, on a `fetch` that obeys its signal or on one that ignores it. */
async function hangsAt(step: string, isStubborn: boolean) {
  const world = await createWorld();
  if (isStubborn) {
    const { fetch, signals, labels } = stubbornFetch((label) => label === step);
    return { world, auth: world.client({ fetch }), signals, labels };
  }
  world.tmdb.faults.add({ kind: 'hang', match: step, times: Number.POSITIVE_INFINITY });
  const signals: (AbortSignal | null | undefined)[] = [];
  const labels: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    signals.push(init?.signal);
    labels.push(`${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`);
    return globalThis.fetch(input, init);
  };
  return { world, auth: world.client({ fetch }), signals, labels };
}

/** The request has arrived and hangs; exactly one request timeout passes. */
async function timePasses(world: World, step: string, isThere: () => boolean) {
  await world.until(() => timesAsked(world.tmdb, step) === 1);
  await quiet(5);
  world.clock.advance(9_000 - 40 * 20);
  expect(isThere()).toBe(true);
  world.clock.advance(2_000);
}

describe.each([
  ['obeys its signal', false],
  ['ignores its signal', true],
])('a fetch that %s', (_, isStubborn) => {
  test('a token request without an answer ends the sign-in after 10 s', async () => {
    const { world, auth, signals } = await hangsAt(TOKEN_NEW, isStubborn);
    const done = auth.login();
    done.catch(() => {});
    await timePasses(world, TOKEN_NEW, () => auth.getView().state === 'tokenRequested.trying');
    expect(auth.getView()).toMatchObject({
      state: 'idle.failed',
      failure: { code: 'timeout', retryable: true },
      can: { retry: true, login: true },
    });
    expect(await codeOf(world, done)).toBe('timeout');
    expect(signals[0]?.aborted).toBe(true);
  });

  test('a guest request without an answer ends after 10 s', async () => {
    const { world, auth, signals } = await hangsAt(GUEST_NEW, isStubborn);
    const done = auth.loginAsGuest();
    done.catch(() => {});
    await timePasses(world, GUEST_NEW, () => auth.getView().state === 'guestRequested.trying');
    expect(auth.getView()).toMatchObject({ state: 'idle.failed', failure: { code: 'timeout' } });
    expect(await codeOf(world, done)).toBe('timeout');
    expect(signals[0]?.aborted).toBe(true);
  });

  test('a password request without an answer ends after 10 s and cannot be retried', async () => {
    const { world, auth, signals } = await hangsAt(VALIDATE, isStubborn);
    const done = auth.loginWithPassword(SANDRA);
    done.catch(() => {});
    await timePasses(world, VALIDATE, () => auth.getView().state === 'loginSubmitted');
    expect(auth.getView()).toMatchObject({ state: 'idle.failed', can: { retry: false } });
    expect(await codeOf(world, done)).toBe('timeout');
    expect(signals[1]?.aborted).toBe(true);
  });

  test('an exchange without an answer ends after 10 s and can be retried', async () => {
    const { world, auth } = await hangsAt(SESSION_NEW, isStubborn);
    const { done, url } = await toCallback(world, auth);
    const handled = auth.handleCallback(url);
    await timePasses(world, SESSION_NEW, () => auth.getView().state === 'sessionRequested.exchanging');
    expect(auth.getView()).toMatchObject({
      state: 'idle.failed',
      failure: { code: 'timeout' },
      can: { retry: true },
    });
    expect(await codeOf(world, done)).toBe('timeout');
    expect((await handled).state).toBe('idle.failed');
  });

  test('an account request without an answer keeps the session and can be retried', async () => {
    const { world, auth, signals, labels } = await hangsAt(ACCOUNT, isStubborn);
    const { done, url } = await toCallback(world, auth);
    void auth.handleCallback(url);
    await timePasses(world, ACCOUNT, () => auth.getView().state === 'sessionActive.accountRequested');
    expect(auth.getView()).toMatchObject({
      state: 'sessionActive.ready',
      account: null,
      failure: { code: 'timeout' },
      can: { retry: true },
    });
    await viewOf(world, done);
    expect(signals[labels.indexOf(ACCOUNT)]?.aborted).toBe(true);
  });

  test('a logout without an answer ends after 10 s', async () => {
    const { world, auth } = await hangsAt(SESSION_DELETE, isStubborn);
    await world.signIn(auth);
    const done = auth.logout();
    await timePasses(world, SESSION_DELETE, () => auth.getView().state === 'loggingOut');
    expect(await viewOf(world, done)).toMatchObject({
      state: 'idle.loggedOut',
      failure: { code: 'revoke_failed' },
    });
  });

  test('the sign-in goes on waiting after a poll that hangs, and the user can still return', async () => {
    const { world, auth } = await hangsAt(SESSION_NEW, isStubborn);
    const { requestToken } = await toApproval(world, auth);
    auth.actor.send({ type: 'approval.check' });
    await timePasses(world, SESSION_NEW, () => auth.getView().state === 'awaitingApproval.checking');
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
    expect(world.token(auth)).toBe(requestToken);
  });
});

test('the request timeout is an option', async () => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
  const auth = world.client({ requestTimeout: 1_000 });
  const done = auth.login();
  done.catch(() => {});
  await world.until(() => timesAsked(world.tmdb, TOKEN_NEW) === 1);
  world.clock.advance(1_000);
  expect(auth.getView().failure?.code).toBe('timeout');
  expect(await codeOf(world, done)).toBe('timeout');
});
