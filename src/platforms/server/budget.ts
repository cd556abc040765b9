import { pause, type WallClock } from '../../lib/clock.ts';

const SECOND = 1_000;
/** The longest a request waits for its place, in ms: less than any step may take. */
const PATIENCE = 5 * SECOND;

/** When requests to each TMDB began, or will begin, in epoch ms. TMDB counts by address, so all of a process share one. */
const begun = new Map<string, number[]>();

/**
 * `fetch` to one TMDB that begins no more than `perSecond` requests within any second. A request that would wait longer
 * than 5 s is answered as TMDB would answer it: 429, with `Retry-After`.
 */
export function paced(
  fetch: typeof globalThis.fetch,
  { clock, baseURL, perSecond }: { clock: WallClock; baseURL: string; perSecond: number },
): typeof globalThis.fetch {
  if (perSecond === Number.POSITIVE_INFINITY) return fetch;
  const most = Math.max(1, Math.floor(perSecond));
  const times = begun.get(baseURL) ?? [];
  begun.set(baseURL, times);

  /** How long to wait for the next place, in ms; null if that is too long. */
  const reserve = (): number | null => {
    const now = clock.now();
    // A clock that was set back must not stop everything.
    while (times.length > 0 && (times.at(-1) as number) > now + PATIENCE + SECOND) times.pop();
    while (times.length > 0 && (times[0] as number) <= now - SECOND) times.shift();
    const at = times.length < most ? now : Math.max(now, (times.at(-most) as number) + SECOND);
    if (at - now > PATIENCE) return null;
    // In order, as a handler with a smaller budget may have taken later places.
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
    { success: false, status_code: 25, status_message: 'This site asks TMDB for too much at a time.' },
    { status: 429, headers: { 'retry-after': String(PATIENCE / SECOND) } },
  );
