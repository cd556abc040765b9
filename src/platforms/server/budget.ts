import { pause, type WallClock } from '../../lib/clock.ts';

const SECOND = 1_000;
/** How long a request waits for its slot, in ms: shorter than the timeout of any step. */
const LONGEST_WAIT = 5 * SECOND;

/**
 * Start times of the requests to each TMDB, past and planned, epoch ms. Shared by the process, as TMDB counts per
 * network address.
 */
const begun = new Map<string, number[]>();

/**
 * `fetch` that starts at most `perSecond` requests to one TMDB within any second. A request that would wait longer
 * than 5 s gets the answer TMDB would give: 429 with `Retry-After`.
 */
export function paced(
  fetch: typeof globalThis.fetch,
  { clock, baseURL, perSecond }: { clock: WallClock; baseURL: string; perSecond: number },
): typeof globalThis.fetch {
  if (perSecond === Number.POSITIVE_INFINITY) return fetch;
  const most = Math.max(1, Math.floor(perSecond));
  const times = begun.get(baseURL) ?? [];
  begun.set(baseURL, times);

  /** Time until the next slot, in ms; null if that is too long. */
  const reserve = (): number | null => {
    const now = clock.now();
    // A clock that was set back must not block all requests.
    while (times.length > 0 && (times.at(-1) as number) > now + LONGEST_WAIT + SECOND) times.pop();
    while (times.length > 0 && (times[0] as number) <= now - SECOND) times.shift();
    const at = times.length < most ? now : Math.max(now, (times.at(-most) as number) + SECOND);
    if (at - now > LONGEST_WAIT) return null;
    // In order: a handler with a smaller budget may have taken later slots.
    times.splice(times.findLastIndex((each) => each <= at) + 1, 0, at);
    return at - now;
  };

  return async (input, init) => {
    const wait = reserve();
    if (wait === null) return tooMany();
    const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
    if (wait > 0) await pause(clock, wait, signal ?? new AbortController().signal);
    signal?.throwIfAborted();
    return fetch(input, init);
  };
}

const tooMany = () =>
  Response.json(
    { success: false, status_code: 25, status_message: 'This site sends too many requests to TMDB.' },
    { status: 429, headers: { 'retry-after': String(LONGEST_WAIT / SECOND) } },
  );
