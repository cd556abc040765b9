import { describe, expect, test } from 'vitest';
import { codeOf } from '../core/helpers.ts';
import { SESSION_NEW } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { type BrowserKind, begin, createPhone, RETURN_TO } from './phone.ts';

const KINDS: BrowserKind[] = ['session', 'dismiss', 'opened'];
const CASES = KINDS.flatMap((kind) => ([3, 4] as const).map((apiVersion) => [kind, apiVersion] as const));

describe.each(CASES)('a browser that ends by "%s", v%i', (kind, apiVersion) => {
  const at = async () => {
    const world = await createWorld();
    const phone = createPhone(world, kind);
    return { world, phone, start: (link?: string) => phone.start(link, { apiVersion }) };
  };

  test('a user who allows is signed in with the fewest possible requests', async () => {
    const { world, phone, start } = await at();
    const auth = start();
    const { done } = await begin(world, phone, auth);
    await phone.answer('allow');
    await world.reaches(auth, 'sessionActive.ready');
    expect((await done).account?.username).toBe('sandra');
    expect(world.tmdb.requests.filter(({ kind: of }) => of === 'api')).toHaveLength(apiVersion === 3 ? 3 : 4);
    expect(phone.isBrowserOpen()).toBe(false);
    expect([...phone.kept.keys()]).toEqual([expect.stringMatching(/^tmdb-auth-127\.0\.0\.1-\d+$/)]);
  });

  test('the next start is signed in without a request', async () => {
    const { world, phone, start } = await at();
    const auth = start();
    await begin(world, phone, auth);
    await phone.answer('allow');
    await world.reaches(auth, 'sessionActive.ready');
    phone.kill(auth);
    world.tmdb.resetRequests();
    await world.reaches(start(), 'sessionActive.ready');
    expect(world.tmdb.requests).toEqual([]);
  });

  test('a user who denies gets approval_denied', async () => {
    const { world, phone, start } = await at();
    const auth = start();
    const { done } = await begin(world, phone, auth);
    await phone.answer('deny');
    expect(await codeOf(world, done)).toBe('approval_denied');
    expect(auth.getView().state).toBe('idle.approvalDenied');
    expect(world.warnings).toEqual([]);
  });

  test('the link completes the sign-in of an app that was killed meanwhile', async () => {
    const { world, phone, start } = await at();
    const auth = start();
    await begin(world, phone, auth);
    phone.kill(auth);
    const link = await phone.press('allow');
    expect(link.startsWith(RETURN_TO)).toBe(true);
    const next = start(link);
    await world.reaches(next, 'sessionActive.ready');
    expect(world.tmdb.sessions()).toHaveLength(1);
  });
});

describe.each(['session', 'dismiss'] as const)('a browser that was closed, by "%s"', (kind) => {
  test('makes the client ask TMDB once and cancel the sign-in', async () => {
    const world = await createWorld();
    const phone = createPhone(world, kind);
    const auth = phone.start();
    const { done } = await begin(world, phone, auth);
    world.tmdb.resetRequests();
    phone.closeBrowser();
    expect(await codeOf(world, done)).toBe('cancelled');
    expect(auth.getView()).toMatchObject({ status: 'signedOut', can: { login: true } });
    expect(world.tmdb.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([SESSION_NEW]);
  });

  test('does not cancel the sign-in of a user who had approved before', async () => {
    const world = await createWorld();
    const phone = createPhone(world, kind);
    const auth = phone.start();
    const { done } = await begin(world, phone, auth);
    await phone.press('allow');
    phone.closeBrowser();
    await world.reaches(auth, 'sessionActive.ready');
    expect((await done).status).toBe('user');
  });
});

test('cancel() closes the browser', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  const auth = phone.start();
  const { done } = await begin(world, phone, auth);
  await auth.cancel();
  expect(await codeOf(world, done)).toBe('cancelled');
  expect(phone.isBrowserOpen()).toBe(false);
});

test('the next sign-in waits until the last one’s browser has closed', async () => {
  const world = await createWorld();
  const phone = createPhone(world, 'dismiss');
  const auth = phone.start();
  await begin(world, phone, auth);
  await auth.cancel();
  const again = auth.login();
  await world.reaches(auth, 'awaitingApproval.waiting');
  phone.closeBrowser();
  await world.until(() => phone.shown.length === 2);
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect((await again).status).toBe('user');
});

test('a browser that does not open is a failure, and login() tries again', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  let isBroken = true;
  const { openAuthSessionAsync } = phone.ports.browser;
  const auth = phone.start(null, {
    browser: {
      openAuthSessionAsync: (url, returnTo) =>
        isBroken ? Promise.reject(new Error('No matching activity!')) : openAuthSessionAsync(url, returnTo),
    },
  });
  const done = auth.login();
  await world.until(() => auth.getView().failure !== null);
  expect(auth.getView()).toMatchObject({
    state: 'awaitingApproval.waiting',
    failure: { code: 'popup_blocked' },
    can: { cancel: true },
  });
  isBroken = false;
  void auth.login();
  await world.until(() => phone.shown.length === 1);
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect((await done).failure).toBeNull();
});

test('login() while the browser is open does not open another one', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  const auth = phone.start();
  const { done } = await begin(world, phone, auth);
  const second = auth.login();
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect(await Promise.all([done, second])).toMatchObject([{ status: 'user' }, { status: 'user' }]);
  expect(phone.shown).toHaveLength(1);
});

test('without a browser TMDB is polled for the approval on another device', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  const { browser: _, ...ports } = phone.ports;
  const auth = phone.start(null, { ...ports, browser: undefined as never });
  const done = auth.login();
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(auth.approvalUrl).not.toContain('redirect_to');
  world.tmdb.approve(world.token(auth));
  await world.reaches(auth, 'sessionActive.ready');
  expect((await done).status).toBe('user');
});
