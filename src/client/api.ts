import { queryOf } from '../lib/address.ts';
import { isThrownFailure } from '../lib/thrown-failure.ts';
import { loadOfetch } from '../tmdb/ofetch.ts';

/** Options of `api`. All other options of ofetch work, too. */
export interface ApiOptions {
  /** Default: `'GET'`. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The query of the address; `undefined` is left out. The client adds its credentials. */
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  /** Added to the client's own. */
  headers?: Record<string, string>;
  /** Aborting it rejects with ofetch's `FetchError`. */
  signal?: AbortSignal;
}

/**
 * TMDB's JSON for a path: `await api<Movie>('/3/movie/550')`. Rejects with a `TmdbAuthError` where there is no answer
 * (`network`, or `session_invalid` if nobody is signed in), and with ofetch's `FetchError`, its body in `data`, where
 * TMDB refused.
 */
export type Api = <Answer = unknown>(path: string, options?: ApiOptions) => Promise<Answer>;

/** Sends the request with ofetch, or lets it process an answer that has already arrived. */
export async function byOfetch<Answer>(
  path: string,
  options: ApiOptions,
  { fetch, baseURL }: { fetch: typeof globalThis.fetch; baseURL: string },
): Promise<Answer> {
  const { createFetch } = await loadOfetch();
  try {
    return await createFetch({ fetch, defaults: { baseURL, retry: false } })<Answer>(path, options);
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw isThrownFailure(cause) ? cause : error;
  }
}

// Typed here, as ofetch's declarations need undici's, which an app may not have.
export function createApi(fetch: typeof globalThis.fetch, baseURL: string): Api {
  return async <Answer>(path: string, options: ApiOptions = {}) => {
    const request = plainRequest(path, options);
    if (!request) return byOfetch<Answer>(path, options, { fetch, baseURL });
    const outcome = fetch(...request);
    const response = await outcome.catch((error: unknown) => {
      if (isThrownFailure(error)) throw error;
      return null;
    });
    if (!response?.ok || response.status === 204 || !isJson(response))
      return byOfetch<Answer>(path, options, { fetch: () => outcome, baseURL });
    const text = await response.text();
    try {
      return JSON.parse(text) as Answer;
    } catch {
      return byOfetch<Answer>(path, options, { fetch: async () => new Response(text, response), baseURL });
    }
  };
}

const isJson = ({ headers }: Response) => /^application\/json\b/i.test(headers.get('content-type') ?? '');

const PLAIN = new Set<string>([
  'method',
  'query',
  'body',
  'headers',
  'signal',
] satisfies (keyof ApiOptions)[]);
const WITH_BODY = /^(POST|PUT|PATCH|DELETE)$/;

/** The request that ofetch would send, or null if that is not obvious. Most pages then never load ofetch. */
function plainRequest(path: string, options: ApiOptions): [string, RequestInit] | null {
  const { body, headers, signal } = options;
  const query = options.query ?? {};
  const method = options.method?.toUpperCase() ?? 'GET';
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const isPlain =
    /^\/[^/]/.test(path) &&
    Object.keys(options).every((name) => PLAIN.has(name)) &&
    pairs.every(([, value]) => typeof value !== 'object') &&
    (pairs.length === 0 || !/[?#]/.test(path)) &&
    method !== 'HEAD' &&
    (body == null || (WITH_BODY.test(method) && isPlainObject(body)));
  if (!isPlain) return null;
  const sent = new Headers(headers);
  if (body) {
    if (!sent.has('content-type')) sent.set('content-type', 'application/json');
    if (!sent.has('accept')) sent.set('accept', 'application/json');
  }
  const url = path + queryOf(pairs.map(([name, value]) => [name, String(value)]));
  return [
    url,
    { method, headers: sent, ...(signal && { signal }), ...(body && { body: JSON.stringify(body) }) },
  ];
}

const isPlainObject = (value: object) => Object.getPrototypeOf(value) === Object.prototype;
