/** How often clients use the storage they share: 32 clients use it no more often each than 4 do. */
import { describe, expect, test } from 'vitest';
import type { ChannelPort, NavigatorPort, StoragePort, TmdbAuth } from '../../src/index.ts';
import { APP, callback, tokenIn } from '../support/approval.ts';
import { createWorld, type World } from '../support/world.ts';
import { allQuiet, resultOf } from './helpers.ts';

const FEW = 4;
/** With many clients operations come in another order, which may cost some more, but not one more for each client. */
const SLACK = 1.25;

interface Stage {
  world: World;
  tabs: TmdbAuth[];
  first: TmdbAuth;
}

/** Delivers each message in a macrotask of its own, as a `BroadcastChannel` does. */
function createWire(): () => ChannelPort {
  const ends = new Set<(how?: 'written') => void>();
  return () => {
    let own: ((how?: 'written') => void) | undefined;
    return {
      post(how) {
        for (const end of ends) if (end !== own) setTimeout(end, 0, how);
      },
      subscribe(changed) {
        own = changed;
        ends.add(changed);
        return () => void ends.delete(changed);
      },
    };
  };
}

/** A storage with exclusive access, in front of another; `operations` counts the calls. */
function counted(base: StoragePort) {
  let operations = 0;
  let last: Promise<unknown> = Promise.resolve();
  const counting =
    <Args extends unknown[], Result>(operate: (...args: Args) => Result) =>
    (...args: Args): Result => {
      operations += 1;
      return operate(...args);
    };
  const storage: StoragePort = {
    get: counting((key) => base.get(key)),
    set: counting((key, value) => base.set(key, value)),
    remove: counting((key) => base.remove(key)),
    exclusively<T>(_: string, job: () => Promise<T>) {
      operations += 1;
      const run = last.then(job);
      last = run.catch(() => {});
      return run;
    },
  };
  return { storage, operations: () => operations };
}

/** How many storage operations `act` costs each of `count` tabs, until everything has settled. */
async function operationsOfEach(
  count: number,
  prepare: (stage: Stage) => Promise<unknown>,
  act: (stage: Stage) => Promise<unknown>,
  end: string,
): Promise<number> {
  const world = await createWorld();
  const wire = createWire();
  const { storage, operations } = counted(world.storage);
  const newTab = (): TmdbAuth => {
    /** The user approves in each tab at once. A token that two tabs show is spent by the first. */
    const navigator: NavigatorPort = {
      visit: () => ({
        redirectTo: APP,
        open(approvalUrl) {
          const requestToken = tokenIn(approvalUrl);
          world.tmdb.approve(requestToken);
          void auth.handleCallback(callback(requestToken));
        },
      }),
    };
    const auth: TmdbAuth = world.client({ storage, channel: wire(), navigator });
    return auth;
  };
  const first = newTab();
  const tabs = [first, ...Array.from({ length: count - 1 }, newTab)];
  for (const tab of tabs) await world.reaches(tab, 'idle.fresh');
  const stage = { world, tabs, first };
  await prepare(stage);
  await allQuiet(world);
  const before = operations();
  await act(stage);
  await allQuiet(world);
  const after = operations();
  for (const tab of tabs) expect(tab.getView().state).toBe(end);
  return (after - before) / count;
}

const inAll =
  (act: (tab: TmdbAuth) => Promise<unknown>) =>
  ({ world, tabs }: Stage) =>
    resultOf(world, Promise.all(tabs.map(act)));
const inFirst =
  (act: (tab: TmdbAuth) => Promise<unknown>) =>
  ({ world, first }: Stage) =>
    resultOf(world, act(first));
const rate = (tab: TmdbAuth) => tab.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });

const nothing = async () => {};
const login = inFirst((tab) => tab.login());
const guest = inFirst((tab) => tab.loginAsGuest());

describe.each([8, 16, 32])('each of %i tabs', (many) => {
  test.each([
    ['when all sign in at once', nothing, inAll((tab) => tab.login()), 'sessionActive.ready'],
    ['when one signs in', nothing, login, 'sessionActive.ready'],
    ['when one signs out', login, inFirst((tab) => tab.logout()), 'idle.loggedOut'],
    ['when all sign out at once', login, inAll((tab) => tab.logout()), 'idle.loggedOut'],
    ['when a guest rates in one', guest, inFirst(rate), 'guestActive.used'],
    ['when a guest rates in all at once', guest, inAll(rate), 'guestActive.used'],
  ])('uses the storage no more often than each of 4 %s', async (_, prepare, act, end) => {
    const [few, each] = [
      await operationsOfEach(FEW, prepare, act, end),
      await operationsOfEach(many, prepare, act, end),
    ];
    expect(each).toBeGreaterThan(0);
    expect(each).toBeLessThanOrEqual(few * SLACK);
  });
});
