import type { Failure } from '../../../machines/index.ts';
import type { Beginning } from '../../client/create-client.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { createDirectAuth, createTmdbAuth } from '../../direct/create-tmdb-auth.ts';
import { urlOf } from '../../lib/address.ts';
import { memoryStorage } from '../../lib/memory-storage.ts';
import {
  type CommonOptions,
  commonSettingsOf,
  type Settings,
  settingsOf,
  type TmdbAuthOptions,
} from '../../options.ts';
import type { StoragePort } from '../../ports.ts';
import { parseRecord } from '../../record/session-record.ts';
import { createRemoteAuth, type RemoteOptions } from '../../remote/create-remote-auth.ts';
import { pageKeyOf } from './page-key.ts';
import { type WebStorage, webStorage } from './web-storage.ts';

type Ports = Pick<CommonOptions, 'clock' | 'navigator' | 'channel' | 'pollInterval'>;
type BrowserStorage = 'local' | 'session' | 'memory' | StoragePort;
export type BackendOptions =
  | (Omit<TmdbAuthOptions, 'storage'> & { server?: undefined; storage?: BrowserStorage })
  | (RemoteOptions & { server: string });

/** The backend that a page uses: TMDB itself, with the record in this browser, or a server. */
export interface PageBackend {
  settings: Settings;
  connect(ports: Ports, beginning: Beginning): TmdbAuth;
  /** Whether the record survives a trip to TMDB and back. */
  survivesLeaving(): boolean;
  /** Whether all tabs of this origin share the record. */
  isShared(): boolean;
}

export function pageBackendOf(options: BackendOptions): PageBackend {
  return options.server === undefined ? inBrowser(options) : onServer(options);
}

/** The record is in this browser, and the page calls TMDB itself. */
function inBrowser({
  storage = 'local',
  ...options
}: Extract<BackendOptions, { server?: undefined }>): PageBackend {
  const settings = settingsOf(options);
  const port = portOf(storage, settings.onWarning);
  const survivesLeaving = () => storage !== 'memory' && (port as WebStorage).isPersistent?.() !== false;
  const storageKey = options.storageKey ?? pageKeyOf(settings.baseURL, settings.credentials);
  const kept =
    options.storageKey === undefined ? withOldRecord(port, settings.storageKey, survivesLeaving) : port;
  return {
    settings: { ...settings, storageKey },
    connect: (ports, beginning) =>
      createDirectAuth({ ...options, storageKey, storage: kept, ...ports }, beginning),
    survivesLeaving,
    isShared: () => storage !== 'session' && survivesLeaving(),
  };
}

/** The record is on this site's server. A server of another origin would not get the cookies. */
function onServer({ server, ...options }: Extract<BackendOptions, { server: string }>): PageBackend {
  if ((options as { credentials?: unknown }).credentials !== undefined) {
    throw new TypeError('tmdb-auth: the server has the credentials: leave them out of the page.');
  }
  const address = /^(\/|https?:)/.test(server) ? urlOf(server, location.href) : null;
  if (address?.origin !== location.origin) {
    throw new TypeError('tmdb-auth: server is a path of this site, e.g. /auth.');
  }
  const base = location.origin + address.pathname.replace(/\/+$/, '');
  return {
    settings: commonSettingsOf(options),
    connect: (ports, beginning) => createRemoteAuth(base, { ...options, ...ports }, beginning),
    survivesLeaving: () => true,
    isShared: () => true,
  };
}

/** Takes over the record of an earlier version: before 0.2 all applications of an origin used the same key. */
function withOldRecord(port: StoragePort, oldKey: string, survivesLeaving: () => boolean): StoragePort {
  const { exclusively, isSmall = false } = port;
  let hasLooked = false;
  return {
    isSmall,
    async get(key) {
      const found = await port.get(key);
      if (found !== null || hasLooked) return found;
      hasLooked = true;
      const old = await port.get(oldKey);
      if (old === null || !parseRecord(old)) return null;
      await port.set(key, old);
      if (survivesLeaving()) await port.remove(oldKey);
      return old;
    },
    set: (key, value) => port.set(key, value),
    remove: (key) => port.remove(key),
    check: (key) => port.check?.(key),
    ...(exclusively && { exclusively: (key, job) => exclusively.call(port, key, job) as never }),
  };
}

function portOf(storage: BrowserStorage, onWarning: (failure: Failure) => void): StoragePort {
  if (typeof storage !== 'string') return storage;
  return storage === 'memory' ? memoryStorage() : webStorage(storage, onWarning);
}

const never = () => new Promise<never>(() => {});

/** Not a `TmdbAuthError`: a mistake in the app's code, not a failure of a sign-in. */
async function refuse() {
  throw new Error(
    'tmdb-auth: this is not a page. Use createAuthHandler on a server, createNodeAuth in a program, createTmdbAuth in a worker.',
  );
}

/**
 * For servers and workers: the view stays `restoring`, nothing is read or sent, and methods that would send a request
 * reject.
 */
export function withoutPage(options: BackendOptions): TmdbAuth {
  const clock = { now: () => Date.now(), setTimeout: never, clearTimeout: never };
  const storage = { get: never, set: never, remove: never };
  const auth =
    options.server === undefined
      ? createTmdbAuth({ ...options, clock, storage })
      : createRemoteAuth('', { ...options, clock, fetch: never });
  const { getView, now, subscribe, dispose } = auth;
  const refused: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(auth)) if (typeof part === 'function') refused[name] = refuse;
  return { ...auth, ...refused, getView, now, subscribe, dispose, prepare: async () => {} };
}
