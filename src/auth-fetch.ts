import type { AuthEvent, AuthSnapshot } from '../machines/index.ts';
import { throwIfAborted } from './abort.ts';
import { TmdbAuthError } from './errors.ts';
import { statusCodeOf } from './tmdb/parse.ts';

/** Where TMDB wants the session. It is a password in a URL, so it goes nowhere else. */
const NEEDS_SESSION = /^\/3\/(account(\/|$)|list(\/|$)|.+\/(rating|account_states)$)/;
/** Without a session TMDB takes these for the owner of the key: everybody would seem, and act as, the app's author. */
const needsSomebody = (method: string, path: string) =>
  NEEDS_SESSION.test(path) && !(method === 'GET' && PUBLIC.test(path));
const PUBLIC = /^\/3\/list\//;
/** What a guest may do. (Its list of ratings has its id in the path, which this does not fill in.) */
const FOR_GUESTS = /^\/3\/.+\/(rating|account_states)$/;
const RATING = /\/rating$/;

const SESSION_GONE = 3;
const NOBODY = {
  message: 'Nobody is signed in, and TMDB would take the owner of the key for them. Sign in first.',
};

/** Whose call it is, and what names them: never shown to anybody. */
export type Identity = { as: 'user' | 'guest'; secret: string };

interface Needs {
  /** TMDB's own origin: nothing is added for any other. */
  baseURL: string;
  fetch: typeof globalThis.fetch;
  snapshot(): AuthSnapshot;
  send(event: AuthEvent): void;
  /** What names the user or the guest at present, or null. */
  secretOf(as: Identity['as']): string | null;
  /** Where a call for that path really goes; puts into `headers` what it needs. */
  address(url: URL, headers: Headers, identity: Identity | null): URL;
}

/**
 * `fetch` with TMDB's credentials: for TMDB's own origin only, and never across a redirect (the answer is the
 * redirect itself). Rejects with `session_invalid` where TMDB wants somebody and nobody is signed in, and with `network`. A path alone (`/3/movie/550`) is one of TMDB's. Every other address is fetched as it is.
 */
export function createAuthFetch({
  baseURL,
  fetch,
  snapshot,
  send,
  secretOf,
  address,
}: Needs): typeof globalThis.fetch {
  /** Decided by the machine's state, never by what the vault still holds. */
  const identityFor = (path: string): Identity | null => {
    const now = snapshot();
    if (now.matches('sessionActive')) {
      const secret = NEEDS_SESSION.test(path) && secretOf('user');
      return secret ? { as: 'user', secret } : null;
    }
    const secret = now.context.facts.guest && FOR_GUESTS.test(path) && secretOf('guest');
    return secret ? { as: 'guest', secret } : null;
  };

  /** What TMDB's answer says about the session or guest that was sent, while it is still the one we have. */
  const learn = async ({ as, secret }: Identity, request: Request, response: Response) => {
    if (secretOf(as) !== secret) return;
    if (response.status === 401 && statusCodeOf(await response.clone().text()) === SESSION_GONE) {
      send({ type: as === 'user' ? 'session.rejected' : 'guest.rejected' });
    } else if (as === 'guest' && response.ok && request.method === 'POST' && isRating(request)) {
      send({ type: 'guest.used' });
    }
  };

  return async (input, init) => {
    const target = absolute(input, baseURL);
    const url = new URL(target instanceof Request ? target.url : target);
    // Before anything is read: a body can be read once only.
    if (url.origin !== baseURL) return fetch(input, init);
    const asked = new Request(target, init);
    const identity = identityFor(url.pathname);
    if (!identity && needsSomebody(asked.method, url.pathname))
      throw new TmdbAuthError('session_invalid', NOBODY);
    const headers = new Headers(asked.headers);
    const { method, signal, cache } = asked;
    // Read whole: a streamed body needs HTTP/2 in Chromium, and TMDB's bodies are small.
    const body = await asked.arrayBuffer();
    const sent = {
      method,
      headers,
      signal,
      cache,
      redirect: 'manual',
      ...(body.byteLength > 0 && { body }),
    } as const;
    const response = await fetch(address(url, headers, identity), sent).catch(() => {
      // What a fetch throws may name the URL. An abort is the caller's own.
      throwIfAborted(signal);
      throw new TmdbAuthError('network');
    });
    if (identity) await learn(identity, asked, response);
    return withoutUrl(response, asked.url);
  };
}

const isRating = (request: Request) => RATING.test(new URL(request.url).pathname);

const absolute = (input: RequestInfo | URL, baseURL: string) =>
  typeof input === 'string' && input.startsWith('/') && !input.startsWith('//') ? baseURL + input : input;

/** A response knows the URL it came from, session and all, and shows it when logged. This one knows what was asked. */
function withoutUrl(response: Response, url: string): Response {
  const { status, statusText, headers } = response;
  // None at all, or one that hosts let through (a proxy's 999) and no `Response` can have.
  if (status < 200 || status > 599)
    throw new TmdbAuthError('bad_answer', status ? { httpStatus: status } : {});
  return Object.defineProperty(new Response(response.body, { status, statusText, headers }), 'url', {
    value: url,
  });
}
