import type { AuthFacts } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { refuse } from './answer.ts';
import type { ServerSettings } from './options.ts';

/**
 * The only paths there are. TMDB decodes a path once and resolves `..`, so nothing that could be decoded or resolved
 * gets through: what was judged here is what TMDB sees.
 */
const PLAIN = /^\/[34](\/[\w-]+)+$/;
/** Signing in and out is this handler's own, whatever is allowed. */
const OWN = /^\/(3\/authentication|4\/auth)(\/|$)/i;
/**
 * Added here, and never taken from a page, however it is spelt: Ruby reads `[session_id]` as `session_id`, others
 * `session.id`. And no JSONP: an answer that runs would get around the site's own `script-src`.
 */
const NOT_SENT_ON = /^(apikey|(guest)?sessionid|requesttoken|accesstoken|callback|jsonp)/i;
/** What TMDB would do, or show, as the owner of the key if nobody is named. */
const NEEDS_SOMEBODY = /^(?!GET )|^GET \/([34]\/account(\/|$)|3\/.+\/account_states$)/;
const FOR_GUESTS = /^\/3\/.+\/(rating|account_states)$/;
const SENT_ON = ['accept', 'accept-language', 'content-type'];
const BROUGHT_BACK = ['content-type', 'retry-after'];

const asPattern = (allowed: string) => {
  const [method = '', path = ''] = allowed.split(' ');
  const parts = path.split('/').map((part) => (part === '**' ? '.+' : part === '*' ? '[^/]+' : part));
  return new RegExp(`^${method} ${parts.join('/')}$`);
};

/** Throws a `TypeError` for a line that allows nothing. */
export function createAllowList(proxy: readonly string[]) {
  for (const line of proxy) {
    if (/^[A-Z]+ \/[34](\/([\w-]+|\*{1,2}))+$/.test(line)) continue;
    throw new TypeError(`tmdb-auth: proxy: "${line}" is not like "GET /3/movie/*".`);
  }
  const patterns = proxy.map(asPattern);
  return (method: string, path: string) =>
    PLAIN.test(path) && !OWN.test(path) && patterns.some((pattern) => pattern.test(`${method} ${path}`));
}

const isSomebody = ({ session, access, guest }: AuthFacts, path: string) =>
  (session && (access || path.startsWith('/3/'))) || (guest && FOR_GUESTS.test(path));

/** Whoever asks, and until when. */
export interface Asker {
  facts: AuthFacts;
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
}

/** What a page asks TMDB for. */
export interface Asked {
  method: string;
  headers: Headers;
  path: string;
  query: URLSearchParams;
  body: Uint8Array<ArrayBuffer>;
}

/** Asks TMDB for a page, with the key and the session it does not have. */
export async function askTmdb(
  settings: ServerSettings,
  { facts, fetch, signal }: Asker,
  request: Asked,
): Promise<Answer> {
  const url = new URL(request.path, settings.client.baseURL);
  // Belt and braces: the path is plain, so it cannot lead anywhere else.
  if (url.origin !== settings.client.baseURL || url.pathname !== request.path) return refuse('not_found');
  if (NEEDS_SOMEBODY.test(`${request.method} ${request.path}`) && !isSomebody(facts, request.path)) {
    throw new TmdbAuthError('session_invalid');
  }
  for (const [name, value] of request.query) {
    if (!NOT_SENT_ON.test(name.replace(/[\W_]/g, ''))) url.searchParams.append(name, value);
  }
  const headers = new Headers();
  for (const name of SENT_ON) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const response = await fetch(url, {
    method: request.method,
    headers,
    signal,
    ...(request.body.byteLength > 0 && { body: request.body }),
  });
  // TMDB's API sends nobody elsewhere; a network's login page does.
  if (isRedirect(response.status)) throw new TmdbAuthError('bad_answer', { httpStatus: response.status });
  const text = await response.arrayBuffer();
  return {
    status: response.status,
    headers: BROUGHT_BACK.flatMap((name): [string, string][] => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
    body: isEmpty(response.status) ? null : text,
  };
}

const isRedirect = (status: number) => status >= 300 && status < 400 && status !== 304;
const isEmpty = (status: number) => status === 204 || status === 205 || status === 304;
