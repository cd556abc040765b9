import fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import type { ApiVersion, AuthView } from '../../machines/index.ts';
import { APP } from '../support/approval.ts';
import { HOUR, MINUTE } from '../support/clock.ts';
import { figures } from '../support/figures.ts';
import { type Act, playRace, type StorageKind } from './arena.ts';

const RUNS = Number(process.env.RACES ?? 8);

const act = (label: string, run: Act[1]): Act => [label, run];
const login = (at: number) =>
  act(`login in ${at}`, ({ tab, begin }) => begin(tab(at).login({ redirectTo: APP })));
const comeBack = (at: number) => act(`approved, back in ${at}`, (arena) => arena.comeBack(at));
const denied = (at: number) => act(`denied, back in ${at}`, (arena) => arena.comeBack(at, 'denied'));
const cancel = (at: number) => act(`cancel in ${at}`, ({ tab, begin }) => begin(tab(at).cancel()));
const logout = (at: number) => act(`logout in ${at}`, ({ tab, begin }) => begin(tab(at).logout()));
const guest = (at: number) => act(`guest in ${at}`, ({ tab, begin }) => begin(tab(at).loginAsGuest()));
const verify = (at: number) => act(`verify in ${at}`, ({ tab, begin }) => begin(tab(at).verify()));
const retry = (at: number) => act(`retry in ${at}`, ({ tab, begin }) => begin(tab(at).retry()));
const reload = (at: number) => act(`reload ${at}`, (arena) => arena.reload(at));
const carryOver = (at: number) =>
  act(`carry over in ${at}`, ({ tab, begin }) => begin(tab(at).carryOverGuestRatings()));
const rate = (at: number) =>
  act(`rate in ${at}`, ({ tab, begin }) =>
    begin(tab(at).fetch('/3/movie/1001/rating', { method: 'POST', body: '{"value":8}' })),
  );
const later = (ms: number) => act(`${ms / MINUTE} min later`, ({ pass }) => pass(ms));
const revoke = act('TMDB ends every session', ({ tmdb }) => tmdb.revoke());

/** `before` runs one act after another, `race` all at once. */
const RACES: Record<string, { before: Act[]; race: Act[] }> = {
  'two tabs come back with one approval': { before: [login(0)], race: [comeBack(0), comeBack(1)] },
  'both tabs and a reload take one return': {
    before: [login(0)],
    race: [comeBack(0), comeBack(0), comeBack(1), reload(1)],
  },
  'both tabs begin a sign-in': { before: [], race: [login(0), login(1)] },
  'each tab begins a sign-in and comes back with its own': {
    before: [],
    race: [login(0), login(1), comeBack(0), comeBack(1)],
  },
  'cancel against success': { before: [login(0)], race: [comeBack(0), cancel(0)] },
  'cancel in the other tab against success': { before: [login(0)], race: [comeBack(0), cancel(1)] },
  'a new sign-in against the end of the old one': {
    before: [login(0)],
    race: [comeBack(0), cancel(0), login(0)],
  },
  'an approval in one tab against a denial in the other': {
    before: [login(0)],
    race: [comeBack(0), denied(1)],
  },
  'expiry against approval': {
    before: [login(0), later(59 * MINUTE)],
    race: [comeBack(0), later(2 * MINUTE)],
  },
  'a late answer against the next click': {
    before: [login(0)],
    race: [comeBack(0), later(MINUTE / 4), retry(0), login(1)],
  },
  'logout against verification': { before: [login(0), comeBack(0)], race: [verify(0), logout(0)] },
  'logout in one tab against verification in the other, of a session that TMDB ended': {
    before: [login(0), comeBack(0), revoke],
    race: [verify(1), logout(0), verify(0)],
  },
  'logout in both tabs': { before: [login(0), comeBack(0)], race: [logout(0), logout(1)] },
  'logout in one tab, a sign-in in the other': {
    before: [login(0), comeBack(0)],
    race: [logout(0), login(1)],
  },
  'logout against the answer of the exchange': { before: [login(0)], race: [comeBack(0), logout(1)] },
  'guests in both tabs': { before: [], race: [guest(0), guest(1)] },
  'a guest in one tab, a user in the other': { before: [], race: [guest(0), login(1), comeBack(1)] },
  'a rating against the end of the guest’s hour': { before: [guest(0)], race: [rate(0), later(61 * MINUTE)] },
  'a carry-over against a logout in the other tab': {
    before: [guest(0), rate(0), login(0), comeBack(0)],
    race: [carryOver(0), logout(1)],
  },
  'a carry-over in both tabs': {
    before: [guest(0), rate(0), login(0), comeBack(0)],
    race: [carryOver(0), carryOver(1)],
  },
  'a page that is closed against everything it began': {
    before: [guest(0)],
    race: [login(0), rate(0), reload(0), login(1)],
  },
};

