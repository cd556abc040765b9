import type { ApiVersion, ChannelPort, TmdbAuth, TmdbAuthOptions } from '../../src/index.ts';
import { createWorld, type World } from '../support/world.ts';

/** A channel between tabs: a message of one reaches the others at once. */
function createWire() {
  const changed = new Set<object>();
  const hearers = new Map<object, (message: unknown) => void>();
  const listeners = new Map<object, () => void>();
  const others = <T>(all: Map<object, T>, own: object) => [...all].filter(([end]) => end !== own);

  return (): ChannelPort => {
    const end = {};
    changed.add(end);
    return {
      post() {
        for (const [, listener] of others(listeners, end)) setTimeout(listener);
      },
      subscribe(listener) {
        listeners.set(end, () => listener());
        return () => void listeners.delete(end);
      },
      tell(message) {
        const text = JSON.stringify(message);
        for (const [, hear] of others(hearers, end)) hear(JSON.parse(text));
      },
      onTold(hear) {
        hearers.set(end, hear);
        return () => void hearers.delete(end);
      },
    };
  };
}

export interface Tab {
  world: World;
  auth: TmdbAuth;
  /** How often TMDB was asked: `GET /3/movie/550/account_states`. */
  asked(request: string | RegExp): number;
}

export const STATES = 'GET /3/movie/550/account_states';
export const RATING = /^(POST|DELETE) \/3\/movie\/550\/rating$/;
export const FAVORITE = /^POST \/3\/account\/\d+\/favorite$/;
export const FILM = { movie: 550 };

const tabOf = (world: World, auth: TmdbAuth): Tab => ({
  world,
  auth,
  asked: (request) =>
    world.tmdb.requests.filter(({ method, path }) =>
      typeof request === 'string' ? `${method} ${path}` === request : request.test(`${method} ${path}`),
    ).length,
});

/** A signed-in user, with TMDB's request log cleared. */
export async function userTab(options: Partial<TmdbAuthOptions> = {}, apiVersion: ApiVersion = 3) {
  const world = await createWorld();
  const auth = world.client({ apiVersion, ...options });
  await world.signIn(auth);
  world.tmdb.resetRequests();
  return tabOf(world, auth);
}

export async function guestTab() {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  world.tmdb.resetRequests();
  return tabOf(world, auth);
}

/** A client that is signed out. */
export async function emptyTab() {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle');
  return tabOf(world, auth);
}

/** Two tabs of one browser with the same user, with TMDB's request log cleared. */
export async function twoTabs() {
  const end = createWire();
  const one = await userTab({ channel: end() });
  const { world } = one;
  const auth = world.client({ channel: end() });
  await world.reaches(auth, 'sessionActive.ready');
  world.tmdb.resetRequests();
  return { world, one, two: tabOf(world, auth) };
}

/** Every snapshot that a listener got, the last one last. */
export function follow<Snapshot>(observed: {
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
}) {
  const seen: Snapshot[] = [];
  const stop = observed.subscribe(() => void seen.push(observed.getSnapshot()));
  return { seen, stop, last: () => observed.getSnapshot() };
}

export const rejection = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: { code?: string }) => error.code ?? String(error),
  );
