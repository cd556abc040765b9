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

/** Where to find the local TMDB, and the person who sits before it. */
export interface Settings {
  baseURL: string;
  webURL: string;
  apiKey: string;
  accessToken: string;
  /** The way to both, and to the one who counts. */
  control: string;
  /** Kinds of checks that mean nothing in this runtime. */
  without: string[];
}

/** The runtime's own web server: whatever is asked for below `origin` and `/auth/` goes to `handle`. */
export interface Mount {
  origin: string;
  serve(handle: (request: Request) => Promise<Response>): Promise<() => unknown>;
}

/** What became of it at TMDB. */
export interface Look {
  sessions: number;
  accessTokens: number;
  guests: { used: boolean; ratings: number }[];
  favorites: number;
  ratings: number;
  /** What its API was asked, `GET /3/account`. */
  requests: string[];
  /** Somebody waits for an answer that does not come. */
  isHeld: boolean;
  /** What another origin was asked, with the names of the headers that came along. */
  elsewhere: { path: string; headers: string[] }[];
}

/** What TMDB's side is asked to do: see `control.ts`. */
export type Order =
  | { do: 'allow' | 'deny'; url: string }
  | { do: 'fault'; fault: Fault & { match?: string } }
  | { do: 'heal' | 'revoke' | 'look' | 'empty' }
  | { do: 'report'; result: Result };

export interface Result {
  name: string;
  ms: number;
  /** Null: it passed. */
  error: string | null;
}

/** What a check has: a TMDB that was emptied for it, a storage, and a clock that stands still. */
export interface World {
  settings: Settings;
  mount: Mount;
  storage: StoragePort;
  clock: TestClock;
  /** A client on this storage, with the host's own clock unless told otherwise. It is disposed with the check. */
  client(options?: Partial<TmdbAuthOptions>): TmdbAuth;
  /** A person answers at TMDB's page. Resolves to where the page leads them. */
  allow(approvalUrl: string | null): Promise<string>;
  deny(approvalUrl: string | null): Promise<string>;
  fault(fault: Fault & { match?: string }): Promise<void>;
  heal(): Promise<void>;
  revoke(): Promise<void>;
  look(): Promise<Look>;
  /** A whole sign-in by approval. */
  signIn(auth: TmdbAuth): Promise<void>;
  /** Waits until the view's state begins with this. */
  reaches(auth: TmdbAuth, state: string): Promise<void>;
  /** Waits; with `clock` its time runs meanwhile. */
  until(isSo: () => boolean | Promise<boolean>, what: string, clock?: TestClock): Promise<void>;
}

/** Simulated time may run while TMDB answers, which takes real time. In ms. */
export const NEVER_LATE = { requestTimeout: 24 * 3_600_000 };

/** Nothing listens there. */
export const APP = 'http://app.test/callback';
const STEP = 40;
const TRIES = 1_500;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function orderer(control: string) {
  return async (order: Order): Promise<unknown> => {
    // Text, so that a page need not ask first whether it may.
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
