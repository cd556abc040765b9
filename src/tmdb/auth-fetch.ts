import { BAD_ANSWER } from '../../machines/auth.requests.ts';
import type { AuthEvent, AuthFacts, Failure } from '../../machines/index.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { type AddressParts, pairsOf } from '../lib/address.ts';
import { ThrownFailure } from '../lib/thrown-failure.ts';
import { networkError } from './network-error.ts';
import { type Audience, audienceOf, isPrivate, readPath } from './paths.ts';
import { saysGone, statusCodeOf } from './status-code.ts';

const RATING = /^\/3\/(movie|tv)\/(\d+)[^/]*(\/season\/\d+\/episode\/\d+)?\/rating$/i;

/** 1, 12 and 13: TMDB has stored a rating, or taken it back. */
const STORED = new Set([1, 12, 13]);

/**
 * Typed clients send these with every request, even empty or made up, and TMDB must not choose between two. Ruby
 * reads `[session_id]` as `session_id`.
 */
const CREDENTIAL = /^(apikey|(guest)?sessionid)$/i;
const isCredential = (name: string) => CREDENTIAL.test(name.replace(/[\W_]/g, ''));

const NOBODY: Failure = {
  code: 'session_invalid',
  message: 'Nobody is signed in, so TMDB would answer for the owner of the key. Sign in first.',
  retryable: false,
};

const NEEDS_V4: Failure = {
  code: 'not_allowed',
  message: 'The user is signed in for v3 only. Sign out, and sign in with apiVersion: 4.',
  retryable: false,
};

const UNCLEAR_PATH =
  'tmdb-auth: TMDB could read this path as another one. Encode each part once, and use no "%", "\\" or ";" in it.';

/** The user or guest of a request, and the secret that names them, which is never shown. */
export type Identity = { as: 'user' | 'guest'; secret: string };

/** A rating: the path of its film, series or episode, and its value; null if it is taken back, undefined if unknown. */
export interface RatingSent {
  media: string;
  value: number | null | undefined;
}

/** Reports what TMDB stored: a value as in `RatingSent`, or null if it refused. */
export type SettleRating = (stored: Omit<RatingSent, 'media'> | null) => void;

/** The state by which a request is judged. `isUser`: a user is signed in, even if nothing else is known of them. */
export interface Present {
  isUser: boolean;
  facts: Pick<AuthFacts, 'access' | 'guest'>;
}

/** Sends one request to TMDB, given as the app wrote it, and its address in parts. */
export type AskTmdb = (
  target: RequestInfo | URL,
  parts: AddressParts,
  init: RequestInit | undefined,
) => Promise<Response>;

interface AuthFetchDependencies {
  fetch: typeof globalThis.fetch;
  present(): Present;
  send(event: AuthEvent): void;
  /** The secret that names the current user or guest, or null. */
  secretOf(as: Identity['as']): string | null;
  /**
   * Asks again whether TMDB still knows the guest, after it refused their rating. Never rejects; false if that is
   * unknown.
   */
  isGuestGone(): Promise<boolean>;
  /** Called before a rating is sent; the returned function is called with its outcome. Default: none. */
  sendRating?(as: Identity['as'], rating: RatingSent): SettleRating;
  /** `manual` where credentials are sent: TMDB's API does not redirect, but a network's login page does. */
  redirect: 'manual' | 'follow';
  /** The real address for a path. Adds the headers that it needs to `headers`. */
  address(path: string, query: [string, string][], headers: Headers, identity: Identity | null): string;
}

/**
 * Sends an app's request with TMDB's credentials, never across a redirect (the answer is the redirect itself).
 * Credentials in the request are replaced. The path is judged, and sent, as TMDB reads it. Rejects with
 * `session_invalid` where nobody is signed in and TMDB would answer for the key's owner, with `network`, and with a
 * `TypeError` for an ambiguous path. In `/3/guest_session/me/rated/movies` (and `tv`, `tv/episodes`) `me` stands for
 * the guest's id.
 *
 * TMDB says `Cache-Control: public, max-age=300` even for a user's own data. A request as a user or guest therefore
 * bypasses every cache, and its answer says `no-store`: an app's server may hand it on.
 */
