import type { ClockPort } from '../../ports.ts';

/** Requests with which TMDB creates a session or an access token. */
const CREATES = /\/(3\/authentication\/session\/(new|convert\/4)|4\/auth\/access_token)$/;

/** The request that creates a new session each time. */
const CREATES_ANEW = /\/convert\/4$/;
/** How long a result is reused, in ms: for requests that arrived with the cookies of before. */
const HELD_FOR = 10_000;

const letProcessEnd = (timer: unknown) => (timer as { unref?(): void } | null)?.unref?.();

/**
 * `fetch` that merges concurrent exchanges of the same token in this process (two tabs, a page loaded twice) into one
 * request. All get the same answer, so that none ends the session another one received. The result of an access token
 * is reused for 10 s, so that a request with slightly older cookies makes no second session.
 */
export function singleFlight(fetch: typeof globalThis.fetch, clock: ClockPort): typeof globalThis.fetch {
  const underWay = new Map<string, Promise<{ text: string; init: ResponseInit }>>();

  const start = async (key: string, address: string, input: RequestInfo | URL, init: RequestInit) => {
    const end = () => void underWay.delete(key);
    try {
      const response = await fetch(input, init);
      const { status, statusText, headers } = response;
      const text = await response.text();
      if (response.ok && CREATES_ANEW.test(address)) letProcessEnd(clock.setTimeout(end, HELD_FOR));
      else end();
      return { text, init: { status, statusText, headers } };
    } catch (error) {
      end();
      throw error;
    }
  };

  return async (input, init) => {
    const address = String(input instanceof Request ? input.url : input).split('?')[0] ?? '';
    if (init?.method !== 'POST' || !CREATES.test(address)) return fetch(input, init);
    const key = `${address} ${init.body}`;
    const request = underWay.get(key) ?? start(key, address, input, init);
    underWay.set(key, request);
    const { text, init: answered } = await request;
    // A 204 must not have a body, not even an empty one.
    return new Response(text || null, answered);
  };
}
