import type { Browser } from 'playwright-core';
import { expect, type TestContext } from 'vitest';
import type { SessionRecord } from '../../src/record/session-record.ts';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { until } from '../node/processes.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { createFleet, type Fleet, type Records, userName } from './fleet.ts';
import { createBrowsingPerson, createPlainPerson } from './people.ts';

/** The moments of a sign-in at which the instance is killed: TMDB hangs there. */
const MOMENTS: Record<string, (Fault & { match: string }) | null> = {
  'while it asks for a token': { kind: 'hang', match: TOKEN_NEW },
  'before TMDB makes the session': { kind: 'hang', match: SESSION_NEW },
  'after TMDB made the session': { kind: 'hang', match: SESSION_NEW, when: 'after' },
  'while it asks for the account': { kind: 'hang', match: ACCOUNT },
  'after it answered, before the user got it': null,
};
const NAMES = Object.keys(MOMENTS);

/** How the sign-ins of one moment ended. */
interface Tally {
  signIns: number;
  completed: number;
  startedAgain: number;
  /** Orphans: sessions at TMDB that no record holds. */
  left: number;
  said: string[];
}

/** The session's record exists, and the note of the token's record refers to it, so the next instance finds it. */
const hasSession = (records: SessionRecord[]) =>
  records.some(({ facts }) => facts.session !== null && !facts.account) &&
  !records.some(({ facts }) => facts.exchanging !== null);

/** Kills the busy instance once, at that moment of `work`. */
async function killDuring(fleet: Fleet, moment: string, work: () => Promise<unknown>): Promise<void> {
  const { tmdb } = fleet;
  const fault = MOMENTS[moment];
  if (!fault) {
    const isDead = fleet.killAtAnswer('/auth/callback');
    await Promise.all([isDead, work()]);
    return;
  }
  const before = tmdb.requests.length;
  tmdb.faults.add(fault);
  const done = work();
  const isThere = () =>
    tmdb.requests.slice(before).some(({ method, path }) => `${method} ${path}` === fault.match);
  await until(isThere, () => moment);
  if (fault.match === ACCOUNT) await fleet.isKept(hasSession);
  fleet.killBusy();
  // The fault held that one request alone. It is released only once its client is known to be gone.
  await done;
  tmdb.faults.clear();
}

export interface Plan {
  signIns: number;
  records: Records;
  /** Every so many rounds through the moments use a real browser; 0: never. */
  browsers: number;
}

/** Signs users in one after another, each through a kill -9. */
export async function signInThroughKills(
  context: TestContext,
  { signIns, records, browsers }: Plan,
  chromium: Browser,
): Promise<Record<string, Tally>> {
  const fleet = await createFleet(context, { users: signIns, records });
  const { tmdb } = fleet;
  const tallies: Record<string, Tally> = {};

  for (let index = 0; index < signIns; index += 1) {
    const moment = NAMES[index % NAMES.length] as string;
    tallies[moment] ??= { signIns: 0, completed: 0, startedAgain: 0, left: 0, said: [] };
    const tally = tallies[moment];
    const isBrowsing = browsers > 0 && Math.floor(index / NAMES.length) % browsers === 0;
    const person = isBrowsing ? await createBrowsingPerson(fleet, chromium) : createPlainPerson(fleet);
    const username = userName(index);
    await fleet.areUp();
    tmdb.resetRequests();

    let failure: string | null = null;
    const comeBack = async () => {
      failure = await person.approve(username);
    };
    if (moment === NAMES[0]) {
      await killDuring(fleet, moment, person.begin);
      await comeBack();
    } else {
      await person.begin();
      await killDuring(fleet, moment, comeBack);
    }
    expect(fleet.kills()).toBe(index + 1);

    const approvals = failure === null ? 1 : 2;
    if (failure !== null) {
      // The site reports the failure, the user is wholly signed out, and the next sign-in works.
      expect(await person.session(), `${moment}: ${failure}`).toMatchObject({ status: 'signedOut' });
      await person.begin();
      expect(await person.approve(username), moment).toBe(null);
      tally.said.push(failure);
    }
    expect(await person.session(), moment).toMatchObject({
      state: 'sessionActive.ready',
      account: { username },
    });
    expect(await person.account(), moment).toBe(username);
    const sessions = tmdb.sessions().filter((session) => session.username === username).length;
    expect(sessions, moment).toBeLessThanOrEqual(approvals);

    tally.signIns += 1;
    if (failure === null) tally.completed += 1;
    else tally.startedAgain += 1;
    tally.left += sessions - 1;
    await person.leave();
  }
  // An instance that is still starting would be stopped by the end of the test.
  await fleet.areUp();
  return tallies;
}

/** Several such runs side by side, each with its own instances and TMDB. */
export async function inLanes(context: TestContext, lanes: number, plan: Plan, chromium: Browser) {
  const share = { ...plan, signIns: plan.signIns / lanes };
  const all = await Promise.all(
    Array.from({ length: lanes }, () => signInThroughKills(context, share, chromium)),
  );
  const sum: Record<string, Tally> = {};
  for (const name of NAMES) {
    const tallies = all.flatMap((each) => each[name] ?? []);
    const count = (field: 'signIns' | 'completed' | 'startedAgain' | 'left') =>
      tallies.reduce((so, tally) => so + tally[field], 0);
    sum[name] = {
      signIns: count('signIns'),
      completed: count('completed'),
      startedAgain: count('startedAgain'),
      left: count('left'),
      said: tallies.flatMap(({ said }) => said),
    };
  }
  return sum;
}

/** Checks that the crashes cost no more than they may, and prints figures. */
export function judge(tallies: Record<string, Tally>, records: Records): void {
  const hasStore = records !== 'cookies';
  const [token, before, made, account, answered] = NAMES as [string, string, string, string, string];
  // A crash loses only what that one instance knew. With a store, the session is stored before it is reported.
  const costly = hasStore ? [made] : [made, account, answered];
  for (const name of [token, before, made, account, answered]) {
    const { said, ...figures } = tallies[name] as Tally;
    console.log(records.padEnd(7), name.padEnd(42), JSON.stringify(figures), [...new Set(said)].join());
    const { signIns } = figures;
    const isCostly = costly.includes(name);
    expect(figures, name).toEqual(
      isCostly
        ? { signIns, completed: 0, startedAgain: signIns, left: signIns }
        : { signIns, completed: signIns, startedAgain: 0, left: 0 },
    );
    // On an overloaded machine, the wait for a dead instance's claim may take all the time there is.
    const may = isCostly ? (hasStore ? ['exchange_interrupted', 'timeout'] : ['session_denied']) : [];
    for (const code of said) expect(may, name).toContain(code);
  }
}
