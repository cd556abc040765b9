import { beforeAll, describe, expect, test } from 'vitest';
import { authDelays } from '../../machines/index.ts';
import { counts, createCoverage, type Report } from '../machine/coverage.ts';
import type { State, WorldEvent } from '../machine/world.ts';
import { figures } from '../support/figures.ts';
import { type Path, shortestPaths, simplePaths } from './choose.ts';
import { seen } from './drive.ts';
import { driveFor, make } from './play.ts';
import { names, playable, reasonAgainst } from './playable.ts';

/** The most steps of a simple path. */
const LONGEST = 8;
/** The number of paths driven at a time: they mostly wait for each other's HTTP. */
const AT_ONCE = 6;

/** Transitions that real parts never take. */
const NEVER_TAKEN = [
  // A record with known contents is not announced: its text is compared first.
  'auth on record.changed 1 [isKnown]',
  // No user is signed in yet when the record is read.
  'restoring done 10 [hasSession] > idle.loggedOut',
  // During a carry-over only the carry-over itself can find out that the guest is gone.
  'sessionActive.carryingOver error 2 [endsBy] > idle.sessionRevoked',
  // A record read during a logout is older than the logout, which is written then.
  'loggingOut on record.changed',
  // A client that requests a guest session has none.
  'guestRequested on login.cancel 1 [hasGuest] > guestActive.unused',
  'guestRequested.trying error 2 [hasGuest] > guestActive.unused',
  'guestRequested.trying after requestTimeout 1 [hasGuest] > guestActive.unused',
];

const shortest = shortestPaths().map(playable);
const simple = simplePaths(LONGEST);
const coverage = createCoverage();
const driven = { paths: 0, steps: 0 };
const partings = new Map<Path, string>();

/** Drives a real client along the path. Resolves to the first difference. */
async function drive(path: Path): Promise<string | null> {
  const client = await driveFor(path);
  let latest = client.auth.actor.getSnapshot() as State;
  client.auth.actor.system.inspect((inspected) => {
    if (inspected.type !== '@xstate.snapshot' || inspected.actorRef !== client.auth.actor) return;
    const next = inspected.snapshot as State;
    coverage.see(latest, inspected.event as WorldEvent, next);
    latest = next;
  });
  const told: string[] = [];
  try {
    for (const step of path.steps) {
      told.push(names({ goal: '', steps: [step] }));
      await make(client, step);
      const [is, should] = [seen(client.auth.actor.getSnapshot()), seen(step.after)];
      if (JSON.stringify(is) !== JSON.stringify(should)) {
        return `after ${told.join('; ')}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`;
      }
      driven.steps += 1;
    }
    driven.paths += 1;
    return null;
  } catch (error) {
    return `after ${told.join('; ')}: ${error}`;
  } finally {
    await client.close();
  }
}

const toDrive = [...shortest.filter((path) => !reasonAgainst(path)), ...simple];
const notDriven = shortest.filter(reasonAgainst);
let report: Report;

beforeAll(async () => {
  const waiting = [...toDrive];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let path = waiting.shift(); path; path = waiting.shift()) {
        const parting = await drive(path);
        if (parting) partings.set(path, parting);
      }
    }),
  );
  report = coverage.report(Object.keys(authDelays));
  console.log(`${driven.paths} paths, ${driven.steps} steps`, counts(report));
  console.log(`not driven: ${notDriven.map((path) => `${path.goal} (${reasonAgainst(path)})`).join('; ')}`);
  figures('paths', {
    'shortest paths': shortest.length,
    'simple paths': simple.length,
    'paths driven with a real client over HTTP': driven.paths,
    'steps compared': driven.steps,
    ...Object.fromEntries(
      Object.entries(counts(report)).map(([what, count]) => [`${what} reached with real parts`, count]),
    ),
    'paths that real parts cannot take, with a reason': notDriven.length,
  });
}, 300_000);

describe('a real client on the sandbox', () => {
  test.each(toDrive.map((path) => [`${path.goal}: ${names(path)}`, path] as const))(
    'follows the statechart: %s',
    (_, path) => {
      expect(partings.get(path)).toBeUndefined();
    },
  );

  test('reaches every state, every tag and every timer', () => {
    expect(report.states.missed).toEqual([]);
    expect(report.tags.missed).toEqual([]);
    expect(report.timers.missed).toEqual([]);
  });

  test('takes every transition that real parts can take', () => {
    expect(report.transitions.missed).toEqual(NEVER_TAKEN);
  });
});
