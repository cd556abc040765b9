// Seen with our own sandbox: In Vitest's environment `happy-dom` it did not start, as Node refused the page's `AbortSignal`.
// Here: The sandbox works beside a test's page, even with faults that hang and with a close during them.
import { Window } from 'happy-dom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTmdbAuth } from '../../src/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { GUEST_NEW } from '../support/requests.ts';

const page = new Window();
const { AbortController, AbortSignal } = globalThis;

// Globals that this environment replaces.
beforeAll(() => {
  Object.assign(globalThis, { AbortController: page.AbortController, AbortSignal: page.AbortSignal });
});
afterAll(async () => {
  Object.assign(globalThis, { AbortController, AbortSignal });
  await page.happyDOM.close();
});

const fetchOfPage = (input: RequestInfo | URL, { signal: _, ...init }: RequestInit = {}) =>
  fetch(input, init);

async function stage() {
  const tmdb = await startSandbox();
  const { accessToken, baseURL, webURL } = tmdb;
  // Node's own `fetch` refuses such a signal; the environment brings its own `fetch`.
  const auth = createTmdbAuth({ credentials: { accessToken }, baseURL, webURL, fetch: fetchOfPage });
  return { tmdb, auth };
}

test('a guest signs in after a hanging fault was removed', async () => {
  const { tmdb, auth } = await stage();
  const goOn = tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
  tmdb.faults.add({ kind: 'latency', ms: 5, match: GUEST_NEW });
  const guest = auth.loginAsGuest();
  await expect.poll(() => tmdb.requests.length).toBe(1);
  goOn();
  expect((await guest).status).toBe('guest');
  auth.dispose();
  await tmdb.close();
});

test('the sandbox closes while a request hangs', async () => {
  const { tmdb, auth } = await stage();
  tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
  const guest = auth.loginAsGuest();
  const refused = expect(guest).rejects.toMatchObject({ code: expect.any(String) });
  await expect.poll(() => tmdb.requests.length).toBe(1);
  await tmdb.close();
  auth.dispose();
  await refused;
});
