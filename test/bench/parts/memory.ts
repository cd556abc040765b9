import { setTimeout as pause } from 'node:timers/promises';
import { createTmdbAuth, memoryStorage, type NavigatorPort, type TmdbAuth } from 'tmdb-auth';
import { kB, type Section } from '../section.ts';

const CLIENTS = 2_000;
/** The number after which the engine has compiled the hot code. */
const WARM_UP = 500;
/** In bytes. */
const MOST = 15_000;

const CALLBACK = 'http://app.test/callback';
const credentials = { accessToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl' };

let made = 0;
const secret = () => (++made).toString(16).padStart(40, '0');
const inAnHour = () => `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A TMDB that approves everything at once. */
const ANSWERS: Record<string, () => object> = {
  '/3/authentication/token/new': () => ({
    success: true,
    request_token: secret(),
    expires_at: inAnHour(),
  }),
  '/3/authentication/session/new': () => ({ success: true, session_id: secret() }),
  '/3/account': () => ({ id: 1, username: 'sandra', name: 'Sandra', iso_639_1: 'en', iso_3166_1: 'GB' }),
};
const fetch = async (input: string | URL | Request) =>
  Response.json(ANSWERS[new URL(String(input)).pathname]?.());

/** A client with a signed-in user. */
async function signedIn(): Promise<TmdbAuth> {
  const navigator: NavigatorPort = {
    visit: () => ({
      redirectTo: CALLBACK,
      open(approvalUrl) {
        const requestToken = new URL(approvalUrl).pathname.split('/').at(-1);
        void auth.handleCallback(`${CALLBACK}?request_token=${requestToken}&approved=true`);
      },
    }),
  };
  const auth: TmdbAuth = createTmdbAuth({ credentials, storage: memoryStorage(), navigator, fetch });
  const { account } = await auth.login();
  if (account?.username !== 'sandra') throw new Error('This is no sign-in.');
  return auth;
}

/** After a pause, so that garbage can be collected. */
async function heap(): Promise<number> {
  for (let times = 0; times < 5; times += 1) {
    await pause(50);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

/** The memory of a client whose user is signed in and does nothing. */
export async function measure(): Promise<Section> {
  const clients: TmdbAuth[] = [];
  const more = async (count: number) => {
    for (let done = 0; done < count; done += 1) clients.push(await signedIn());
  };
  await more(WARM_UP);
  for (const auth of clients.splice(0)) auth.dispose();
  const before = await heap();
  await more(CLIENTS);
  const bytes = ((await heap()) - before) / CLIENTS;
  for (const auth of clients) auth.dispose();
  return {
    head: ['Clients with a signed-in user', 'how many', 'memory of each'],
    rows: [['at rest', CLIENTS.toLocaleString('en'), kB(bytes)]],
    goals: [{ what: 'Memory of a client at rest', is: bytes, most: MOST, unit: 'kB' }],
    notes: [
      'Memory is the heap after garbage collection, with `--expose-gc`. Each client signed in by itself and has a storage of its own, which counts: a record with a session and its account.',
    ],
  };
}
