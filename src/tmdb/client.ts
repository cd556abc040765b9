import { queryOf } from '../lib/address.ts';
import type { TmdbSettings } from '../options.ts';
import { credentialHeaders, credentialQuery } from './credential.ts';
import { networkError } from './network-error.ts';
import type { Answer } from './parse.ts';

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  signal: AbortSignal;
}

/** Sends one request with the application's credential, and resolves to the raw answer. */
export type Client = (call: Call) => Promise<Answer>;

export function createClient({
  credentials,
  baseURL,
  fetch,
}: Pick<TmdbSettings, 'credentials' | 'baseURL' | 'fetch'>): Client {
  return async ({ method = 'GET', path, query, body, signal }) => {
    const pairs = Object.entries({ ...credentialQuery(credentials), ...query });
    try {
      const response = await fetch(baseURL + path + queryOf(pairs), {
        method,
        signal,
        // A proxy or a service worker must not hand out one request token twice.
        cache: 'no-store',
        // TMDB's API does not redirect; a captive portal does, and would receive our credentials.
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          ...credentialHeaders(credentials),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return {
        status: response.status,
        date: response.headers.get('date'),
        retryAfter: response.headers.get('retry-after'),
        text: await response.text(),
      };
    } catch (error) {
      throw networkError(error);
    }
  };
}
