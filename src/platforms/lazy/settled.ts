import type { AccessFacts, Account, AuthView } from '../../../machines/index.ts';
import { hostFetch } from '../../lib/host-fetch.ts';
import { objectOf, tryJson, wordOf } from '../../lib/json.ts';
import type { Messages } from '../../lib/messages.ts';
import { isSafe, TMDB } from '../../lib/real-tmdb.ts';
import { accessOf, accountOf, sessionOf } from '../../record/stored-facts.ts';
import { SESSION_HEADER } from '../../remote/session-header.ts';
import { credentialHeaders, credentialQuery } from '../../tmdb/credential.ts';
import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';
import { pageKeyOf } from '../browser/page-key.ts';
import type { Found, LazyOptions } from './find-session.ts';
import { type AskPlainly, createPlainApi, type Full } from './plain-api.ts';

/** The view of a settled record, and its requests without the engine: signed in as a user, or signed out. */
export interface Settled extends Pick<Full, 'fetch' | 'api'> {
  /** Null if nobody is signed in. */
  view: AuthView | null;
  /**
   * Whether this is still true: the record has not changed and the session has not expired. A server's answer counts
   * until the next one.
   */
  isStill(): boolean;
}

/** A signed-in user. */
export interface User {
  /** When the session was made, epoch ms. The server identifies the session by it. */
  createdAt: number;
  /** Epoch ms by this page's clock, or null. */
  expiresAt: number | null;
  account: Account;
  access: AccessFacts | null;
}

interface SettledDependencies {
  /** Called when TMDB (`rejected`) or the server no longer knows this user. The engine then checks. */
  doubt(rejected?: object): void;
  /** Loads a chunk of this package. Rejects with `network`. */
  part<Part>(load: () => Promise<Part>, isForNetwork: true): Promise<Part>;
  /** The global `fetch` at the time the client was created. */
  host: typeof globalThis.fetch;
  messages: Messages;
}

/** Reads the record in this browser, or the server's answer. Null if the engine is needed. */
export function settledFrom(options: LazyOptions, found: Found, given: SettledDependencies): Settled | null {
  // These options need the engine: regular checks at TMDB, or another clock.
  if (options.verifyAfter !== undefined || options.clock !== undefined) return null;
  return options.server === undefined ? inBrowser(options, found, given) : onServer(options, found, given);
}

function inBrowser(
  options: CreateBrowserAuthOptions,
  found: Found,
  given: SettledDependencies,
): Settled | null {
  const { storage = 'local', credentials, baseURL = TMDB.baseURL, fetch = hostFetch } = options;
  // For an address that must not get credentials, the engine reports the mistake.
  if (typeof storage !== 'string' || new URL(baseURL).origin !== baseURL || !isSafe(baseURL)) return null;
  const key = options.storageKey ?? pageKeyOf(baseURL, credentials);
  const read = () => (storage === 'memory' ? null : window[`${storage}Storage`].getItem(key));
  const text = read();
  const record = objectOf(tryJson(text ?? ''));
  const user = record?.v === 1 ? userIn(record.facts) : null;
  const secrets = objectOf(record?.secrets);
  const sessionId = wordOf(secrets?.sessionId);
  const accessToken = wordOf(secrets?.accessToken);
  // Another application's record, or one of an earlier version.
  if (user ? !sessionId || (user.access && !accessToken) : found) return null;
  const known = { sessionId, accessToken, guestId: null };
  const isStill = () => read() === text;
  const load = async () => {
    const { directly } = await given.part(() => import('./full.ts'), true);
    const settings = { baseURL, credentials, fetch };
    return directly(settings, { ...given, user, read: (name) => (isStill() ? known[name] : null) });
  };
  return seen(user, isStill, load, (path, query, needsSession, init) => {
    const session = needsSession && sessionId ? { session_id: sessionId } : {};
    const sent = new URLSearchParams({ ...query, ...credentialQuery(credentials), ...session });
    const headers = credentialHeaders(credentials);
    return fetch(`${baseURL}${path}?${sent}`, { ...init, headers, redirect: 'manual' });
  });
}

function onServer(options: ThroughServerOptions, found: Found, given: SettledDependencies): Settled | null {
  const { server, fetch = hostFetch } = options;
  const { origin, pathname } = new URL(server, location.href);
  const answer = objectOf(found);
  const user = answer?.failure ? null : userIn(answer?.facts, Date.now() - Number(answer?.at));
  if ((found && !user) || origin !== location.origin) return null;
  const base = `${origin}${pathname.replace(/\/+$/, '')}/tmdb`;
  const load = async () => {
    const { throughServer } = await given.part(() => import('./full.ts'), true);
    return throughServer({ baseURL: base, fetch }, { ...given, user });
  };
  const named = user ? { [SESSION_HEADER]: String(user.createdAt) } : {};
  return seen(
    user,
    () => true,
    load,
    (path, query, needsSession, init) =>
      fetch(`${base}${path}?${new URLSearchParams(query)}`, { ...init, headers: needsSession ? named : {} }),
  );
}

/**
 * The user in those facts if they hold nothing else: no pending sign-in, no guest with ratings to carry over.
 * `ahead`: how far this page's clock is ahead of the clock that wrote the facts, in ms.
 */
function userIn(value: unknown, ahead = 0): User | null {
  const facts = objectOf(value);
  const session = sessionOf(facts?.session);
  const account = accountOf(facts?.account);
  if (!session || !account || facts?.token || facts?.exchanging || facts?.guest) return null;
  const expiresAt = session.expiresAt && session.expiresAt + ahead;
  const { createdAt } = session;
  return { createdAt, expiresAt, account, access: accessOf(facts?.access) };
}

function seen(
  user: User | null,
  isKnown: () => boolean,
  load: () => Promise<Full>,
  ask: AskPlainly,
): Settled | null {
  const isStill = () => isKnown() && Date.now() < (user?.expiresAt ?? Number.POSITIVE_INFINITY);
  if (!isStill()) return null;
  let loading: Promise<Full> | null = null;
  const full = () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  return {
    view: user && viewOf(user),
    fetch: async (input, init) => (await full()).fetch(input, init),
    api: createPlainApi(ask, user !== null, full),
    isStill,
  };
}

/** The same view as the machine's; a test compares the two. */
const viewOf = ({ account, access, expiresAt }: User): AuthView => ({
  state: 'sessionActive.ready',
  status: 'user',
  account: { ...account, objectId: access?.accountObjectId || null },
  guest: null,
  expiresAt,
  carryOver: null,
  failure: null,
  can: { login: false, loginAsGuest: false, cancel: false, retry: false, logout: true },
});