const anyStorage = fc.constantFrom<StorageKind[]>('immediate', 'locked');
const noLocks = fc.constant<StorageKind>('unlocked');
const anyVersion = fc.constantFrom<ApiVersion[]>(3, 4);
let played = 0;
afterAll(() =>
  figures('races', {
    scenarios: Object.keys(RACES).length + WITHOUT_LOCKS.length + 4,
    'orders played': played,
  }),
);

const anyEnd = (_: AuthView[]) => true;

const racing = async (
  before: Act[],
  race: fc.Arbitrary<Act[]>,
  storages: fc.Arbitrary<StorageKind> = anyStorage,
  isRight = anyEnd,
) => {
  await fc.assert(
    fc.asyncProperty(anyVersion, storages, fc.scheduler(), race, async (version, storage, scheduler, acts) =>
      isRight(await playRace(scheduler, version, storage, before, acts)),
    ),
    { numRuns: RUNS, ...(process.env.SEED && { seed: Number(process.env.SEED) }) },
  );
  played += RUNS;
};

describe(`every order of requests, answers, reads, writes and messages (${RUNS} each)`, () => {
  test.each(Object.entries(RACES))(
    'the rules hold for this race: %s',
    (_, { before, race }) => racing(before, fc.constant(race)),
    120_000,
  );

  const anyAct = fc
    .tuple(
      fc.constantFrom(login, comeBack, comeBack, denied, cancel, logout, guest, rate, verify, retry, reload),
      fc.constantFrom(0, 1),
    )
    .map(([make, at]) => make(at));
  const jump = fc.constantFrom(later(MINUTE / 4), later(61 * MINUTE), later(25 * HOUR), revoke);
  const anything = fc.oneof({ weight: 8, arbitrary: anyAct }, { weight: 1, arbitrary: jump });
  test(
    'the rules hold for any acts at once',
    () => racing([], fc.array(anything, { minLength: 2, maxLength: 8 })),
    240_000,
  );
  test(
    'the rules hold for any acts at once during a sign-in',
    () => racing([login(0)], fc.array(anything, { minLength: 2, maxLength: 6 })),
    240_000,
  );
  test(
    'the rules hold for any acts at once by a user who was a guest',
    () =>
      racing([guest(0), rate(0), login(0), comeBack(0)], fc.array(anything, { minLength: 2, maxLength: 6 })),
    240_000,
  );
});

/**
 * Without locks the tabs cannot keep two simultaneous guests apart, nor a page that closes before it has
 * written.
 */
const NEED_LOCKS = [
  'both tabs and a reload take one return',
  'guests in both tabs',
  'a page that is closed against everything it began',
];
const WITHOUT_LOCKS = Object.entries(RACES).filter(([name]) => !NEED_LOCKS.includes(name));
const areSignedIn = (views: AuthView[]) => views.every(({ state }) => state === 'sessionActive.ready');

describe(`tabs that overwrite records they have not read (${RUNS} each)`, () => {
  test.each(WITHOUT_LOCKS)(
    'the rules hold for this race: %s',
    (_, { before, race }) => racing(before, fc.constant(race), noLocks),
    120_000,
  );

  test(
    'two tabs that come back with one approval are both signed in',
    () => racing([login(0)], fc.constant([comeBack(0), comeBack(1)]), noLocks, areSignedIn),
    120_000,
  );
});
