import { TmdbAuthError } from '../../errors.ts';
import { localized, localizing, type Messages } from '../../lib/messages.ts';
import { messagesOf } from '../../options.ts';
import { parseCallback } from '../../tmdb/approval.ts';
import {
  type Ask,
  type CallbackAsk,
  GONE,
  type Handlers,
  LONGEST_WAIT,
  type PublicEvent,
  type SignedIn,
  type SignInView,
} from './messages.ts';
import { DEFAULT_NAME } from './options.ts';
import { createSealing } from './sealing.ts';

/** Options of `createRestateClient`. */
export interface RestateClientOptions {
  /** Restate's ingress, e.g. `http://127.0.0.1:8080`. */
  ingressURL: string;
  /** The same secrets as those of the services. */
  secrets: readonly string[];
  /** The name of the public service. Default: `TmdbSignIn`. */
  name?: string;
  /** Sends the requests. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** The app's own messages for failures, by code. Default: none, English. */
  messages?: Messages;
}

/** A sign-in that was begun. */
export interface Started {
  /** Identifies the sign-in. Not secret: may be part of the address to which TMDB sends the user back. */
  id: string;
  /** The id and a secret. Keep it on the device that began the sign-in: its holder gets the session. */
  ticket: string;
  /** The first view: waiting for approval, with the address to show. */
  view: SignInView;
}

/**
 * For a server between devices and Restate. Every method rejects with `TmdbAuthError`: `unavailable` if Restate
 * cannot be reached, `invalid_credentials` if the services have other secrets.
 */
export interface RestateClient {
  /**
   * Begins a sign-in. `redirectTo` returns the address for TMDB to send the user back to, for the given id; at most
   * 1000 characters. A request without an answer is repeated, but begins only one sign-in.
   */
  start(options?: { redirectTo?: (id: string) => string; signal?: AbortSignal }): Promise<Started>;
  /** The current view, or null if there is no such sign-in (any more) or the ticket is wrong. */
  view(ticket: string, options?: { signal?: AbortSignal }): Promise<SignInView | null>;
  /** The view as soon as the state differs from `seen`, or after `timeout` ms (at most 45000, which is the default). */
  wait(
    ticket: string,
    options: { seen: string; timeout?: number; signal?: AbortSignal },
  ): Promise<SignInView | null>;
  /**
   * Sends an event: `approval.check` (ask TMDB now), `login.cancel`, `retry`, or `logout` (of a session that was not
   * collected).
   */
  send(ticket: string, event: PublicEvent): Promise<SignInView | null>;
  /**
   * Takes the return from TMDB, on whatever device the user approved. Rejects with `callback_mismatch` if it belongs
   * to another sign-in, and with `callback_invalid` if it is not a return.
   */
  callback(id: string, url: string | URL): Promise<void>;
  /** The session, once. Null before `sessionActive.ready`, after the session was collected, or for a wrong ticket. */
  collect(ticket: string): Promise<SignedIn | null>;
}

/**
 * Maximum length of the return address, in characters: a sealed message has to hold it twice, in v4's request token
 * and beside it.
 */
const LONGEST_ADDRESS = 1_000;

const ONCE = new Set<keyof Handlers>(['start', 'callback', 'collect']);

/** Waits before each retry of a request without an answer, in ms. */
const REPEATS = [250, 500, 1_000, 2_000, 4_000];
/** Time for the answer after a `wait` has ended, in ms. */
const ANSWER_WITHIN = 30_000;

/**
 * The client of the services. Throws a `TypeError` for invalid secrets.
 *
 * @example
 * ```ts
 * import { createRestateClient } from 'tmdb-auth/restate';
 *
 * const secrets = [process.env.SIGN_IN_SECRET ?? ''];
 * const client = createRestateClient({ ingressURL: 'http://127.0.0.1:8080', secrets });
 * const { ticket, view } = await client.start();
 * console.log(view.approvalUrl); // show it as a QR code
 * const next = await client.wait(ticket, { seen: view.state });
 * if (next?.status === 'user') console.log(await client.collect(ticket));
 * ```
 */
