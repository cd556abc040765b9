import { startTmdb } from '../local-tmdb.ts';
import { atOnce, cpuOf, inRounds } from '../rounds.ts';
import { ms, ratio, type Section } from '../section.ts';
import { bare, ours, REQUESTS, type SignIn } from '../sign-ins.ts';

const AT_ONCE = 64;
const SIGN_INS = 320;
const MOST = 2.1;

/**
 * The CPU time of a sign-in with many under way, and of its three requests alone. TMDB is another process and not
 * counted.
 */
export async function measure(): Promise<Section> {
  const tmdb = await startTmdb();
  const ourSignIn = ours(tmdb);
  await ourSignIn();
  const requests = await tmdb.requests();
  if (requests !== REQUESTS)
    throw new Error(`A sign-in took ${requests} requests, and should take ${REQUESTS}.`);

  const cpu = (signIn: SignIn) => async () =>
    (await cpuOf(() => atOnce(AT_ONCE, SIGN_INS, signIn))) / SIGN_INS;
  const { figures, note } = await inRounds({ ours: cpu(ourSignIn), bare: cpu(bare(tmdb)) });
  tmdb.close();
  const is = figures.ours / figures.bare;
  return {
    head: ['CPU of a sign-in', 'tmdb-auth', 'the three calls by bare ofetch', 'ratio', 'more by'],
    rows: [
      [`${AT_ONCE} at once`, ms(figures.ours), ms(figures.bare), ratio(is), ms(figures.ours - figures.bare)],
    ],
    goals: [
      {
        what: `CPU of a sign-in, ${AT_ONCE} at once, relative to its three calls by bare ofetch`,
        is,
        most: MOST,
        unit: 'ratio',
      },
    ],
    notes: [
      `${note} A sign-in took ${requests} requests. CPU is user and system time of the client's process, garbage collection included; TMDB runs in another process. ${SIGN_INS} sign-ins a round, with one client for each.`,
    ],
  };
}
