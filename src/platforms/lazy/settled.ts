import type { AccessFacts, Account, AuthView } from '../../../machines/index.ts';
import { hostFetch } from '../../lib/host-fetch.ts';
import type { Messages } from '../../lib/in-words.ts';
import { objectOf, tryJson, wordOf } from '../../lib/json.ts';
import { isSafe, TMDB } from '../../lib/real-tmdb.ts';
import { accessOf, accountOf, sessionOf } from '../../record/stored-facts.ts';
import { SESSION_HEADER } from '../../remote/session-header.ts';
import { credentialHeaders, credentialQuery } from '../../tmdb/credential.ts';
import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';
import { pageKeyOf } from '../browser/page-key.ts';
import type { Found, LazyOptions } from './find-session.ts';
import { type AskPlainly, createPlainApi, type Full } from './plain-api.ts';

/** A user with nothing left to do, or nobody, and what is asked of TMDB for them, without the engine. */
export interface Settled extends Pick<Full, 'fetch' | 'api'> {
  /** Null where nobody is signed in. */
  view: AuthView | null;
  /** The record is the one that was read. A server tells with its next answer. */
  isStill(): boolean;
}

/** The user of a glance. */
export interface User {
  /** When the session was made: the server knows it by that. */
  createdAt: number;
  /** Epoch ms by the clock of this client, or null. */
  expiresAt: number | null;
  account: Account;
  access: AccessFacts | null;
}

interface SettledDependencies {
  /** TMDB (`rejected`) or the server does not know this user any more: the engine finds out. */
  doubt(rejected?: object): void;
  /** Loads a part of this package. Rejects with `network`. */
  part<Part>(load: () => Promise<Part>, isForNetwork: true): Promise<Part>;
  /** The global `fetch` when the client was made. */
  host: typeof globalThis.fetch;
  messages: Messages;
}

/** What the record in this browser says, or the server has answered. Null where the engine is needed. */
export function settledFrom(options: LazyOptions, found: Found, given: SettledDependencies): Settled | null {
  // TMDB is asked from time to time, or another clock says when a session ends.
  if (options.verifyAfter !== undefined || options.clock !== undefined) return null;
  return options.server === undefined ? inBrowser(options, found, given) : onServer(options, found, given);
}

function inBrowser(
  options: CreateBrowserAuthOptions,
  found: Found,
  given: SettledDependencies,
): Settled | null {
  const { storage = 'local', credentials, baseURL = TMDB.baseURL, fetch = hostFetch } = options;
  // An address that may not get credentials is a mistake, which the engine explains.
  if (typeof storage !== 'string' || new URL(baseURL).origin !== baseURL || !isSafe(baseURL)) return null;
  const key = options.storageKey ?? pageKeyOf(baseURL, credentials);
  const read = () => (storage === 'memory' ? null : window[`${storage}Storage`].getItem(key));
  const text = read();
  const record = objectOf(tryJson(text ?? ''));
  const user = record?.v === 1 ? userIn(record.facts) : null;
  const secrets = objectOf(record?.secrets);
  const sessionId = wordOf(secrets?.sessionId);
  const accessToken = wordOf(secrets?.accessToken);
  // A record that is another's, or of an earlier version, is no user here.
  if (user ? !sessionId || (user.access && !accessToken) : found) return null;
  const known = { sessionId, accessToken, guestId: null };
  const isStill = () => read() === text;
  const load = async () => {
    const { directly } = await given.part(() => import('./full.ts'), true);
    const settings = { baseURL, credentials, fetch };
    return directly(settings, { ...given, user, read: (name) => (isStill() ? known[name] : null) });
  };
  return seen(user, isStill, load, (path, query, isTheirs, init) => {
    const session = isTheirs && sessionId ? { session_id: sessionId } : {};
    const sent = new URLSearchParams({ ...query, ...credentialQuery(credentials), ...session });
    const headers = credentialHeaders(credentials);
    return fetch(`${baseURL}${path}?${sent}`, { ...init, headers, redirect: 'manual' });
  });
}

function onServer(options: ThroughServerOptions, found: Found, given: SettledDependencies): Settled | null {
  const { server, fetch = hostFetch } = options;
  const { origin, pathname } = new URL(server, location.href);
  const told = objectOf(found);
  const user = told?.failure ? null : userIn(told?.facts, Date.now() - Number(told?.at));
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
    (path, query, isTheirs, init) =>
      fetch(`${base}${path}?${new URLSearchParams(query)}`, { ...init, headers: isTheirs ? named : {} }),
  );
}

/**
 * A user, and nothing beside them: no sign-in under way, no guest whose ratings could be carried over. `ahead` is what
 * this client's clock is ahead of the one that wrote the facts, in ms.
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

/** The machine's own view of them: a test compares the two. */
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