export function createRestateClient(options: RestateClientOptions): RestateClient {
  const { ingressURL, secrets, name = DEFAULT_NAME } = options;
  if (!/^https?:/.test(ingressURL) || !URL.canParse(ingressURL)) {
    throw new TypeError('tmdb-auth: ingressURL is where Restate listens, e.g. http://127.0.0.1:8080.');
  }
  const messages = messagesOf(options);
  const localize = localizing(messages);
  const sealing = createSealing(secrets);
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  /** Sends the request until there is an answer, as often as `REPEATS` allows. */
  const post = async (handler: keyof Handlers, body: string, signal?: AbortSignal): Promise<Response> => {
    // By this key Restate remembers the answer, so that a repeated request does nothing twice.
    const once = ONCE.has(handler) ? { 'idempotency-key': crypto.randomUUID() } : null;
    for (let tries = 0; ; tries += 1) {
      const end = AbortSignal.timeout(LONGEST_WAIT + ANSWER_WITHIN);
      const response = await send(`${ingressURL}/${name}/${handler}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...once },
        body,
        signal: signal ? AbortSignal.any([signal, end]) : end,
      }).catch(() => null);
      if (signal?.aborted) throw new TmdbAuthError('cancelled');
      if (response && response.status < 500) return response;
      const wait = REPEATS[tries];
      if (wait === undefined) throw unreachable(response?.status);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };

  const ask = async <Name extends keyof Handlers>(
    handler: Name,
    question: Omit<Handlers[Name][0], 'at'>,
    signal?: AbortSignal,
  ): Promise<Handlers[Name][1] | null> => {
    const sealed = await sealing.close(`ask ${handler}`, { at: Date.now(), ...question });
    const response = await post(handler, JSON.stringify({ sealed }), signal);
    const answer = (await response.json().catch(() => null)) as { sealed?: unknown } | null;
    if (response.status === GONE) return null;
    if (!response.ok) throw refused(response.status);
    const opened = await sealing.open<{ answer: Handlers[Name][1] }>(`answer ${handler}`, answer?.sealed);
    if (!opened) throw refused(response.status);
    return opened.answer;
  };

  /** Null for an invalid ticket. */
  const idAndSecretIn = (ticket: string): Omit<Ask, 'at'> | null => {
    const [, id, secret] = /^([\w-]{36})\.([\w-]{43})$/.exec(ticket) ?? [];
    return id && secret ? { id, secret } : null;
  };

  const askWithTicket = async <Name extends 'view' | 'wait' | 'send' | 'collect'>(
    handler: Name,
    ticket: string,
    rest: Omit<Handlers[Name][0], keyof Ask>,
    signal?: AbortSignal,
  ) => {
    const who = idAndSecretIn(ticket);
    return who && ask(handler, { ...who, ...rest } as unknown as Omit<Handlers[Name][0], 'at'>, signal);
  };

  const withOwnMessage = (view: SignInView): SignInView =>
    view.failure ? { ...view, failure: localized(messages, view.failure) } : view;
  const viewOrNull = async (view: Promise<SignInView | null>) => {
    const present = await view;
    return present && withOwnMessage(present);
  };

  return {
    start: localize(async ({ redirectTo, signal } = {}) => {
      const id = crypto.randomUUID();
      const secret = randomSecret();
      const address = redirectTo?.(id) ?? null;
      if (address && address.length > LONGEST_ADDRESS)
        throw new TypeError('tmdb-auth: redirectTo is too long.');
      const view = await ask('start', { id, secret, redirectTo: address }, signal);
      if (!view) throw refused(GONE);
      return { id, ticket: `${id}.${secret}`, view: withOwnMessage(view) };
    }),
    view: localize((ticket, { signal } = {}) => viewOrNull(askWithTicket('view', ticket, {}, signal))),
    wait: localize((ticket, { seen, timeout = LONGEST_WAIT, signal }) =>
      viewOrNull(askWithTicket('wait', ticket, { seen, timeout }, signal)),
    ),
    send: localize((ticket, event) => viewOrNull(askWithTicket('send', ticket, { event }))),
    callback: localize(async (id, url) => {
      const answer = await ask('callback', { id, callback: callbackIn(url) });
      if (!answer?.matches) throw new TmdbAuthError('callback_mismatch');
    }),
    collect: localize((ticket) => askWithTicket('collect', ticket, {})),
  };
}

/** The parameters of a return; null if there are none, as in v4. */
function callbackIn(url: string | URL): CallbackAsk['callback'] {
  const isReturn = URL.canParse(url, 'http://localhost');
  const query = isReturn ? new URL(url, 'http://localhost').searchParams : null;
  const isPlain = query && !['request_token', 'approved', 'denied'].some((name) => query.has(name));
  return isPlain ? null : parseCallback(url);
}

/** 256 random bits as base64url. */
function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

const unreachable = (httpStatus?: number) =>
  new TmdbAuthError('unavailable', {
    message: 'Restate could not be reached, or its services do not run. Try again later.',
    ...(httpStatus !== undefined && { httpStatus }),
  });

const refused = (httpStatus: number) =>
  httpStatus === 401
    ? new TmdbAuthError('invalid_credentials', {
        httpStatus,
        message: 'The services have other secrets, or the clocks of the two machines differ by minutes.',
      })
    : new TmdbAuthError('unexpected', {
        httpStatus,
        message: `Restate answered with ${httpStatus}. Are the services registered, under this name?`,
      });
