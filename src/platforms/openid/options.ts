import {
  type AuthHandlerOptions,
  LOOPBACK,
  PROXY,
  type ServerSettings,
  type ServerStore,
  serverSettingsOf,
} from '../server/options.ts';
import { createAllowList } from '../server/proxy.ts';
import { bounded } from './bounded-store.ts';
import { ENGLISH, type OpenidTexts } from './texts.ts';

/** An app that signs users in here. The names are those of OpenID Connect Dynamic Client Registration 1.0. */
export interface OpenidClient {
  /** The app's name in the protocol. */
  client_id: string;
  /** The app's name on the pages. Default: `client_id`. */
  client_name?: string;
  /**
   * At least 32 random characters. `openssl rand -hex 32` makes some that no library has to encode. Default: none, for an
   * app that cannot keep one (a page, a phone, a television).
   */
  client_secret?: string;
  /** Complete addresses to which users may be sent back. Every app but a device needs one. Default: none. */
  redirect_uris?: readonly string[];
  /** Complete addresses to which users may be sent after signing out. Default: none. */
  post_logout_redirect_uris?: readonly string[];
  /** The app's address that is told when a user signs out (OpenID Connect Back-Channel Logout 1.0). Default: none. */
  backchannel_logout_uri?: string;
  /** `native` also allows a scheme of the app's own and `http` on this machine. Default: `web`. */
  application_type?: 'web' | 'native';
  /**
   * The grants with which the app may ask for tokens. Default: `['authorization_code', 'refresh_token']`. For a device:
   * `['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']`.
   */
  grant_types?: readonly string[];
  /** How the app proves its secret. Default: `client_secret_basic` with a secret, else `none`. */
  token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** The signature of the app's ID tokens. Default: `RS256`, which every client library verifies. */
  id_token_signed_response_alg?: 'RS256' | 'ES256';
}

type Tmdb = Pick<
  AuthHandlerOptions,
  | 'credentials'
  | 'baseURL'
  | 'webURL'
  | 'clock'
  | 'fetch'
  | 'requestTimeout'
  | 'approvalWindow'
  | 'sessionMaxAge'
  | 'onWarning'
  | 'messages'
  | 'requestsPerSecond'
  | 'deadline'
>;

/** Options of `createOpenidProvider`. */
export interface OpenidProviderOptions extends Tmdb {
  /** The provider's address as users and apps see it, without a slash at the end: `https://films.example/openid`. Required. */
  issuer: string;
  /** The apps that may sign users in. Required. */
  clients: readonly OpenidClient[];
  /**
   * Random texts of at least 32 characters, the newest first. They seal the store, and signing keys and cookie keys
   * are derived from them. The same on every instance. Required.
   */
  secrets: readonly string[];
  /** Where sign-ins, tokens and TMDB sessions are kept, sealed. One for all instances: a storage of `unstorage`. Required. */
  store: ServerStore;
  /**
   * The client's network address, from a header that your own proxy writes: it limits the wrong device codes and the
   * sign-ins that one address can begin. Default: none, as a header can be trusted only behind your own proxy.
   */
  addressOf?: (request: Request) => string | null | undefined;
  /** Texts of the pages, in another language or your own words. Default: English. */
  texts?: Partial<OpenidTexts>;
  /**
   * The requests that apps with the scope `tmdb` may send to TMDB: `GET /3/movie/*`. Default: everything a user may do
   * in v3.
   */
  proxy?: readonly string[];
}

/** The checked options. */
export interface OpenidSettings {
  server: ServerSettings;
  store: ServerStore;
  issuer: string;
  /** The path of `issuer`, without a slash at the end. */
  basePath: string;
  clients: readonly OpenidClient[];
  secrets: readonly string[];
  texts: OpenidTexts;
  isProxied: (method: string, path: string) => boolean;
}

/** Throws a `TypeError` that says what to change, or `invalid_credentials`. */
export function openidSettingsOf(options: OpenidProviderOptions): OpenidSettings {
  const { secrets, store, texts = {}, issuer: given, clients, proxy = PROXY.filter(isV3), ...tmdb } = options;
  const issuer = issuerOf(given);
  if (!store)
    throw wrong(
      'store is missing. Pass a storage of unstorage that all instances share, e.g. createStorage({ driver }).',
    );
  const server = serverSettingsOf({ ...tmdb, apiVersion: 3, origin: issuer.origin, secrets, store, proxy });
  const other = proxy.find((line) => !isV3(line));
  if (other !== undefined) throw wrong(`proxy: "${other}" is not a line of TMDB's version 3.`);
  return {
    server,
    store: bounded(store, server),
    issuer: issuer.href.replace(/\/$/, ''),
    basePath: issuer.pathname.replace(/\/$/, ''),
    clients: clientsOf(clients),
    secrets,
    texts: { ...ENGLISH, ...textsOf(texts) },
    isProxied: createAllowList(proxy),
  };
}

const isV3 = (line: string) => line.includes(' /3/');

function issuerOf(issuer: string): URL {
  const url = typeof issuer === 'string' && URL.canParse(issuer) ? new URL(issuer) : null;
  if (url?.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw wrong(
      'issuer must be https (http only on this machine), as tokens and a cookie with a session go there.',
    );
  const isPlain =
    url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (isPlain && (issuer === url.origin || (issuer === url.href && !issuer.endsWith('/')))) return url;
  throw wrong(
    'issuer is the address of the provider without a slash at the end, e.g. https://films.example/openid.',
  );
}

function clientsOf(clients: readonly OpenidClient[]): readonly OpenidClient[] {
  if (!Array.isArray(clients) || clients.length === 0)
    throw wrong("clients is a list of apps, e.g. [{ client_id: 'films', redirect_uris: ['https://…'] }].");
  const seen = new Set<string>();
  for (const client of clients as OpenidClient[]) {
    const {
      client_id: id,
      client_secret: secret,
      redirect_uris: addresses = [],
      grant_types: grants,
    } = client;
    if (typeof id !== 'string' || id === '') throw wrong('clients: every app needs a client_id.');
    if (seen.has(id)) throw wrong(`clients: the client_id "${id}" is there twice.`);
    seen.add(id);
    if (secret !== undefined && (typeof secret !== 'string' || secret.length < SHORTEST_SECRET))
      throw wrong(
        `clients: the client_secret of "${id}" needs at least ${SHORTEST_SECRET} random characters. Make one with: openssl rand -hex 32`,
      );
    const pattern = addresses.find((address) => address.includes('*'));
    if (pattern !== undefined)
      throw wrong(
        `clients: "${id}" has "${pattern}" in redirect_uris. Write each address in full, without *.`,
      );
    const usesCode = grants === undefined || grants.includes('authorization_code');
    if (usesCode && addresses.length === 0)
      throw wrong(`clients: "${id}" needs redirect_uris. A device needs grant_types instead.`);
  }
  return clients;
}

const SHORTEST_SECRET = 32;

function textsOf(texts: Partial<OpenidTexts>): Partial<OpenidTexts> {
  for (const [name, text] of Object.entries(texts)) {
    if (!Object.hasOwn(ENGLISH, name)) throw wrong(`texts.${name} is not a text of the pages. Remove it.`);
    if (typeof text !== 'string') throw wrong(`texts.${name} must be a text.`);
  }
  return texts;
}

export const wrong = (message: string) => new TypeError(`tmdb-auth: ${message}`);
