import {
  createTmdbAuth,
  memoryStorage,
  type StoragePort,
  type TmdbAuth,
  type TmdbAuthOptions,
} from 'tmdb-auth';
import type { Fault } from 'tmdb-auth/sandbox';
import { createTestClock, type TestClock } from '../../support/clock.ts';
import { later } from './expect.ts';

/** The addresses of the local TMDB and of its control. */
export interface Settings {
  baseURL: string;
  webURL: string;
  apiKey: string;
  accessToken: string;
  /** Address of the control, which plays the user at TMDB's page, sets faults and collects results. */
  control: string;
  /** Kinds of checks that do not apply to this runtime. */
  without: string[];
}

/** The runtime's own web server: requests below `origin` and `/auth/` go to `handle`. */
export interface Mount {
  origin: string;
  serve(handle: (request: Request) => Promise<Response>): Promise<() => unknown>;
}

/** The state of TMDB. */
export interface Look {
  sessions: number;
  accessTokens: number;
  guests: { used: boolean; ratings: number }[];
  favorites: number;
  ratings: number;
  /** Requests to its API, such as `GET /3/account`. */
  requests: string[];
  /** A request is waiting for an answer that does not come. */
  isHeld: boolean;
  /** Requests to another origin, with the names of their headers. */
  elsewhere: { path: string; headers: string[] }[];
}

/** Orders to TMDB's side: see `control.ts`. */
export type Order =
  | { do: 'allow' | 'deny'; url: string }
  | { do: 'fault'; fault: Fault & { match?: string } }
  | { do: 'heal' | 'revoke' | 'look' | 'empty' }
  | { do: 'report'; result: Result };

export interface Result {
  name: string;
  ms: number;
  /** Null if the check passed. */
  error: string | null;
}

/** Everything a check has: a TMDB that was emptied for it, a storage, and a clock that stands still. */
export interface World {
  settings: Settings;
  mount: Mount;
  storage: StoragePort;
  clock: TestClock;
  /**
   * A client on this storage, with the host's own clock unless the options say otherwise. Disposed after the check.
   */
  client(options?: Partial<TmdbAuthOptions>): TmdbAuth;
  /** A user answers on TMDB's page. Resolves to the address where the page leads them. */
  allow(approvalUrl: string | null): Promise<string>;
  deny(approvalUrl: string | null): Promise<string>;
  fault(fault: Fault & { match?: string }): Promise<void>;
  heal(): Promise<void>;
  revoke(): Promise<void>;
  look(): Promise<Look>;
  /** A whole sign-in by approval. */
  signIn(auth: TmdbAuth): Promise<void>;
  /** Waits until the view's state begins with this path. */
  reaches(auth: TmdbAuth, state: string): Promise<void>;
  /** Waits; runs `clock` meanwhile if there is one. */
  until(isSo: () => boolean | Promise<boolean>, what: string, clock?: TestClock): Promise<void>;
}

/** TMDB's answers take real time, in which a simulated clock may run far ahead. In ms. */
export const NEVER_LATE = { requestTimeout: 24 * 3_600_000 };

/** No server listens there. */
export const APP = 'http://app.test/callback';
const STEP = 40;
const TRIES = 1_500;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function orderer(control: string) {
  return async (order: Order): Promise<unknown> => {
    // A body of type text, so that a page needs no preflight.
    const response = await fetch(control, { method: 'POST', body: JSON.stringify(order) });
    if (!response.ok) throw new Error(`${order.do}: ${await response.text()}`);
    return response.json();
  };
}

export async function createWorld(settings: Settings, mount: Mount): Promise<World & { end(): void }> {
  const order = orderer(settings.control);
  const clients: TmdbAuth[] = [];
  const storage = memoryStorage();
  await order({ do: 'empty' });

  const world: World = {
    settings,
    mount,
    storage,
    clock: createTestClock(),
    client(options) {
      const auth = createTmdbAuth({
        credentials: { accessToken: settings.accessToken },
        baseURL: settings.baseURL,
        webURL: settings.webURL,
        storage,
        onWarning: () => {},
        ...options,
      });
      clients.push(auth);
      return auth;
    },
    allow: (url) => order({ do: 'allow', url: url ?? '' }) as Promise<string>,
    deny: (url) => order({ do: 'deny', url: url ?? '' }) as Promise<string>,
    fault: (fault) => order({ do: 'fault', fault }) as Promise<never>,
    heal: () => order({ do: 'heal' }) as Promise<never>,
    revoke: () => order({ do: 'revoke' }) as Promise<never>,
    look: () => order({ do: 'look' }) as Promise<Look>,
    async signIn(auth) {
      const done = later(auth.login({ redirectTo: APP }));
      await world.reaches(auth, 'awaitingApproval');
      await auth.handleCallback(await world.allow(auth.approvalUrl));
      await done;
    },
    reaches: (auth, state) => world.until(() => auth.getView().state.startsWith(state), state),
    async until(isSo, what, clock) {
      for (let tries = 0; !(await isSo()); tries++) {
        if (tries > TRIES) throw new Error(`Waited in vain for ${what}`);
        await pause(2);
        clock?.advance(STEP);
      }
    },
  };
  return {
    ...world,
    end() {
      for (const auth of clients) auth.dispose();
    },
  };
}
