import type { AuthEvent, AuthSnapshot } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pairsOf, partsOf } from '../lib/address.ts';
import { statusCodeOf } from './parse.ts';
import { type Audience, audienceOf, readPath } from './paths.ts';

const RATING = /\/rating$/i;

const SESSION_GONE = 3;
const NOBODY = {
  message: 'Nobody is signed in, and TMDB would take the owner of the key for them. Sign in first.',
};

const UNCLEAR_PATH =
  'tmdb-auth: TMDB could read this path as another one. Encode each part once, and use no "%", "\\" or ";" in it.';

/** Whose call it is, and what names them: never shown to anybody. */
export type Identity = { as: 'user' | 'guest'; secret: string };

interface AuthFetchDependencies {
  /** TMDB's own origin: nothing is added for any other. */
  baseURL: string;
  fetch: typeof globalThis.fetch;
  snapshot(): AuthSnapshot;
  send(event: AuthEvent): void;
  /** What names the user or the guest at present, or null. */
  secretOf(as: Identity['as']): string | null;
  /** `manual` where credentials go along: TMDB's API does not redirect, a network's login page does. */
  redirect: 'manual' | 'follow';
  /** Where a call for that path really goes; puts into `headers` what it needs. */
  address(path: string, query: [string, string][], headers: Headers, identity: Identity | null): string;
}

/**
 * `fetch` with TMDB's credentials: for TMDB's own origin only, and never across a redirect (the answer is the
 * redirect itself). The path is judged, and sent, as TMDB reads it. Rejects with `session_invalid` where TMDB would
 * take the key's owner for the user and nobody is signed in, with `network`, and with a `TypeError` for a path that could
 * be read in two ways. A path alone (`/3/movie/550`) is one
 * of TMDB's. Every other address is fetched as it is.
 */
export function createAuthFetch({
  baseURL,
  fetch,
  snapshot,
  send,
  secretOf,
  redirect,
  address,
}: AuthFetchDependencies): typeof globalThis.fetch {
  /** Decided by the machine's state, never by what the vault still holds. */
  const identityFor = ({ takesSession, isForGuests }: Audience): Identity | null => {
    const now = snapshot();
    if (now.matches('sessionActive')) {
      const secret = takesSession && secretOf('user');
      return secret ? { as: 'user', secret } : null;
    }
    const secret = now.context.facts.guest && isForGuests && secretOf('guest');
    return secret ? { as: 'guest', secret } : null;
  };

  /** A session of v3 is nothing to v4, which goes by the access token. */
  const isKnown = ({ isV4 }: Audience, identity: Identity | null) =>
    isV4
      ? snapshot().matches('sessionActive') && snapshot().context.facts.access !== null
      : identity !== null;

  /** What TMDB's answer says about the session or guest that was sent, while it is still the one we have. */
  const learn = async (
    { as, secret }: Identity,
    isRating: boolean,
    response: Response,
    text: string | null,
  ) => {
    if (secretOf(as) !== secret) return;
    const isGone = async () => statusCodeOf(text ?? (await response.clone().text())) === SESSION_GONE;
    if (response.status === 401 && (await isGone())) {
      send({ type: as === 'user' ? 'session.rejected' : 'guest.rejected' });
    } else if (as === 'guest' && response.ok && isRating) {
      send({ type: 'guest.used' });
    }
  };

  return async (input, init) => {
    const target = absolute(input, baseURL);
    const parts = partsOf(target instanceof Request ? target.url : String(target));
    // Before anything is read: a body can be read once only.
    if (parts.origin !== baseURL) return fetch(input, init);
    const asked = new Request(target, init);
    const path = readPath(parts.path);
    if (path === null) throw new TypeError(UNCLEAR_PATH);
    const query = pairsOf(parts.query);
    const audience = audienceOf(asked.method, path, query);
    const identity = identityFor(audience);
    if (audience.isRequired && !isKnown(audience, identity))
      throw new TmdbAuthError('session_invalid', NOBODY);
    const headers = new Headers(asked.headers);
    const { method, signal, cache } = asked;
    // Read whole: a streamed body needs HTTP/2 in Chromium, and TMDB's bodies are short texts.
    const body = await asked.text();
    const sent = { method, headers, signal, cache, redirect, ...(body && { body }) } as const;
    // What a fetch throws may name the URL. An abort is the caller's own.
    const fail = () => {
      throwIfAborted(signal);
      throw new TmdbAuthError('network');
    };
    const response = await fetch(address(encodeURI(path), query, headers, identity), sent).catch(fail);
    const isRating = asked.method === 'POST' && RATING.test(path);
    const text = 'body' in Response.prototype ? null : await response.text().catch(fail);
    if (identity) await learn(identity, isRating, response, text);
    return handedOn(response, text, asked.url);
  };
}

/** Begins with a slash: a path of TMDB's, also where a URL would read another host (`//3/account`). */
const absolute = (input: RequestInfo | URL, baseURL: string) =>
  typeof input === 'string' && input.startsWith('/') ? baseURL + input : input;

/**
 * Headers about the connection that brought an answer, or about a body that `fetch` has unpacked since: an app that
 * hands the answer on would lie with them (sveltejs/kit#12197). Cookies are TMDB's own.
 */
const OF_THE_CONNECTION = [
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * The answer as it can be read, logged and handed on. The original knows the URL it came from, session and all; this
 * one knows the URL that was asked. On a phone it has been read: there a `Response` can be made neither of a stream, nor
 * of bytes without spoiling letters (react/react-native#38656, unjs/ofetch#324).
 */
function handedOn(response: Response, text: string | null, url: string): Response {
  const { status, statusText } = response;
  // None at all, or one that hosts let through (a proxy's 999) and no `Response` can have.
  if (status < 200 || status > 599)
    throw new TmdbAuthError('bad_answer', status ? { httpStatus: status } : {});
  const headers = new Headers(response.headers);
  for (const name of OF_THE_CONNECTION) headers.delete(name);
  const body = text === null ? response.body : text || null;
  const copy = new Response(body, { status, statusText, headers });
  return Object.defineProperty(copy, 'url', { value: url });
}
