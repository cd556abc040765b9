import type { ClockPort } from '../../ports.ts';

/** Of these TMDB makes something, every time it is asked or only the first time. */
const MAKES = /\/(3\/authentication\/session\/(new|convert\/4)|4\/auth\/access_token)$/;

/** Of these it makes another one every time. */
const REPEATS = /\/convert\/4$/;
/** A request that arrived with the cookies of before takes no longer to ask, in ms. */
const HELD_FOR = 10_000;

const letProcessEnd = (timer: unknown) => (timer as { unref?(): void } | null)?.unref?.();

/**
 * `fetch`, by which requests of this process that exchange the same token at about the same time are one: two tabs, a
 * page that was loaded twice. Each gets the answer, so that none ends what another one was given. No second session is made
 * of an access token for cookies that are out of date by a moment.
 */
export function joining(fetch: typeof globalThis.fetch, clock: ClockPort): typeof globalThis.fetch {
  const flights = new Map<string, Promise<{ text: string; init: ResponseInit }>>();

  const fly = async (key: string, address: string, input: RequestInfo | URL, init: RequestInit) => {
    const end = () => void flights.delete(key);
    try {
      const response = await fetch(input, init);
      const { status, statusText, headers } = response;
      const text = await response.text();
      if (response.ok && REPEATS.test(address)) letProcessEnd(clock.setTimeout(end, HELD_FOR));
      else end();
      return { text, init: { status, statusText, headers } };
    } catch (error) {
      end();
      throw error;
    }
  };

  return async (input, init) => {
    const address = String(input instanceof Request ? input.url : input).split('?')[0] ?? '';
    if (init?.method !== 'POST' || !MAKES.test(address)) return fetch(input, init);
    const key = `${address} ${init.body}`;
    const flight = flights.get(key) ?? fly(key, address, input, init);
    flights.set(key, flight);
    const { text, init: answered } = await flight;
    // A 204 can have none, not even an empty one.
    return new Response(text || null, answered);
  };
}