export function createAuthFetch({
  fetch,
  present,
  send,
  secretOf,
  isGuestGone,
  sendRating = () => () => {},
  redirect,
  address,
}: AuthFetchDependencies): AskTmdb {
  /** The machine's state decides: the vault may still hold old secrets. */
  const identityFor = ({ takesSession, isForGuests, isGuestsOwn }: Audience): Identity | null => {
    const { isUser, facts } = present();
    if (!isGuestsOwn && isUser) {
      const secret = takesSession && secretOf('user');
      return secret ? { as: 'user', secret } : null;
    }
    const secret = facts.guest && (isForGuests || isGuestsOwn) && secretOf('guest');
    return secret ? { as: 'guest', secret } : null;
  };

  /** v4 does not accept v3's session; it needs the access token. */
  const isKnown = ({ isV4 }: Audience, identity: Identity | null) =>
    isV4 ? present().isUser && present().facts.access !== null : identity !== null;

  /** A v3 user who asks v4 is signed in, but not for v4. */
  const refused = ({ isV4 }: Audience) => new ThrownFailure(isV4 && present().isUser ? NEEDS_V4 : NOBODY);

  /** Learns from TMDB's answer about the session or guest that was sent, while it is still the current one. */
  const learn = async (
    { as, secret }: Identity,
    rating: RatingSent | null,
    response: Response,
    text: string | null,
  ) => {
    const isOurs = () => secretOf(as) === secret;
    if (!isOurs()) return;
    const { status, ok } = response;
    if (status === 401 && saysGone(status, text ?? (await response.clone().text()))) {
      // The machine verifies a session before it believes this.
      if (as === 'user') send({ type: 'session.rejected' });
      // TMDB says this even to valid guests on `account_states` (cavestri/themoviedb-javascript-library#43).
      else if (rating && (await isGuestGone()) && isOurs()) send({ type: 'guest.rejected' });
    } else if (as === 'guest' && rating && ok && rating.value !== null) send({ type: 'guest.used' });
  };

  /** The rating that is stored after this answer. A broken answer, or one that is not TMDB's, leaves it unknown. */
  const storedBy = async (rating: RatingSent, response: Response, text: string | null) => {
    const { status, ok } = response;
    if (!ok && status < 500) return null;
    const said = ok
      ? (text ??
        (await response
          .clone()
          .text()
          .catch(() => '')))
      : '';
    return { value: STORED.has(statusCodeOf(said) ?? 0) ? rating.value : undefined };
  };

  return async (target, parts, init) => {
    const asked = new Request(target, init);
    const path = readPath(parts.path);
    if (path === null) throw new TypeError(UNCLEAR_PATH);
    const query = pairsOf(parts.query).filter(([name]) => !isCredential(name));
    const audience = audienceOf(asked.method, path, query);
    const identity = identityFor(audience);
    if (audience.isRequired && !isKnown(audience, identity)) throw refused(audience);
    const headers = new Headers(asked.headers);
    headers.delete('authorization');
    const { method, signal } = asked;
    const isPersonal = isKnown(audience, identity) || isPrivate(path);
    const cache = isPersonal ? 'no-store' : asked.cache;
    // Built together with the identity: another user may come while the body is read.
    const url = address(encodeURI(path), query, headers, identity);
    // Read whole: a streamed body needs HTTP/2 in Chromium, and TMDB's bodies are short.
    const body = await asked.text();
    const sent = { method, headers, signal, cache, redirect, ...(body && { body }) } as const;
    const rating = identity && ratingIn(method, path, body);
    const isTheirs = () => secretOf(identity?.as ?? 'user') === identity?.secret;
    const sentRating = rating && sendRating(identity.as, rating);
    const settle: SettleRating = (stored) => sentRating?.(isTheirs() ? stored : null);
    // An abort rejects with the caller's own reason.
    const fail = (error: unknown) => {
      settle({ value: undefined });
      throwIfAborted(signal);
      throw networkError(error);
    };
    const response = await fetch(url, sent).catch(fail);
    const text = 'body' in Response.prototype ? null : await response.text().catch(fail);
    if (rating) settle(await storedBy(rating, response, text));
    if (identity) await learn(identity, rating, response, text);
    return handedOn(response, text, asked.url, isPersonal);
  };
}

/** The rating that a request gives or takes back, or null. */
function ratingIn(method: string, path: string, body: string): RatingSent | null {
  const [, type, id, episode = ''] = RATING.exec(path) ?? [];
  if (!type || !/^(POST|DELETE)$/.test(method)) return null;
  const media = `${type}/${id}${episode}`.toLowerCase();
  if (method === 'DELETE') return { media, value: null };
  let value = Number.NaN;
  try {
    value = Number(JSON.parse(body).value);
  } catch {
    // A form body: only TMDB knows its value.
  }
  return { media, value: Number.isFinite(value) ? value : undefined };
}

/**
 * Headers about the connection, or about a body that `fetch` has decoded: an app that hands the answer on would send
 * false ones (sveltejs/kit#12197). Cookies are TMDB's own.
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

/** Headers by which a cache would keep an answer, or revalidate one that it kept. */
const OF_CACHES = ['age', 'cdn-cache-control', 'etag', 'expires', 'last-modified', 'surrogate-control'];

/**
 * A copy of the answer, safe to read, log and hand on. The original has the URL with the session; the copy has the
 * URL that the app asked for. On a phone the body is already read: there a `Response` can be made neither from a
 * stream, nor from bytes without spoiling letters (react/react-native#38656, unjs/ofetch#324).
 */
export function handedOn(
  response: Response,
  text: string | null,
  url: string,
  isPersonal: boolean,
): Response {
  const { status, statusText } = response;
  // No status at all, or one that hosts let through (a proxy's 999) and a `Response` cannot have.
  if (status < 200 || status > 599)
    throw new ThrownFailure({ ...BAD_ANSWER, ...(status > 0 && { httpStatus: status }) });
  const headers = new Headers(response.headers);
  for (const name of OF_THE_CONNECTION) headers.delete(name);
  if (isPersonal) {
    for (const name of OF_CACHES) headers.delete(name);
    headers.set('cache-control', 'no-store');
  }
  const body = text === null ? response.body : text || null;
  const copy = new Response(body, { status, statusText, headers });
  return Object.defineProperty(copy, 'url', { value: url });
}
