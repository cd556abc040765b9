/** Of these TMDB makes something, every time it is asked or only the first time. */
const MAKES = /\/(3\/authentication\/session\/(new|convert\/4)|4\/auth\/access_token)$/;

/**
 * `fetch`, by which requests of this process that exchange the same token at the same time are one: two tabs, a page that
 * was loaded twice. Each gets the answer, so that none ends what another one was given.
 */
export function joining(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const flights = new Map<string, Promise<{ text: string; init: ResponseInit }>>();

  const fly = async (key: string, input: RequestInfo | URL, init: RequestInit) => {
    try {
      const response = await fetch(input, init);
      const { status, statusText, headers } = response;
      return { text: await response.text(), init: { status, statusText, headers } };
    } finally {
      flights.delete(key);
    }
  };

  return async (input, init) => {
    const address = String(input instanceof Request ? input.url : input).split('?')[0] ?? '';
    if (init?.method !== 'POST' || !MAKES.test(address)) return fetch(input, init);
    const key = `${address} ${init.body}`;
    const flight = flights.get(key) ?? fly(key, input, init);
    flights.set(key, flight);
    const { text, init: answered } = await flight;
    // A 204 can have none, not even an empty one.
    return new Response(text || null, answered);
  };
}
