import { createTmdbAuth, memoryStorage } from '../../../src/index.ts';
import { createSandbox } from '../../../src/tools/sandbox/index.ts';

declare global {
  interface Window {
    /** The outcome of each part, in the page and in a worker. */
    played: Promise<{ page: string[]; worker: string[] }>;
  }
}

const isPage = typeof document !== 'undefined';
const tmdb = createSandbox();

async function play(fetch?: typeof globalThis.fetch): Promise<string[]> {
  const { accessToken, baseURL, webURL } = tmdb;
  const auth = createTmdbAuth({
    credentials: { accessToken },
    baseURL,
    webURL,
    storage: memoryStorage(),
    ...(fetch && { fetch }),
  });
  const went: string[] = [];
  tmdb.faults.add({ kind: 'dropAfter', match: 'GET /3/authentication/guest_session/new' });
  went.push((await auth.loginAsGuest()).status, String(tmdb.guests().length));

  const signedIn = auth.login();
  while (!auth.approvalUrl) await new Promise((resolve) => setTimeout(resolve, 5));
  const token = new URL(auth.approvalUrl).pathname.split('/').at(-1) ?? '';
  tmdb.approve(token);
  await auth.handleCallback(`/back?request_token=${token}&approved=true`);
  went.push((await signedIn).account?.username ?? '');
  went.push(`${tmdb.requests.filter(({ status }) => status === 200).length} of ${tmdb.requests.length}`);
  return went;
}

async function playInPage() {
  // Imported here because `msw/browser` does not load in a worker.
  const [{ http }, { setupWorker }] = await Promise.all([import('msw'), import('msw/browser')]);
  const mocks = setupWorker(http.all(`${tmdb.url}/*`, ({ request }) => tmdb.handle(request)));
  await mocks.start({ quiet: true });
  return play();
}

if (isPage) {
  const worker = new Worker('/app.js', { type: 'module' });
  const fromWorker = new Promise<string[]>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  window.played = Promise.all([playInPage(), fromWorker]).then(([page, worker]) => ({ page, worker }));
} else {
  void play(tmdb.fetch).then((went) => self.postMessage(went));
}
