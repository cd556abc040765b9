import { describe, expect, test } from 'vitest';
import type { NavigatorPort, Visit } from '../../src/index.ts';
import { APP, callback } from '../support/approval.ts';
import { MINUTE } from '../support/clock.ts';
import { SESSION_NEW, TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { codeOf, never, quiet, storedIn, toApproval, viewOf } from './helpers.ts';

/** A navigator that records its calls. */
function watchedNavigator(changed: Partial<Visit> = {}) {
  const opened: string[] = [];
  const did: string[] = [];
  const navigator: NavigatorPort = {
    visit() {
      did.push('visit');
      return {
        redirectTo: APP,
        open(url) {
          did.push('open');
          opened.push(url);
        },
        close: () => void did.push('close'),
        ...changed,
      };
    },
  };
  return { navigator, opened, did };
}

describe('a navigator', () => {
  test('is visited synchronously, opens the page once the token arrives, and is closed at the end', async () => {
    const world = await createWorld();
    const { navigator, opened, did } = watchedNavigator();
    const auth = world.client({ navigator });
    const done = auth.login();
    expect(did).toEqual(['visit']);
    await world.reaches(auth, 'awaitingApproval.waiting');
    await world.until(() => opened.length === 1);
    expect(opened).toEqual([auth.approvalUrl]);
    expect(new URL(opened[0] ?? '').searchParams.get('redirect_to')).toBe(APP);
    world.tmdb.approve(world.token(auth));
    await auth.handleCallback(callback(world.token(auth)));
    await viewOf(world, done);
    expect(did).toEqual(['visit', 'open', 'close']);
  });

  test('yields to the redirectTo of the call', async () => {
    const world = await createWorld();
    const { navigator, opened } = watchedNavigator();
    const auth = world.client({ navigator });
    auth.login({ redirectTo: 'myapp://back' }).catch(() => {});
    await world.until(() => opened.length === 1);
    expect(new URL(opened[0] ?? '').searchParams.get('redirect_to')).toBe('myapp://back');
  });

  test.each<[string, NavigatorPort]>([
    [
      'throws',
      {
        visit: () => {
          throw new Error('no window');
        },
      },
    ],
    ['rejects', { visit: () => Promise.reject(new Error('no port')) }],
    [
      'throws when it should open the page',
      {
        visit: () => ({
          open: () => {
            throw new Error('blocked');
          },
        }),
      },
    ],
    [
      'rejects when it should open the page',
      { visit: () => ({ open: () => Promise.reject(new Error('blocked')) }) },
    ],
    ['never says whether it is open', { visit: () => ({ open: () => never<void>() }) }],
    [
      'cannot be closed',
      {
        visit: () => ({
          open: () => {},
          close: () => {
            throw new Error('gone');
          },
        }),
      },
    ],
  ])('that %s does not end the sign-in: the user may open the page by hand', async (_, navigator) => {
    const world = await createWorld();
    const auth = world.client({ navigator });
    const { done, requestToken } = await toApproval(world, auth);
    world.tmdb.approve(requestToken);
    await auth.handleCallback(callback(requestToken));
    expect((await viewOf(world, done)).status).toBe('user');
  });

  test('that never gets ready can be cancelled and disposed', async () => {
    for (const way of ['cancel', 'dispose'] as const) {
      const world = await createWorld();
      const auth = world.client({ navigator: { visit: () => never<Visit>() } });
      const done = auth.login();
      done.catch(() => {});
      await world.reaches(auth, 'idle.fresh');
      await auth[way]();
      expect(await codeOf(world, done)).toBe(way === 'cancel' ? 'cancelled' : 'disposed');
    }
  });

  test('that gets ready after the cancel is closed, and opens nothing', async () => {
    const world = await createWorld();
    const { navigator, did } = watchedNavigator();
    let arrive: (visit: Visit) => void = () => {};
    const late: NavigatorPort = {
      visit: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    };
    const auth = world.client({ navigator: late });
    const done = auth.login();
    done.catch(() => {});
    await world.reaches(auth, 'idle.fresh');
    await auth.cancel();
    arrive(await navigator.visit());
    expect(await codeOf(world, done)).toBe('cancelled');
    await quiet();
    expect(did).toEqual(['visit', 'close']);
    expect(world.tmdb.requests).toEqual([]);
  });

  test('is closed after every end: denial, cancel, expiry, failure', async () => {
    for (const end of ['denied', 'cancel', 'expiry', 'failure'] as const) {
      const world = await createWorld();
      const { navigator, did } = watchedNavigator();
      const auth = world.client({ navigator });
      if (end === 'failure') world.tmdb.faults.add({ kind: 'status', code: 7, match: TOKEN_NEW });
      const done = auth.login();
      done.catch(() => {});
      if (end !== 'failure') {
        await world.until(() => did.includes('open'));
        if (end === 'cancel') await auth.cancel();
        if (end === 'expiry') world.clock.advance(60 * MINUTE);
        if (end === 'denied') await auth.handleCallback(callback(world.token(auth), 'denied'));
      }
      expect(await codeOf(world, done)).not.toBe('resolved');
      expect(did.at(-1)).toBe('close');
    }
  });

  test('that cannot return makes the client poll at the visit’s interval', async () => {
    const world = await createWorld();
    const { navigator } = watchedNavigator({ pollInterval: 2_000 });
    const auth = world.client({ navigator });
    const done = auth.login();
    await world.reaches(auth, 'awaitingApproval.waiting');
    world.tmdb.approve(world.token(auth));
    expect((await viewOf(world, done)).status).toBe('user');
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  });

  /** Visits to a page that takes long to open. Each call of `ends` finishes one, as a visit that cannot return. */
  function slowNavigator() {
    const ends: (() => void)[] = [];
    const navigator: NavigatorPort = {
      visit() {
        const visit: Visit = {
          redirectTo: APP,
          open: () =>
            new Promise((resolve) => {
              ends.push(() => {
                visit.pollInterval = 2_000;
                resolve();
              });
            }),
        };
        return visit;
      },
    };
    return { navigator, ends };
  }

  test('that reports late that its page cannot return makes the client poll from then on', async () => {
    const world = await createWorld();
    const { navigator, ends } = slowNavigator();
    const auth = world.client({ navigator });
    const done = auth.login();
    await world.until(() => ends.length === 1);
    await world.reaches(auth, 'awaitingApproval.waiting');
    world.tmdb.approve(world.token(auth));
    await world.clock.advance(5 * MINUTE);
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(0);
    ends[0]?.();
    expect((await viewOf(world, done)).status).toBe('user');
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  });

  test('that reports late for an earlier sign-in does not affect the next one', async () => {
    const world = await createWorld();
    const { navigator, ends } = slowNavigator();
    const auth = world.client({ navigator });
    auth.login().catch(() => {});
    await world.until(() => ends.length === 1);
    await auth.cancel();
    auth.login().catch(() => {});
    await world.until(() => ends.length === 2);
    await world.reaches(auth, 'awaitingApproval.waiting');
    ends[0]?.();
    await quiet();
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(0);
    ends[1]?.();
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
  });

  test('is visited again by a retry, which opens its page and uses its return address', async () => {
    const world = await createWorld();
    let port = 0;
    const opened: string[] = [];
    const navigator: NavigatorPort = {
      visit() {
        port += 1;
        return { redirectTo: `http://127.0.0.1:${port}/back`, open: (url) => void opened.push(url) };
      },
    };
    const auth = world.client({ navigator });
    world.tmdb.faults.add({ kind: 'status', match: TOKEN_NEW, times: 4 });
    expect(await codeOf(world, auth.login())).toBe('unavailable');
    expect(opened).toEqual([]);
    auth.retry().catch(() => {});
    await world.reaches(auth, 'awaitingApproval.waiting');
    await world.until(() => opened.length === 1);
    expect(new URL(opened[0] ?? '').searchParams.get('redirect_to')).toBe('http://127.0.0.1:2/back');
  });
});

describe('login() after a sign-in was restored', () => {
  async function restored(navigator?: NavigatorPort) {
    const world = await createWorld();
    const first = world.client();
    const { requestToken } = await toApproval(world, first);
    while ((await storedIn(world)) === null) await quiet(1);
    first.dispose();
    world.tmdb.resetRequests();
    const auth = world.client(navigator ? { navigator } : {});
    await world.reaches(auth, 'awaitingApproval.waiting');
    return { world, auth, requestToken };
  }

  test('asks TMDB first, and opens nothing if the user has approved meanwhile', async () => {
    const { navigator, opened } = watchedNavigator();
    const { world, auth, requestToken } = await restored(navigator);
    world.tmdb.approve(requestToken);
    expect((await viewOf(world, auth.login())).status).toBe('user');
    expect(opened).toEqual([]);
    expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(0);
  });

  test('opens the page of the same token if the user has not approved it', async () => {
    const { navigator, opened } = watchedNavigator();
    const { world, auth, requestToken } = await restored(navigator);
    const done = auth.login();
    await world.until(() => opened.length === 1);
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
    expect(opened[0]).toContain(requestToken);
    world.tmdb.approve(requestToken);
    await auth.handleCallback(callback(requestToken));
    expect((await viewOf(world, done)).status).toBe('user');
  });

  test('waits for the return when there is no navigator', async () => {
    const { world, auth, requestToken } = await restored();
    const done = auth.login({ redirectTo: APP });
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
    await world.reaches(auth, 'awaitingApproval.waiting');
    world.tmdb.approve(requestToken);
    await auth.handleCallback(callback(requestToken));
    expect((await viewOf(world, done)).status).toBe('user');
  });

  test('does not replace a guest’s or a password’s sign-in by the approval that waits', async () => {
    const { world, auth } = await restored();
    const done = auth.loginAsGuest();
    done.catch(() => {});
    const other = auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
    other.catch(() => {});
    await auth.cancel();
    for (const end of [done, other]) expect(await codeOf(world, end)).toBe('cancelled');
  });
});
