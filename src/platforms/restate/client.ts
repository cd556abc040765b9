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
  /** The same as the services have. */
  secrets: readonly string[];
  /** The name of the public service. Default: `TmdbSignIn`. */
  name?: string;
  /** Does the requests. Default: the host's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** The app's own texts for failures, by code. Default: none, English. */
  messages?: Messages;
}

/** A sign-in that has begun. */
export interface Started {
  /** Names the sign-in. Not secret: it may stand in the address that TMDB leads back to. */
  id: string;
  /** The id with a secret. It belongs to the device that began, and to nobody else: whoever has it gets the session. */
  ticket: string;
  /** How it stands: waiting for approval, with the address to show. */
  view: SignInView;
}

/**
 * What a server between devices and Restate uses. Every method rejects with `TmdbAuthError`: `unavailable` when Restate
 * cannot be reached, `invalid_credentials` when the services have other secrets.
 */
export interface RestateClient {
  /**
   * Begins a sign-in. `redirectTo` makes the address TMDB leads back to from the id, of 1000 characters at most. A
   * request that gets no answer is repeated, and begins nothing twice.
   */
  start(options?: { redirectTo?: (id: string) => string; signal?: AbortSignal }): Promise<Started>;
  /** How it stands; null if there is no such sign-in (any more), or the ticket is not its own. */
  view(ticket: string, options?: { signal?: AbortSignal }): Promise<SignInView | null>;
  /** The same, as soon as the state is another than `seen`, or after `timeout` ms (45000 at most, and by default). */
  wait(
    ticket: string,
    options: { seen: string; timeout?: number; signal?: AbortSignal },
  ): Promise<SignInView | null>;
  /** `approval.check`: ask TMDB now. `login.cancel`, `retry`, `logout` (of a session not collected). */
  send(ticket: string, event: PublicEvent): Promise<SignInView | null>;
  /**
   * The return from TMDB, by whatever device the user approved on. Rejects with `callback_mismatch` if it does not
   * belong to this sign-in, and `callback_invalid` if it is none.
   */
  callback(id: string, url: string | URL): Promise<void>;
  /** The session, once. Null before `sessionActive.ready`, after it was collected, or for a ticket that is not its own. */
  collect(ticket: string): Promise<SignedIn | null>;
}

/** What is sealed has room for two of them, in v4's request token and around it. */
const LONGEST_ADDRESS = 1_000;

const ONCE = new Set<keyof Handlers>(['start', 'callback', 'collect']);

/** How often a question is repeated that got no answer, and the wait before each, in ms. */
const REPEATS = [250, 500, 1_000, 2_000, 4_000];
/** How much longer than the wait itself the answer to a wait may take, in ms. */
const PATIENCE = 30_000;

/**
 * The other end of the services. Throws a `TypeError` for secrets that are none.
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

  /** Asks until there is an answer. */
  const post = async (handler: keyof Handlers, body: string, signal?: AbortSignal): Promise<Response> => {
    // What is done once is not done again when the question is repeated: Restate remembers the answer by this.
    const once = ONCE.has(handler) ? { 'idempotency-key': crypto.randomUUID() } : null;
    for (let tries = 0; ; tries += 1) {
      const end = AbortSignal.timeout(LONGEST_WAIT + PATIENCE);
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

  /** Null for what is no ticket. */
  const asked = (ticket: string): Omit<Ask, 'at'> | null => {
    const [, id, secret] = /^([\w-]{36})\.([\w-]{43})$/.exec(ticket) ?? [];
    return id && secret ? { id, secret } : null;
  };

  const about = async <Name extends 'view' | 'wait' | 'send' | 'collect'>(
    handler: Name,
    ticket: string,
    rest: Omit<Handlers[Name][0], keyof Ask>,
    signal?: AbortSignal,
  ) => {
    const who = asked(ticket);
    return who && ask(handler, { ...who, ...rest } as unknown as Omit<Handlers[Name][0], 'at'>, signal);
  };

  const shown = (view: SignInView): SignInView =>
    view.failure ? { ...view, failure: localized(messages, view.failure) } : view;
  const lookAt = async (view: Promise<SignInView | null>) => {
    const present = await view;
    return present && shown(present);
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
      return { id, ticket: `${id}.${secret}`, view: shown(view) };
    }),
    view: localize((ticket, { signal } = {}) => lookAt(about('view', ticket, {}, signal))),
    wait: localize((ticket, { seen, timeout = LONGEST_WAIT, signal }) =>
      lookAt(about('wait', ticket, { seen, timeout }, signal)),
    ),
    send: localize((ticket, event) => lookAt(about('send', ticket, { event }))),
    callback: localize(async (id, url) => {
      const answer = await ask('callback', { id, callback: callbackIn(url) });
      if (!answer?.matches) throw new TmdbAuthError('callback_mismatch');
    }),
    collect: localize((ticket) => about('collect', ticket, {})),
  };
}

/** v4's return has no parameters at all. */
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
        message:
          'The services do not know these secrets, or the clocks of the two machines are minutes apart.',
      })
    : new TmdbAuthError('unexpected', {
        httpStatus,
        message: `Restate answered with ${httpStatus}. Are the services registered, under this name?`,
      });
