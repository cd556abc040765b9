import { TmdbAuthError } from '../../errors.ts';
import { failedAnswer } from '../../tmdb/parse.ts';
import { signsInOrOut } from '../../tmdb/paths.ts';
import type { Answer } from './answer.ts';
import { refuse } from './answer.ts';
import type { ServerSettings } from './options.ts';
import { typeOf } from './requests.ts';

/**
 * The only allowed form of a path. TMDB decodes a path once and resolves `..`; a path without either is the same for
 * TMDB as for the check here.
 */
const PLAIN = /^\/[34](\/[\w-]+)+$/;
/**
 * Names that a page may not send, in any spelling. Credentials are added here: Ruby reads `[session_id]` as
 * `session_id`, others read `session.id`. `_method` would change the request's method. JSONP would bypass the site's
 * own `script-src`.
 */
const NOT_SENT_ON = /^(apikey|(guest)?sessionid|requesttoken|accesstoken|callback|jsonp|method$)/i;
const isSentOn = (name: string) => !NOT_SENT_ON.test(name.replace(/[\W_]/g, ''));
const SENT_ON = ['accept', 'accept-language'];
const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;

const asPattern = (allowed: string) => {
  const [method = '', path = ''] = allowed.split(' ');
  const parts = path.split('/').map((part) => (part === '**' ? '.+' : part === '*' ? '[^/]+' : part));
  return new RegExp(`^${method} ${parts.join('/')}$`);
};

/** Throws a `TypeError` for a malformed line. */
export function createAllowList(proxy: readonly string[]) {
  for (const line of proxy) {
    if (/^[A-Z]+ \/[34](\/([\w-]+|\*{1,2}))+$/.test(line)) continue;
    throw new TypeError(`tmdb-auth: proxy: "${line}" is not a line like "GET /3/movie/*".`);
  }
  const patterns = proxy.map(asPattern);
  return (method: string, path: string) =>
    PLAIN.test(path) && !signsInOrOut(path) && patterns.some((pattern) => pattern.test(`${method} ${path}`));
}

/** A page's request to TMDB. */
export interface Asked {
  method: string;
  headers: Headers;
  path: string;
  query: URLSearchParams;
  body: ArrayBuffer;
}

/**
 * The body without the names of `NOT_SENT_ON`, or null if there is none. Only JSON: TMDB reads fields of a form like
 * fields of JSON. Throws `NotJson`.
 */
function bodyFor({ headers, body }: Asked): string | null {
  if (body.byteLength === 0) return null;
  if (!JSON_TYPE.test(typeOf(headers))) throw new NotJson();
  try {
    return JSON.stringify(
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), (name, value) =>
        isSentOn(name) ? value : undefined,
      ),
    );
  } catch {
    throw new NotJson();
  }
}
class NotJson extends Error {}

/**
 * Sends a page's request to TMDB, with a `fetch` that adds the key and the session. Rejects with `bad_answer` for
 * anything but JSON, so that a page cannot load a script through the proxy.
 */
export async function askTmdb(
  settings: Pick<ServerSettings, 'client'>,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
  asked: Asked,
): Promise<Answer> {
  const url = new URL(asked.path, settings.client.baseURL);
  // A second check: `PLAIN` already rules this out.
  if (url.origin !== settings.client.baseURL || url.pathname !== asked.path) return refuse('not_found');
  for (const [name, value] of asked.query) if (isSentOn(name)) url.searchParams.append(name, value);
  const headers = new Headers();
  for (const name of SENT_ON) {
    const value = asked.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  let body: string | null;
  try {
    body = bodyFor(asked);
  } catch {
    return refuse('bad_request', [], 'A body for TMDB must be JSON (Content-Type: application/json).');
  }
  if (body !== null) headers.set('content-type', 'application/json');
  const response = await fetch(url, {
    method: asked.method,
    headers,
    signal,
    ...(body !== null && { body }),
  });
  const { status } = response;
  const text = await response.arrayBuffer();
  const [date, retryAfter] = [response.headers.get('date'), response.headers.get('retry-after')];
  // TMDB's API never redirects; the login page of a network does.
  if (isRedirect(status)) throw new TmdbAuthError('bad_answer', { httpStatus: status });
  if (text.byteLength > 0 && !JSON_TYPE.test(typeOf(response.headers)))
    throw failedAnswer({ status, date, retryAfter, text: '' });
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ...(retryAfter === null ? [] : [['retry-after', retryAfter] as [string, string]]),
    ],
    body: isEmpty(status) ? null : text,
  };
}

const isRedirect = (status: number) => status >= 300 && status < 400 && status !== 304;
const isEmpty = (status: number) => status === 204 || status === 205 || status === 304;
