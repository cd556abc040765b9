import http from 'node:http';
import https from 'node:https';

const TMDB = 'https://api.themoviedb.org';

/** Two of the clients have no option for TMDB's address, so their requests are redirected to the sandbox. */
export function redirectTmdb(baseURL: string): Disposable {
  const { fetch } = globalThis;
  const { request } = https;
  globalThis.fetch = (input, init) =>
    String(input).startsWith(TMDB) ? fetch(String(input).replace(TMDB, baseURL), init) : fetch(input, init);
  // got calls `https.request(url, options, callback)`.
  https.request = ((
    url: URL,
    options: https.RequestOptions,
    heard?: (response: http.IncomingMessage) => void,
  ) =>
    url.href.startsWith(TMDB)
      ? http.request(new URL(url.href.replace(TMDB, baseURL)), { ...options, agent: undefined }, heard)
      : request(url, options, heard)) as typeof https.request;
  return {
    [Symbol.dispose]() {
      globalThis.fetch = fetch;
      https.request = request;
    },
  };
}
