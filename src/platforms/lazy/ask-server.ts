import type { ThroughServerOptions } from '../browser/index.ts';
import type { Found } from './find-session.ts';

/** Default of `requestTimeout`, in ms. Repeated here, as the file with the machine's delays is larger. */
const REQUEST_TIMEOUT = 10_000;

/** Asks the server who is signed in. Null: signed out. `unclear`: no readable answer in time. */
export function askServer({
  server,
  requestTimeout = REQUEST_TIMEOUT,
  fetch = globalThis.fetch,
}: ThroughServerOptions): Promise<Found> {
  const controller = new AbortController();
  const ask = async (): Promise<Found> => {
    const headers = { accept: 'application/json' };
    const address = `${server.replace(/\/+$/, '')}/session`;
    const answer = await (
      await fetch(address, { headers, cache: 'no-store', signal: controller.signal })
    ).json();
    return answer.status === 'signedOut' ? null : answer;
  };
  return new Promise((resolve) => {
    const endUnclear = () => resolve('unclear');
    // A `fetch` of the app may ignore the signal, and the wait has to end all the same.
    const timer = setTimeout(() => {
      endUnclear();
      controller.abort();
    }, requestTimeout);
    ask()
      .then(resolve, endUnclear)
      .finally(() => clearTimeout(timer));
  });
}
