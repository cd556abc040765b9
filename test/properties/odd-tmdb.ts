import { SECOND, type TestClock } from '../support/clock.ts';

const LAG = 10 * SECOND;
/** Reading an answer takes some rounds of the event loop, in which simulated time passes, in ms. */
const READING = 200;

type Answer = [status: number, body: unknown];
const failed = (status: number, code: number): Answer => [status, { success: false, status_code: code }];
export const valueFor = (id: number) => ((id % 20) + 1) / 2;
export const mediaOf = (id: number) =>
  id % 5 === 0 ? `tv/${id}` : id % 5 === 1 ? `tv/${id}/season/1/episode/${id}` : `movie/${id}`;
const kindOf = (media: string) =>
  media.startsWith('movie') ? 'movies' : media.includes('season') ? 'tv/episodes' : 'tv';

/**
 * A TMDB with every oddity at once. The sandbox has too few films for this, and this one must count how often each
 * rating was sent.
 */
export function oddTmdb(clock: TestClock, odds: () => number) {
  const byGuest = new Map<string, number>();
  const byUser = new Map<string, number[]>();
  const times: number[] = [];
  /** The time until which it wants no requests, and the time when it said so, epoch ms. */
  let closedUntil = 0;
  let saidAt = Number.POSITIVE_INFINITY;
  /** Requests that were begun in spite of that. */
  let impatient = 0;
  let isCalm = true;
  let ratedAt = 0;
  /** Rows without their rating. */
  let spoilt = 0;

  const list = (kind: string, page: number): Answer => {
    const lags = clock.now() - ratedAt < LAG && odds() < 0.7;
    if (!isCalm && lags) return odds() < 0.5 ? failed(404, 34) : failed(500, 11);
    const all = [...byGuest].filter(([media]) => kindOf(media) === kind);
    const results = all.slice((page - 1) * 20, page * 20).map(([media, rating]) => {
      const [, id = '', , season, , episode] = media.split('/');
      const ids = episode
        ? { id: 1, show_id: Number(id), season_number: Number(season), episode_number: Number(episode) }
        : { id: Number(id) };
      const isSpoilt = !isCalm && spoilt < 10 && odds() < 0.02;
      if (isSpoilt) spoilt += 1;
      return isSpoilt ? ids : { ...ids, rating };
    });
    return [200, { page, results, total_pages: Math.ceil(all.length / 20), total_results: all.length }];
  };

  const rate = (media: string, value: number, isGuest: boolean): Answer => {
    if (isGuest) {
      byGuest.set(media, value);
      ratedAt = clock.now();
    } else byUser.set(media, [...(byUser.get(media) ?? []), value]);
    return [201, { success: true, status_code: 1 }];
  };

  const answer = (method: string, url: URL, body: Record<string, unknown>): Answer => {
    const { pathname, searchParams } = url;
    const [, media = ''] = /^\/3\/(.*)\/(?:rating|account_states)$/.exec(pathname) ?? [];
    const isGuest = searchParams.has('guest_session_id');
    if (pathname.endsWith('/token/new')) return [200, { success: true, request_token: 'a'.repeat(40) }];
    if (pathname.endsWith('/session/new')) return [200, { success: true, session_id: 'b'.repeat(40) }];
    if (pathname.endsWith('/guest_session/new'))
      return [200, { success: true, guest_session_id: 'c'.repeat(32) }];
    if (pathname === '/3/account') return [200, { id: 1, username: 'sandra' }];
    const [, kind] = /rated\/(.*)$/.exec(pathname) ?? [];
    if (kind) return list(kind, Number(searchParams.get('page')));
    if (method === 'POST') return rate(media, Number(body.value), isGuest);
    const value = byUser.get(media)?.at(-1);
    return [200, { id: 1, rated: value === undefined ? false : { value } }];
  };

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    const isOdd = !isCalm && /rated|rating|account_states/.test(url.pathname);
    if (isOdd) times.push(clock.now());
    if (isOdd && clock.now() < closedUntil && clock.now() > saidAt + READING) impatient += 1;
    const gone = () => new TypeError('fetch failed');
    // Some answers take several rounds of the event loop and some simulated time.
    for (let rounds = isOdd ? odds() * 4 : 0; rounds > 1; rounds--)
      await new Promise((resolve) => clock.setTimeout(() => resolve(0), 30));
    if (init?.signal?.aborted) throw gone();
    if (isOdd && (clock.now() < closedUntil || odds() < 0.01)) {
      const asks = clock.now() < closedUntil || odds() < 0.5;
      if (asks && clock.now() >= closedUntil) {
        closedUntil = clock.now() + 2 * SECOND;
        saidAt = clock.now();
      }
      return Response.json(
        { success: false, status_code: 25 },
        { status: 429, ...(asks && { headers: { 'retry-after': '2' } }) },
      );
    }
    if (isOdd && odds() < 0.01) return Response.json({ status_code: 11 }, { status: 500 });
    if (isOdd && odds() < 0.01) throw gone();
    const [status, body] = answer(request.method, url, text ? JSON.parse(text) : {});
    // The request had its effect, and its answer gets lost.
    if (isOdd && odds() < 0.01) throw gone();
    return Response.json(body, { status });
  };

  return {
    fetch,
    byGuest,
    byUser,
    times,
    impatient: () => impatient,
    becomeOdd() {
      isCalm = false;
    },
    /** The next process does not know about the pause. */
    forgetsItSaid() {
      saidAt = Number.POSITIVE_INFINITY;
    },
  };
}

export type OddTmdb = ReturnType<typeof oddTmdb>;
