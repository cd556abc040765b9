import type { ThroughServerOptions } from '../browser/index.ts';
import type { Found } from './find-session.ts';

/** `requestTimeout` by default, in ms: written out, as the machine's delays lie in a larger file. */
const REQUEST_TIMEOUT = 10_000;

/** What the server says of who is signed in. `unclear` if it says nothing that can be read, or nothing in time. */
export function askServer({
  server,
  requestTimeout = REQUEST_TIMEOUT,
  fetch = globalThis.fetch,
}: ThroughServerOptions): Promise<Found> {
  const ask = async (): Promise<Found> => {
    const headers = { accept: 'application/json' };
    const address = `${server.replace(/\/+$/, '')}/session`;
    const answer = await (await fetch(address, { headers, cache: 'no-store' })).json();
    return answer.status === 'signedOut' ? null : answer;
  };
  return new Promise((resolve) => {
    const giveUp = () => resolve('unclear');
    const timer = setTimeout(giveUp, requestTimeout);
    ask()
      .then(resolve, giveUp)
      .finally(() => clearTimeout(timer));
  });
}
