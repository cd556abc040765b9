import type { AuthEvent, AuthSnapshot } from '../machines/index.ts';
import { throwIfAborted } from './abort.ts';
import { TmdbAuthError } from './errors.ts';
import type { TmdbSettings } from './options.ts';
import { credentialHeaders, credentialQuery } from './tmdb/client.ts';
import { statusCodeOf } from './tmdb/parse.ts';
import type { Vault } from './vault.ts';

/** Where TMDB wants the session. It is a password in a URL, so it goes nowhere else. */
const NEEDS_SESSION = /^\/3\/(account(\/|$)|list(\/|$)|.+\/(rating|account_states)$)/;
/** Without a session TMDB takes these for the owner of the key: everybody would seem to be the app's author. */
const NEEDS_USER = /^\/3\/account(\/|$)/;
/** What a guest may do. (Its list of ratings has its id in the path, which this does not fill in.) */
const FOR_GUESTS = /^\/3\/.+\/(rating|account_states)$/;
const RATING = /\/rating$/;

const SESSION_GONE = 3;
const NOBODY = { message: 'Nobody is signed in, so there is no account to ask for. Sign in first.' };

interface Surroundings {
  settings: TmdbSettings;
  vault: Vault;
  snapshot(): AuthSnapshot;
  send(event: AuthEvent): void;
}

type Identity = { as: 'user' | 'guest'; secret: string } | null;

const V4 = /^\/4\//;

/**
 * `fetch` with TMDB's credentials: for TMDB's own origin only, and never across a redirect (the answer is the
 * redirect itself). Rejects with `session_invalid` for `/3/account…` while nobody is signed in, and with `network`. A path alone (`/3/movie/550`) is one of TMDB's. Every other address is fetched as it is.
 */
export function createAuthFetch({ settings, vault, snapshot, send }: Surroundings): typeof globalThis.fetch {
  const { credentials, baseURL, fetch } = settings;

  /** Decided by the machine's state, never by what the vault still holds. */
  const identityFor = (path: string): Identity => {
    const now = snapshot();
    if (now.matches('sessionActive')) {
      const secret = NEEDS_SESSION.test(path) && vault.read('sessionId');
      return secret ? { as: 'user', secret } : null;
    }
    const secret = now.context.facts.guest && FOR_GUESTS.test(path) && vault.read('guestId');
    return secret ? { as: 'guest', secret } : null;
  };

  /** True while the session or guest that was sent is still the one we have. */
  const isStill = ({ as, secret }: NonNullable<Identity>) =>
    vault.read(as === 'user' ? 'sessionId' : 'guestId') === secret;

  const learn = async (identity: NonNullable<Identity>, request: Request, response: Response) => {
    if (!isStill(identity)) return;
    if (response.status === 401 && statusCodeOf(await response.clone().text()) === SESSION_GONE) {
      send({ type: identity.as === 'user' ? 'session.rejected' : 'guest.rejected' });
    } else if (identity.as === 'guest' && response.ok && request.method === 'POST' && isRating(request)) {
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
    if (!identity && NEEDS_USER.test(url.pathname)) throw new TmdbAuthError('session_invalid', NOBODY);
    const query = {
      ...credentialQuery(credentials),
      ...(identity && { [identity.as === 'user' ? 'session_id' : 'guest_session_id']: identity.secret }),
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = new Headers(asked.headers);
    // All of v4 goes by the token in the header: the user's, or the application's where nobody is signed in.
    const accessToken =
      V4.test(url.pathname) && snapshot().matches('sessionActive') && vault.read('accessToken');
    const bearer = accessToken ? { accessToken } : credentials;
    for (const [name, value] of Object.entries(credentialHeaders(bearer))) headers.set(name, value);
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
    const response = await fetch(url, sent).catch(() => {
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
  if (response.status === 0) throw new TmdbAuthError('bad_answer');
  const { status, statusText, headers } = response;
  return Object.defineProperty(new Response(response.body, { status, statusText, headers }), 'url', {
    value: url,
  });
}
