/** What a burst costs the storage that many clients share: no more for each of 32 than for each of 4. */
import { describe, expect, test } from 'vitest';
import type { ChannelPort, NavigatorPort, StoragePort, TmdbAuth } from '../../src/index.ts';
import { APP, callback, tokenIn } from '../support/approval.ts';
import { createWorld, type World } from '../support/world.ts';
import { allQuiet, resultOf } from './helpers.ts';

const FEW = 4;
/** A client that does the same beside many may meet some other order of things, but not one more for each of them. */
const SLACK = 1.25;

interface Stage {
  world: World;
  tabs: TmdbAuth[];
  first: TmdbAuth;
}

/** Lets each tab hear of what another posted in a macrotask of its own, as a `BroadcastChannel` does. */
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

/** A storage that takes turns, in front of another; `operations` counts what it was asked. */
function counted(base: StoragePort) {
  let operations = 0;
  let turn: Promise<unknown> = Promise.resolve();
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
      const run = turn.then(job);
      turn = run.catch(() => {});
      return run;
    },
  };
  return { storage, operations: () => operations };
}

/** How many storage operations `act` costs each of so many tabs, with everything that follows from it. */
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
    /** The user approves in each tab at once. TMDB has spent a token that two tabs show. */
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

describe.each([8, 16, 32])('each of %i tabs asks the storage no more often than each of 4', (many) => {
  test.each([
    ['when all sign in at once', nothing, inAll((tab) => tab.login()), 'sessionActive.ready'],
    ['when one signs in', nothing, login, 'sessionActive.ready'],
    ['when one signs out', login, inFirst((tab) => tab.logout()), 'idle.loggedOut'],
    ['when all sign out at once', login, inAll((tab) => tab.logout()), 'idle.loggedOut'],
    ['when a guest rates in one', guest, inFirst(rate), 'guestActive.used'],
    ['when a guest rates in all at once', guest, inAll(rate), 'guestActive.used'],
  ])('%s', async (_, prepare, act, end) => {
    const [few, each] = [
      await operationsOfEach(FEW, prepare, act, end),
      await operationsOfEach(many, prepare, act, end),
    ];
    expect(each).toBeGreaterThan(0);
    expect(each).toBeLessThanOrEqual(few * SLACK);
  });
});
