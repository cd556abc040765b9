import { same } from './expect.ts';
import type { Checks } from './index.ts';
import { createBrowser, handlerOf, signIn } from './visitor.ts';
import type { World } from './world.ts';

const EXCHANGE = 'POST /3/authentication/session/new';

/** Visits the handler over HTTP, behind the runtime's own web server. */
async function visit(world: World, play: (browser: ReturnType<typeof createBrowser>) => Promise<void>) {
  const { origin, serve } = world.mount;
  const close = await serve(handlerOf(world, { origin }));
  try {
    await play(createBrowser((request) => fetch(request, { redirect: 'manual' }), new Map(), origin));
  } finally {
    await close();
  }
}

const isExchanging = async (world: World) => (await world.look()).requests.includes(EXCHANGE);

export const mounted: Checks = {
  "the runtime's own server: a user signs in over HTTP and signs out": (world) =>
    visit(world, async (visitor) => {
      same(await signIn(world, visitor), `${world.mount.origin}/films?page=2`, 'where they land');
      same((await visitor.session()).account?.username, 'sandra', 'the user');
      same((await visitor.ask('/auth/tmdb/3/movie/550')).status, 200, "TMDB's answer");
      await visitor.submit('/auth/logout');
      same([visitor.cookies.size, (await world.look()).sessions], [0, 0], 'cookies and sessions afterwards');
    }),

  "the runtime's own server: a return that is loaded twice at once makes one session": (world) =>
    visit(world, async (visitor) => {
      const sent = await visitor.submit('/auth/login');
      const back = await world.allow(sent.headers.get('location'));
      await world.fault({ kind: 'latency', match: EXCHANGE, ms: 300 });
      const [one, other] = await Promise.all([visitor.follow(back), visitor.follow(back)]);
      same([one.status, other.status], [303, 303], 'the answers');
      same((await visitor.session()).account?.username, 'sandra', 'the user');
      same((await world.look()).sessions, 1, 'sessions at TMDB');
    }),

  "the runtime's own server: a return that is aborted and loaded again signs in": (world) =>
    visit(world, async (visitor) => {
      const sent = await visitor.submit('/auth/login');
      const back = await world.allow(sent.headers.get('location'));
      await world.fault({ kind: 'latency', match: EXCHANGE, ms: 500 });
      const aborter = new AbortController();
      const broken = visitor.follow(back, { signal: aborter.signal }).catch(() => null);
      await world.until(() => isExchanging(world), 'the exchange');
      const again = visitor.follow(back);
      aborter.abort();
      await broken;
      same((await again).status, 303, 'the answer');
      same((await visitor.session()).account?.username, 'sandra', 'the user');
      same((await world.look()).sessions, 1, 'sessions at TMDB');
    }),
};
