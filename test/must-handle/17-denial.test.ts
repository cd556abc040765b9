// TMDB: Apps expected `approved=false` for a denial, which never comes.
// Here: TMDB signals a denial with `denied=true`.
import { expect, test } from 'vitest';
import { codeOf, storedIn, toApproval, viewOf } from '../core/helpers.ts';
import { APP, callback } from '../support/approval.ts';
import { MINUTE } from '../support/clock.ts';
import { SESSION_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

test('Deny on TMDB’s page ends the sign-in as denied and requests no session', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  const answer = await fetch(`${world.tmdb.webURL}/authenticate/${requestToken}/deny`, {
    method: 'POST',
    body: new URLSearchParams({ redirect_to: APP }),
    redirect: 'manual',
  });
  const back = answer.headers.get('location') ?? '';
  expect(back).toBe(callback(requestToken, 'denied'));
  const view = await viewOf(world, auth.handleCallback(back));
  expect(view).toMatchObject({
    state: 'idle.approvalDenied',
    status: 'signedOut',
    failure: { code: 'approval_denied', retryable: false },
    can: { login: true, retry: false },
  });
  expect(await codeOf(world, done)).toBe('approval_denied');
  expect(auth.approvalUrl).toBeNull();
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(0);
  expect(await storedIn(world)).toBeNull();
});

test.each(['approved=false', 'denied=false', 'denied=true&approved=true', 'approved=1', 'approved=TRUE', ''])(
  '`%s` is neither an approval nor a denial, and changes nothing',
  async (said) => {
    const world = await createWorld();
    const auth = world.client();
    const { done, requestToken } = await toApproval(world, auth);
    const before = auth.getView();
    expect(await codeOf(world, auth.handleCallback(`${APP}?request_token=${requestToken}&${said}`))).toBe(
      'callback_invalid',
    );
    expect(auth.getView()).toBe(before);
    world.tmdb.approve(requestToken);
    await auth.handleCallback(callback(requestToken));
    expect((await viewOf(world, done)).status).toBe('user');
  },
);

test('a denial with another client’s token is refused, so that a link cannot end a sign-in', async () => {
  const world = await createWorld();
  const auth = world.client();
  await toApproval(world, auth);
  const link = callback('0123456789'.repeat(4), 'denied');
  expect(await codeOf(world, auth.handleCallback(link))).toBe('callback_mismatch');
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
});

test('a guest stays a guest after a denial, and the view gives the reason', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  const { done, requestToken } = await toApproval(world, auth);
  const view = await viewOf(world, auth.handleCallback(callback(requestToken, 'denied')));
  expect(view).toMatchObject({ state: 'guestActive.unused', failure: { code: 'approval_denied' } });
  expect(await codeOf(world, done)).toBe('approval_denied');
});

test('a client waits until the token expires for a user who denies and never returns', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.deny(requestToken);
  world.clock.advance(60 * MINUTE);
  expect(await codeOf(world, done)).toBe('token_expired');
});
