import { createSandbox, type Sandbox, startSandbox } from 'tmdb-auth/sandbox';
import { holds, later, same } from './expect.ts';
import type { Checks } from './index.ts';
import { APP, type World } from './world.ts';

const clientOf = (world: World, { accessToken, baseURL, webURL }: Sandbox, more = {}) =>
  world.client({ credentials: { accessToken }, baseURL, webURL, ...more });

/** Signs a user in, and loses one answer on the way. */
async function signIn(world: World, tmdb: Sandbox, more = {}): Promise<void> {
  const auth = clientOf(world, tmdb, more);
  tmdb.faults.add({ kind: 'dropAfter', match: 'GET /3/authentication/token/new' });
  const done = later(auth.login({ redirectTo: APP }));
  await world.reaches(auth, 'awaitingApproval');
  const token = new URL(auth.approvalUrl ?? '').pathname.split('/').at(-1) ?? '';
  tmdb.approve(token);
  await auth.handleCallback(`${APP}?request_token=${token}&approved=true`);
  same((await done).account?.username, 'sandra', 'the user');
  same(tmdb.sessions().length, 1, 'sessions');
  same(tmdb.requests.map(({ status }) => status).sort(), [0, 200, 200, 200], 'answers');
}

/** The sandbox itself runs in the runtime instead of beside it. */
export const sandbox: Checks = {
  'sandbox: a user signs in without a server, and a request with a lost answer is repeated': async (
    world,
  ) => {
    const tmdb = createSandbox();
    await signIn(world, tmdb, { fetch: tmdb.fetch });
    await tmdb.close();
  },

  'sandbox: handle() answers a Request, and a cut connection is a network error': async () => {
    const tmdb = createSandbox();
    const ask = () => tmdb.handle(new Request('https://any.example/3/authentication?api_key=1'));
    const refused = await ask();
    same(
      [refused.status, ((await refused.json()) as { status_code: number }).status_code],
      [401, 7],
      'a wrong key',
    );
    tmdb.faults.add({ kind: 'dropBefore' });
    same((await ask()).type, 'error', 'a cut connection');
    await tmdb.close();
  },

  'sandbox: a new one continues from the output of save()': async () => {
    const tmdb = createSandbox();
    const url = `${tmdb.url}/3/authentication/guest_session/new?api_key=${tmdb.apiKey}`;
    await tmdb.fetch(url);
    const again = createSandbox({ state: tmdb.save() });
    same(again.guests(), tmdb.guests(), 'guests');
    same(again.guests().length, 1, 'their number');
  },

  'sandbox: startSandbox() listens if node:http exists, and otherwise says what to use': async (world) => {
    const port = Number(new URL(world.mount.origin || 'http://x:1').port);
    const started = await startSandbox({ port }).catch((error: Error) => error);
    if (started instanceof Error) {
      holds(typeof process === 'undefined', `no process of Node; ${started.message}`);
      holds(started.message.includes('createSandbox()'), started.message);
      return;
    }
    await signIn(world, started).finally(started.close);
  },
};

export const sandboxMounted: Checks = {
  "sandbox: a user signs in by its page behind the runtime's own server": async (world) => {
    const { origin, serve } = world.mount;
    const tmdb = createSandbox({ url: origin });
    const close = await serve(tmdb.handle);
    try {
      const auth = clientOf(world, tmdb);
      const done = later(auth.login({ redirectTo: APP }));
      await world.reaches(auth, 'awaitingApproval');
      const page = new URL(auth.approvalUrl ?? '');
      const body = new URLSearchParams({ redirect_to: APP });
      const address = `${page.origin}${page.pathname}/allow`;
      const sent = await fetch(address, { method: 'POST', body, redirect: 'manual' });
      await auth.handleCallback(sent.headers.get('location') ?? '');
      same((await done).account?.username, 'sandra', 'the user');
    } finally {
      await close();
    }
  },
};
