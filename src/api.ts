import { createFetch } from 'ofetch';

/** What `api` takes besides the path. Everything else ofetch knows works too. */
export interface ApiOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** TMDB's JSON for a path: `await api<Movie>('/3/movie/550')`. Rejects with ofetch's `FetchError`, its body in `data`. */
export type Api = <Answer = unknown>(path: string, options?: ApiOptions) => Promise<Answer>;

// Typed here rather than by ofetch: its declarations need undici's, which an app may not have.
export function createApi(fetch: typeof globalThis.fetch, baseURL: string): Api {
  const send = createFetch({ fetch, defaults: { baseURL, retry: false } });
  return (path, options) => send(path, options);
}
