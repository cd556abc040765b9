import { describe, expect, test } from 'vitest';
import { ended, toApproval } from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { DAY, HOUR, MINUTE } from '../support/clock.ts';
import { GUEST_NEW, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { follow, keysOf, line, linesOf, open } from './helpers.ts';

const START = [
  'First seen here; xstate.init: restoring',
  'The stored record was read; done: restoring → idle.fresh',
];

const TO_APPROVAL = [
  ...START,
  'The app asked to sign in; login.start: idle.fresh → tokenRequested.trying',
  'TMDB issued a request token; done: tokenRequested.trying → awaitingApproval.waiting',
];

const TO_EXCHANGE = [
  ...TO_APPROVAL,
  'TMDB sent the user back: approved; approval.granted: awaitingApproval.waiting → sessionRequested.exchanging',
];

describe('the timeline', () => {
  test('shows a sign-in by approval with its account, and the sign-out', async () => {
    const { world, auth, model } = await open();
    await world.signIn(auth);
    await world.reaches(auth, 'sessionActive.ready');
    await ended(world, auth.logout());
    expect(linesOf(model)).toEqual([
      ...TO_EXCHANGE,
      'TMDB exchanged the request token; done: sessionRequested.exchanging → sessionActive.accountRequested; because TMDB’s answer holds a session',
      'The account was read; done: sessionActive.accountRequested → sessionActive.ready',
      'The app asked to sign out; logout: sessionActive.ready → loggingOut',
      'TMDB deleted the session; done: loggingOut → idle.loggedOut',
    ]);
    expect(model.steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(model.steps.map(({ view }) => view?.status)).toEqual([
      'pending',
      'signedOut',
      'pending',
      'pending',
      'pending',
      'user',
      'user',
      'pending',
      'signedOut',
    ]);
    expect(model.steps.flatMap(({ moves }) => keysOf(moves))).toEqual([
      'restoring|done:done|idle.fresh',
      'idle|event:login.start|tokenRequested',
      'tokenRequested.trying|done:done|awaitingApproval',
      'awaitingApproval|event:approval.granted|sessionRequested',
      'sessionRequested.exchanging|done:done|sessionActive',
      'sessionActive.accountRequested|done:done|sessionActive.ready',
      'sessionActive|event:logout|loggingOut',
      'loggingOut|done:done|idle.loggedOut',
    ]);
    expect(model.steps[6]?.view?.account?.username).toBe('sandra');
  });

  test('shows a sign-in by password', async () => {
    const { world, auth, model } = await open();
    await ended(world, auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }));
    await world.reaches(auth, 'sessionActive.ready');
    expect(linesOf(model).slice(2, 5)).toEqual([
      'The app passed on user name and password; login.password: idle.fresh → tokenRequested.trying',
      'TMDB issued a request token; done: tokenRequested.trying → loginSubmitted; because a password was given',
      'TMDB took the password; done: loginSubmitted → sessionRequested.exchanging',
    ]);
  });

  test('shows a denial', async () => {
    const { world, auth, model } = await open();
    const { requestToken } = await toApproval(world, auth);
    world.tmdb.deny(requestToken);
    await ended(world, auth.handleCallback(callback(requestToken, 'denied')));
    expect(linesOf(model)).toEqual([
      ...TO_APPROVAL,
      'TMDB sent the user back: denied; approval.denied: awaitingApproval.waiting → idle.approvalDenied; ' +
        'because You did not approve the request on TMDB. (approval_denied)',
    ]);
    expect(model.steps.at(-1)?.failure).toMatchObject({ code: 'approval_denied' });
  });

  test('shows why a denied sign-in went back to the guest', async () => {
    const { world, auth, model } = await open();
    await ended(world, auth.loginAsGuest());
    const { requestToken } = await toApproval(world, auth);
    world.tmdb.deny(requestToken);
    await ended(world, auth.handleCallback(callback(requestToken, 'denied')));
    expect(linesOf(model).at(-1)).toBe(
      'TMDB sent the user back: denied; approval.denied: awaitingApproval.waiting → guestActive.unused; ' +
        'because there is still a guest session; You did not approve the request on TMDB. (approval_denied)',
    );
  });

  test('shows an expiry', async () => {
    const { world, auth, model } = await open();
    await toApproval(world, auth);
    world.clock.advance(HOUR);
    await world.reaches(auth, 'idle.tokenExpired');
    expect(linesOf(model)).toEqual([
      ...TO_APPROVAL,
      'The user did not approve in time; after requestTokenLifetime: awaitingApproval.waiting → idle.tokenExpired; ' +
        'because The request was not approved in time. Sign in again. (token_expired)',
    ]);
    const [asked, given, over] = model.steps.slice(-3);
    expect((over?.at ?? 0) - (given?.at ?? 0)).toBeLessThanOrEqual(HOUR);
    expect((over?.at ?? 0) - (asked?.at ?? 0)).toBeGreaterThan(HOUR - MINUTE);
  });

  test('shows a guest who rates twice and is rejected later', async () => {
    const { world, auth, model } = await open();
    await ended(world, auth.loginAsGuest());
    const rate = (value: number) =>
      auth.fetch('/3/movie/550/rating', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value }),
      });
    await rate(8);
    await rate(7);
    world.tmdb.clock.advance(2 * DAY);
    await rate(6);
    expect(linesOf(model)).toEqual([
      ...START,
      'The app asked for a guest session; guest.start: idle.fresh → guestRequested.trying',
      'TMDB issued a guest session; done: guestRequested.trying → guestActive.unused',
      'The guest rated something, so TMDB keeps the guest session; guest.used: guestActive.unused → guestActive.used; ' +
        'because it is the guest’s first rating; the guest has rated something',
      'The guest rated something, so TMDB keeps the guest session; guest.used: guestActive.used; ' +
        'because this event has no effect in this state',
      'TMDB no longer knows the guest session; guest.rejected: guestActive.used → idle.guestExpired',
    ]);
    expect(keysOf(model.steps[4]?.moves ?? [])).toEqual([
      '|event:guest.used|',
      'guestActive.unused|always:always|guestActive.used',
    ]);
  });

  test('shows a guest who rates nothing in time', async () => {
    const { world, auth, model } = await open();
    await ended(world, auth.loginAsGuest());
    world.clock.advance(HOUR);
    await world.reaches(auth, 'idle.guestExpired');
    expect(linesOf(model).at(-1)).toBe(
      'The guest rated nothing in time; after guestUnusedLifetime: guestActive.unused → idle.guestExpired',
    );
  });

  test('shows the tries after a 429, until one works', async () => {
    const { world, auth, model } = await open();
    world.tmdb.faults.add({ kind: 'rateLimited', match: TOKEN_NEW, times: 2, retryAfter: 3 });
    await toApproval(world, auth);
    const again = [
      'TMDB issued no request token; error: tokenRequested.trying → tokenRequested.backoff; because another try can help; TMDB received too many requests. Wait a moment and try again. (rate_limited)',
      'Time for the next try; after backoff: tokenRequested.backoff → tokenRequested.trying',
    ];
    expect(linesOf(model)).toEqual([...TO_APPROVAL.slice(0, 3), ...again, ...again, ...TO_APPROVAL.slice(3)]);
    const [failed, tried] = model.steps.slice(3);
    expect((tried?.at ?? 0) - (failed?.at ?? 0)).toBe(3_000);
    expect(model.steps.map(({ context }) => context.tries)).toEqual([0, 0, 1, 1, 2, 2, 3, 0]);
  });

  test('shows the failure at the last try when every try gets a 429', async () => {
    const { world, auth, model } = await open();
    const match = GUEST_NEW;
    world.tmdb.faults.add({ kind: 'rateLimited', match, times: Number.POSITIVE_INFINITY });
    await ended(world, auth.loginAsGuest());
    expect(linesOf(model)).toHaveLength(START.length + 1 + 3 * 2 + 1);
    expect(linesOf(model).at(-1)).toBe(
      'TMDB issued no guest session; error: guestRequested.trying → idle.failed; ' +
        'because TMDB received too many requests. Wait a moment and try again. (rate_limited)',
    );
  });

  test('a poll before the approval is the normal course, and one that TMDB cannot answer is a failure', async () => {
    const { world, model, auth } = await open({ pollInterval: MINUTE });
    await toApproval(world, auth);
    world.clock.advance(MINUTE);
    await world.reaches(auth, 'awaitingApproval.waiting');
    world.tmdb.faults.add({ kind: 'status', match: SESSION_NEW, status: 503 });
    auth.actor.send({ type: 'approval.check' });
    await world.reaches(auth, 'awaitingApproval.waiting');
    const way = 'awaitingApproval.checking → awaitingApproval.waiting';
    expect(linesOf(model).slice(TO_APPROVAL.length)).toEqual([
      'Time to ask TMDB again; after pollInterval: awaitingApproval.waiting → awaitingApproval.checking',
      `Not approved yet; not yet: ${way}`,
      'The app asked whether the user has approved; approval.check: awaitingApproval.waiting → awaitingApproval.checking',
      `TMDB made no session; error: ${way}; because TMDB is unavailable at the moment. Try again later. (unavailable)`,
    ]);
    expect(model.steps.map(({ failure }) => failure?.code ?? null).slice(TO_APPROVAL.length)).toEqual([
      null,
      null,
      null,
      'unavailable',
    ]);
  });

  test('v4 says "not approved yet" in its own words', async () => {
    const { world, model, auth } = await open({ pollInterval: MINUTE, apiVersion: 4 });
    await toApproval(world, auth);
    world.clock.advance(MINUTE);
    await world.reaches(auth, 'awaitingApproval.waiting');
    expect(linesOf(model).at(-1)).toMatch(/^Not approved yet; not yet: /);
  });

  test('shows a failed exchange', async () => {
    const { world, auth, model } = await open();
    const { requestToken } = await toApproval(world, auth);
    world.tmdb.approve(requestToken);
    world.tmdb.faults.add({ kind: 'status', match: SESSION_NEW, code: 7 });
    await ended(world, auth.handleCallback(callback(requestToken)));
    expect(linesOf(model)).toEqual([
      ...TO_EXCHANGE,
      'TMDB did not exchange the request token; error: sessionRequested.exchanging → idle.failed; because ' +
        'TMDB does not know this API key or access token. See themoviedb.org/settings/api. (invalid_api_key)',
    ]);
  });

  test('shows an exchange that fails at every try, and the retry', async () => {
    const { world, auth, model } = await open();
    const { requestToken } = await toApproval(world, auth);
    world.tmdb.approve(requestToken);
    const match = SESSION_NEW;
    const recover = world.tmdb.faults.add({ kind: 'rateLimited', match, times: Number.POSITIVE_INFINITY });
    await ended(world, auth.handleCallback(callback(requestToken)));
    recover();
    await ended(world, auth.retry());
    expect(linesOf(model).slice(TO_EXCHANGE.length + 6, TO_EXCHANGE.length + 9)).toEqual([
      'TMDB did not exchange the request token; error: sessionRequested.exchanging → idle.failed; ' +
        'because TMDB received too many requests. Wait a moment and try again. (rate_limited)',
      'The app asked to try again; retry: idle.failed → sessionRequested.exchanging; because this is the step that failed',
      'TMDB exchanged the request token; done: sessionRequested.exchanging → sessionActive.accountRequested; because TMDB’s answer holds a session',
    ]);
  });

  test('shows a failure at the step where it happened, not as long as it lasts', async () => {
    const { auth, model, world } = await open();
    const { requestToken } = await toApproval(world, auth);
    await ended(world, auth.handleCallback(callback(requestToken, 'denied')));
    auth.actor.send({ type: 'approval.check' });
    expect(model.steps.map(({ failure }) => failure?.code ?? null)).toEqual([
      null,
      null,
      null,
      null,
      'approval_denied',
      null,
    ]);
    expect(model.steps.at(-1)?.context.failure).toMatchObject({ code: 'approval_denied' });
  });

  test('marks an event as ignored only if it means nothing in the state', async () => {
    const { auth, model } = await open();
    auth.actor.send({ type: 'approval.granted' });
    auth.actor.send({ type: 'guest.start' });
    expect(linesOf(model).slice(2)).toEqual([
      'TMDB sent the user back: approved; approval.granted: idle.fresh; because this event has no effect in this state',
      'The app asked for a guest session; guest.start: idle.fresh → guestRequested.trying',
    ]);
    expect(model.steps.map(({ isIgnored }) => isIgnored)).toEqual([false, false, true, false]);
  });

  test('does not mark a record with nothing new as ignored, but says why nothing changes', async () => {
    const { auth, model, world } = await open();
    const { facts } = auth.actor.getSnapshot().context;
    auth.actor.send({ type: 'record.changed', output: { at: world.clock.now(), facts } });
    expect(linesOf(model).at(-1)).toBe(
      'Another tab or process changed the record; record.changed: idle.fresh; ' +
        'because the record holds nothing new',
    );
    expect(model.steps.at(-1)?.isIgnored).toBe(false);
  });

  test('shows a sign-in and a sign-out by another client', async () => {
    const listeners = new Set<() => void>();
    const channelOf = () => {
      const own = new Set<() => void>();
      return {
        post: () => {
          for (const listener of listeners) if (!own.has(listener)) listener();
        },
        subscribe(listener: () => void) {
          own.add(listener);
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      };
    };
    const world = await createWorld();
    const auth = world.client({ channel: channelOf() });
    const { model } = follow(auth);
    await world.reaches(auth, 'idle.fresh');
    const other = world.client({ channel: channelOf() });
    const { done, requestToken } = await toApproval(world, other);
    // A burst of messages makes this client read once, so it sees the waiting state only if that lasts.
    await world.reaches(auth, 'awaitingApproval.waiting');
    world.tmdb.approve(requestToken);
    await Promise.all([other.handleCallback(callback(requestToken)), done]);
    await world.reaches(auth, 'sessionActive.ready');
    await ended(world, other.logout());
    await world.reaches(auth, 'idle.loggedOut');
    const changes = model.steps.filter(({ event }) => event === 'record.changed').map(line);
    expect(changes[0]).toBe(
      'Another tab or process changed the record; record.changed: idle.fresh → awaitingApproval.waiting; ' +
        'because the stored record leads there',
    );
    expect(changes.at(-1)).toMatch(
      /^Another tab or process changed the record; record.changed: sessionActive.\w+ → idle.loggedOut; because there was a session$/,
    );
    expect(changes.join('\n')).toContain('→ sessionActive.');
  });
});
