import { startTmdb } from '../local-tmdb.ts';
import { inRounds, timeOf } from '../rounds.ts';
import { ms, ratio, type Section } from '../section.ts';
import { bare, movieDb, ours, REQUESTS, type SignIn } from '../sign-ins.ts';

const SIGN_INS = 60;
/** With TMDB’s rate limit a sign-in would take long, and always the same. */
const LIMITED = 10;
const NO_LIMIT = 1_000_000;
const MOST = 0.85;

/** The duration of sign-ins one after another. */
export async function measure(): Promise<Section> {
  const tmdb = await startTmdb();
  const peer = movieDb(tmdb, NO_LIMIT);
  await peer();
  const requests = await tmdb.requests();
  if (requests !== REQUESTS)
    throw new Error(`moviedb-promise took ${requests} requests, and not ${REQUESTS}.`);

  const time =
    (signIn: SignIn, times = SIGN_INS) =>
    () =>
      timeOf(times, signIn);
  const { figures, note } = await inRounds({
    ours: time(ours(tmdb)),
    peer: time(peer),
    limited: time(movieDb(tmdb), LIMITED),
    bare: time(bare(tmdb)),
  });
  tmdb.close();
  const is = figures.ours / figures.peer;
  const beside = (what: string, other: number) => [
    what,
    ms(figures.ours),
    ms(other),
    ratio(figures.ours / other),
  ];
  return {
    head: ['Time of a sign-in, one after another', 'tmdb-auth', 'beside it', 'ratio'],
    rows: [
      beside('moviedb-promise without its limit', figures.peer),
      beside('moviedb-promise by default: 50 requests a second at most', figures.limited),
      beside('the three calls by bare ofetch', figures.bare),
    ],
    goals: [
      {
        what: 'Time of a sign-in, one after another, relative to moviedb-promise without its limit',
        is,
        most: MOST,
        unit: 'ratio',
      },
    ],
    notes: [
      `${note} Each package makes the same three calls to the same local TMDB, which approves at once. On a real network the ${REQUESTS} round trips take nearly all of the time. A figure is the median of ${SIGN_INS} sign-ins a round, a client for each: moviedb-promise keeps one user's token, so it needs one too.`,
    ],
  };
}
