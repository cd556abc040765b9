import { TmdbAuthError } from '../../errors.ts';
import { failedAnswer } from '../../tmdb/parse.ts';
import { signsInOrOut } from '../../tmdb/paths.ts';
import type { Answer } from './answer.ts';
import { refuse } from './answer.ts';
import type { ServerSettings } from './options.ts';
import { typeOf } from './requests.ts';

/**
 * The only paths there are. TMDB decodes a path once and resolves `..`, so nothing that could be decoded or resolved
 * gets through: what was judged here is what TMDB sees.
 */
const PLAIN = /^\/[34](\/[\w-]+)+$/;
/**
 * Added here, and never taken from a page, however it is spelt: Ruby reads `[session_id]` as `session_id`, others
 * `session.id`. `_method` would make another request of it. And no JSONP: an answer that runs would get around the
 * site's own `script-src`.
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

/** Throws a `TypeError` for a line that allows nothing. */
export function createAllowList(proxy: readonly string[]) {
  for (const line of proxy) {
    if (/^[A-Z]+ \/[34](\/([\w-]+|\*{1,2}))+$/.test(line)) continue;
    throw new TypeError(`tmdb-auth: proxy: "${line}" is not like "GET /3/movie/*".`);
  }
  const patterns = proxy.map(asPattern);
  return (method: string, path: string) =>
    PLAIN.test(path) && !signsInOrOut(path) && patterns.some((pattern) => pattern.test(`${method} ${path}`));
}

/** What a page asks TMDB for. */
export interface Asked {
  method: string;
  headers: Headers;
  path: string;
  query: URLSearchParams;
  body: ArrayBuffer;
}

/**
 * A page's body without the names of credentials, or null if there is none. TMDB takes them from JSON, and a form is
 * JSON to it as well. Throws the refusal.
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
 * Asks TMDB for a page, by a `fetch` that adds the key and the session the page does not have. Rejects with
 * `bad_answer` for anything but JSON: a page of this site must not load a script by way of it.
 */
export async function askTmdb(
  settings: ServerSettings,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
  asked: Asked,
): Promise<Answer> {
  const url = new URL(asked.path, settings.client.baseURL);
  // Belt and braces: the path is plain, so it cannot lead anywhere else.
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
    return refuse('bad_request', [], 'A body for TMDB is JSON (Content-Type: application/json).');
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
  // TMDB's API sends nobody elsewhere; a network's login page does.
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
