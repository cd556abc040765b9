import { settingsOf } from '../../options.ts';
import { pageKeyOf } from '../../platforms/browser/page-key.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { storeOf } from '../sandbox/stores.ts';
import { cookieHeader, type TestCookie, takeCookies } from './cookies.ts';
import { recordOf, standAt } from './moment.ts';
import { needsOf } from './states.ts';
import { userOf } from './users.ts';

/** The user or guest who is signed in. */
export interface Who {
  /** A user of the sandbox. Default: the first. */
  username?: string;
  /** `'guest'`: a guest who has rated nothing yet. Default: `'user'`. */
  as?: 'user' | 'guest';
  /** The API version of the sign-in. Default: `3`. */
  apiVersion?: 3 | 4;
}

/** Playwright's option `storageState`: the initial state of a browser. */
export interface StorageState {
  /** Cookies of a site that signs in on its server. */
  cookies: TestCookie[];
  /** `localStorage` of pages that ask TMDB themselves. */
  origins: { origin: string; localStorage: { name: string; value: string }[] }[];
}

/**
 * The record of a signed-in user: put it into your app's storage before the app starts, e.g.
 * `fileStorage(folder).set(key, value)`. `tmdb` is a sandbox in this process. Throws a `TypeError` if it has no such
 * user.
 */
export function signedInRecord(tmdb: Sandbox, who: Who = {}): { key: string; value: string } {
  const { storageKey } = settingsOf(optionsFor(tmdb, who));
  return { key: storageKey, value: recordFor(tmdb, who) };
}

/** The state of a browser that is signed in to a page at `origin` that asks TMDB itself (`createBrowserAuth`). */
export function signedInPage(
  tmdb: Sandbox,
  { origin, storageKey, ...who }: Who & { origin: string; storageKey?: string },
): StorageState {
  const name = storageKey ?? pageKeyOf(tmdb.baseURL, optionsFor(tmdb, who).credentials);
  return { cookies: [], origins: [{ origin, localStorage: [{ name, value: recordFor(tmdb, who) }] }] };
}

const optionsFor = ({ accessToken, baseURL, webURL }: Sandbox, { apiVersion = 3 }: Who) => ({
  credentials: { accessToken },
  baseURL,
  webURL,
  apiVersion,
});

function recordFor(tmdb: Sandbox, { username, as = 'user', apiVersion = 3 }: Who): string {
  const store = storeOf(tmdb);
  const path = as === 'user' ? 'sessionActive.ready' : 'guestActive.unused';
  const needs = needsOf(path, apiVersion === 4);
  return recordOf(standAt(store, needs, { user: userOf(store, username), apiVersion, isUsed: false })) ?? '';
}

/** A site with `createAuthHandler`. */
export interface TestSite extends Omit<Who, 'apiVersion'> {
  /** The site's origin: `https://films.example`. */
  origin: string;
  /** The handler's path. Default: `/auth`. */
  basePath?: string;
  /** Sends a request: the handler itself, or `(request) => fetch(request)` for a running site. */
  ask: (request: Request) => Promise<Response>;
}

/**
 * The state of a browser that is signed in to a site with a server (`createAuthHandler`). Plays the whole sign-in,
 * with the sandbox's approval page. `cookie` is the same state as a `Cookie` header. Rejects if the sign-in fails.
 */
export async function signedInSite(
  tmdb: Sandbox,
  { origin, basePath = '/auth', ask, as = 'user', username }: TestSite,
): Promise<StorageState & { cookie: string }> {
  const jar = new Map<string, TestCookie>();
  const send = async (address: string, init: RequestInit = {}) => {
    const headers = new Headers({ accept: 'text/html', cookie: cookieHeader(jar), ...init.headers });
    const response = await ask(new Request(address, { redirect: 'manual', ...init, headers }));
    takeCookies(jar, response, origin);
    return response;
  };
  const locationOf = (response: Response, step: string) => {
    const location = response.headers.get('location');
    if (!location) throw new Error(`tmdb-auth: ${step} answered ${response.status} without a location.`);
    return new URL(location, origin).href;
  };

  if (as === 'guest') {
    await send(`${origin}${basePath}/guest`, { method: 'POST', headers: { origin } });
  } else {
    const begun = await send(`${origin}${basePath}/login`, { headers: { 'sec-fetch-site': 'same-origin' } });
    const page = new URL(locationOf(begun, `GET ${basePath}/login`));
    const form = new URLSearchParams(page.search);
    if (username !== undefined) form.set('username', userOf(storeOf(tmdb), username).username);
    const allowed = await tmdb.fetch(`${page.origin}${page.pathname}/allow`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    await send(locationOf(allowed, 'TMDB'), { headers: { 'sec-fetch-site': 'cross-site' } });
  }
  if (jar.size === 0) throw new Error(`tmdb-auth: the site at ${origin}${basePath} set no cookie.`);
  return { cookies: [...jar.values()], origins: [], cookie: cookieHeader(jar) };
}
