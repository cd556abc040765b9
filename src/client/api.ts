import { TmdbAuthError } from '../errors.ts';
import { ofetch } from '../tmdb/ofetch.ts';

/** What `api` takes besides the path. Everything else ofetch knows works too. */
export interface ApiOptions {
  /** Default: `'GET'`. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Added to the address; `undefined` is left out. Credentials are added by the client. */
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  /** Besides the client's own. */
  headers?: Record<string, string>;
  /** Aborting it rejects with ofetch's `FetchError`. */
  signal?: AbortSignal;
}

/**
 * TMDB's JSON for a path: `await api<Movie>('/3/movie/550')`. Rejects with a `TmdbAuthError` where nothing was answered
 * (`network`, or `session_invalid` if nobody is signed in), and with ofetch's `FetchError`, its body in `data`, where
 * TMDB refused.
 */
export type Api = <Answer = unknown>(path: string, options?: ApiOptions) => Promise<Answer>;

// Typed here rather than by ofetch: its declarations need undici's, which an app may not have.
export function createApi(fetch: typeof globalThis.fetch, baseURL: string): Api {
  const send = ofetch({ fetch, defaults: { baseURL, retry: false } });
  return async <Answer>(path: string, options?: ApiOptions) => {
    try {
      return (await (
        await send()
      )<Answer>(path, options)) as Answer;
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      throw TmdbAuthError.is(cause) ? cause : error;
    }
  };
}
