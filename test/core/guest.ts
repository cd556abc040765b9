import type { CarryOver, TmdbAuth } from '../../src/index.ts';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { MINUTE } from '../support/clock.ts';
import type { World } from '../support/world.ts';
import { brokenStorage } from './helpers.ts';

const FILMS = [11, 18, 550, 603, 680, 1001, 1002, 1003, 1004, 1005, 1006, 1007];
const SERIES = [1396, 1399, 2001];

/** 12 films, 3 series and 30 episodes, in the order of TMDB’s lists; the episodes need two pages. */
export const MEDIA = [
  ...FILMS.map((id) => `movie/${id}`),
  ...SERIES.map((id) => `tv/${id}`),
  ...Array.from(
    { length: 26 },
    (_, at) => `tv/1396/season/${1 + Math.floor(at / 13)}/episode/${1 + (at % 13)}`,
  ),
  ...Array.from({ length: 4 }, (_, at) => `tv/1399/season/1/episode/${at + 1}`),
];
export const LISTS = 4;

/** The rating that the guest gives the title at this index: every possible value occurs. */
export const valueAt = (at: number) => ((at % 20) + 1) / 2;

/** Rates as the present user or guest, no more often than TMDB allows. */
export async function rateAll(world: World, auth: TmdbAuth, media = MEDIA) {
  for (const [at, each] of media.entries()) {
    await auth.api(`/3/${each}/rating`, { method: 'POST', body: { value: valueAt(at) } });
    world.clock.advance(50);
  }
}

/** A user who was a guest with these ratings. TMDB’s log of requests is empty. */
export async function guestWhoSignsIn(
  world: World,
  media = MEDIA,
  options: Parameters<World['client']>[0] = {},
) {
  const auth = world.client(options);
  await auth.loginAsGuest();
  await rateAll(world, auth, media);
  await world.signIn(auth);
  world.clock.advance(1_000);
  world.tmdb.resetRequests();
  return auth;
}

/**
 * The same user, restored from a storage without room for the values, this many ms after the last rating. TMDB’s log
 * of requests is empty.
 */
export async function forgottenRatings(world: World, media = MEDIA, age = MINUTE) {
  const storage = brokenStorage(world.storage, { isSmall: true });
  (await guestWhoSignsIn(world, media, { storage })).dispose();
  world.clock.advance(age);
  const auth = world.client({ storage });
  await world.reaches(auth, 'sessionActive.ready');
  world.tmdb.resetRequests();
  return auth;
}

/** The `carryOver` of every view, in order. */
export function progressOf(auth: TmdbAuth): CarryOver[] {
  const all: CarryOver[] = [];
  auth.subscribe(({ carryOver }) => {
    if (carryOver) all.push(carryOver);
  });
  return all;
}

/** The ratings that the user sent, as paths, in order. */
export const ratingsSent = ({ requests }: Sandbox) =>
  requests
    .filter(({ method, path, hasSession }) => method === 'POST' && path.endsWith('/rating') && hasSession)
    .map(({ path }) => path.slice('/3/'.length, -'/rating'.length));
