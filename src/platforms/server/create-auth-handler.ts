import { type AuthView, failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { localized, localizing, type Messages } from '../../lib/messages.ts';
import { type Answer, forPeople, headOf, json, refuse, responseOf } from './answer.ts';
import { createAnswering, health, jarOf, type Noted } from './answering.ts';
import { type Arrival, createArrivals } from './arrival.ts';
import { createGate } from './gate.ts';
import { createNotes } from './notes.ts';
import {
  type AuthHandlerOptions,
  type HandlerEvent,
  type ServerSettings,
  serverSettingsOf,
} from './options.ts';
import { leadOn } from './pages.ts';
import { fetchAs, peek } from './peek.ts';
import { createAllowList } from './proxy.ts';
import { isFormVisit, type RequestLike, readBody, wantsJson } from './requests.ts';
import { openTurn, type ServerView, type Turn } from './turn.ts';
import { BadRequest } from './visit.ts';

/** Answers every request below its base path. Needs no `this`. Never rejects. */
export interface AuthHandler {
  /** Answers one request. */
  (request: Request): Promise<Response>;
  /**
   * Who sent this request, for pages that are made on the server. Takes a `Request`, or anything with its `headers`:
   * Express's, Fastify's or Next's request. Where the store cannot be read nobody is signed in, with the failure
   * `storage_unavailable`.
   */
  view(request: RequestLike): Promise<AuthView>;
  /**
   * `fetch` as the sender of this request, for pages that are made on the server: any path of TMDB, with key and
   * session. `input` is what `TmdbAuth.fetch` takes, and it rejects as that does.
   */
  fetch(request: RequestLike, input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Takes no new requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

/**
 * Signs users of a site in, on the server: key and session never reach the browser. Standard `Request` and `Response`,
 * any number of instances. Throws `invalid_credentials`, or a `TypeError` for an option that cannot be right. A function
 * is called for its options at the first request, for builds that have no secrets yet (`next build`).
 *
 * @example
 * ```ts
 * import { startSandbox } from 'tmdb-auth/sandbox';
 * import { createAuthHandler } from 'tmdb-auth/server';
 *
 * await using tmdb = await startSandbox();
 * const auth = createAuthHandler({
 *   credentials: { accessToken: tmdb.accessToken },
 *   baseURL: tmdb.baseURL,
 *   webURL: tmdb.webURL,
 *   origin: 'https://films.example',
 *   secrets: ['32 random characters, or more, of your own'],
 * });
 *
 * const asked = new Request('https://films.example/auth/login', { headers: { 'sec-fetch-site': 'same-origin' } });
 * const answer = await auth(asked);
 * console.log(answer.status, answer.headers.get('location')?.startsWith(tmdb.webURL)); // 303 true
 * ```
 */
export function createAuthHandler(options: AuthHandlerOptions | (() => AuthHandlerOptions)): AuthHandler {
  const gate = createGate();
  let made: Parts | undefined;
  const parts = (): Parts => {
    made ??= partsOf(typeof options === 'function' ? options() : options);
    return made;
  };
  // What can be known to be wrong is said at once.
  if (typeof options !== 'function') parts();

  const handle = async (request: Request): Promise<Response> => {
    let here: Parts;
    try {
      here = parts();
    } catch (error) {
      // Only the log of the server may say which option is wrong.
      console.error(error);
      return finished(request, failed(null), {});
    }
    const { settings, arrive, answering } = here;
    const { clock } = settings.client;
    const startedAt = clock.now();
    const event: Noted = { route: null, states: [], tmdbRequests: 0 };

    /** A body that comes slowly takes no place from those who wait for TMDB. */
    const take = async (arrival: Arrival): Promise<Answer> => {
      const body = await readBody(request, settings);
      if (typeof body === 'string')
        return refuse(body, [], body === 'bad_request' ? READ_ALREADY : undefined);
      const room = { most: settings.maxConcurrent };
      return (
        (await gate.pass(room, () => answering.answer(arrival, { request, body, event }))) ?? refuse('busy')
      );
    };
    const answer = async (): Promise<Answer> => {
      const judged = arrive(request);
      event.route = judged.name;
      if (judged.kind === 'health') return health(settings, gate);
      if (gate.isClosing()) return refuse('closing');
      if (judged.kind === 'refused') return judged.refusal;
      const room = { mostPerAddress: settings.maxPerAddress };
      const work = () => take(judged);
      return (await gate.hold(settings.addressOf(request), room, work)) ?? refuse('busy');
    };

    const done = await answer().catch(failed);
    const seen: HandlerEvent = {
      ...event,
      method: request.method,
      status: done.status,
      startedAt,
      durationMs: clock.now() - startedAt,
      failure: done.failure ?? null,
      refused: done.refused ?? null,
    };
    // A listener must not decide what is answered, nor when.
    Promise.resolve(seen)
      .then(settings.onEvent)
      .catch(() => {});
    return finished(request, ledOn(request, done, settings.origin), settings.client.messages);
  };

  return Object.assign(handle, {
    async view(request: RequestLike): Promise<AuthView> {
      const { settings } = parts();
      const jar = jarOf(settings, request);
      // Where it cannot be read, the machine says so.
      const glance = await jar.open().then(
        (text) => peek(settings, text),
        () => null,
      );
      const seen = glance?.view ?? (await viewOf(openTurn(settings, jar, { isPatient: false })));
      const { at: _at, facts: _facts, approvalUrl: _approvalUrl, ...view } = seen;
      return { ...view, failure: view.failure && localized(settings.client.messages, view.failure) };
    },
    async fetch(request: RequestLike, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const { settings } = parts();
      const ask = localizing(settings.client.messages)(() => askAs(settings, request, input, init));
      return ask();
    },
    async close(): Promise<void> {
      await gate.close();
      await made?.answering.close();
    },
  });
}

/** What a handler is made of, once its options are known. */
interface Parts {
  settings: ServerSettings;
  arrive: ReturnType<typeof createArrivals>;
  answering: ReturnType<typeof createAnswering>;
}

function partsOf(options: AuthHandlerOptions): Parts {
  const settings = serverSettingsOf(options);
  return {
    settings,
    arrive: createArrivals(settings, createAllowList(settings.proxy)),
    answering: createAnswering(settings, createNotes(settings)),
  };
}

const READ_ALREADY =
  'The body has been read before it came here. Mount the handler before body parsers, or see docs/server.md.';

/** A form is led on by a page: a redirect to another origin would be blocked by `form-action 'self'`. */
function ledOn(request: Request, done: Answer, origin: string): Answer {
  const location =
    done.status === 303 && isFormVisit(request) && done.headers.find(([name]) => name === 'location');
  if (!location || new URL(location[1]).origin === origin) return done;
  const page = leadOn(location[1]);
  const headers = done.headers.filter((header) => header !== location);
  return { ...done, ...page, headers: [...headers, ...page.headers] };
}

function finished(request: Request, done: Answer, messages: Messages): Response {
  const answer = wantsJson(request) ? done : forPeople(done);
  return responseOf(request.method === 'HEAD' ? headOf(answer) : answer, messages);
}

async function askAs(
  settings: ServerSettings,
  request: RequestLike,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const jar = jarOf(settings, request);
  // Without a session TMDB would answer as to the owner of the key.
  const glance = peek(settings, await jar.open());
  if (glance) return fetchAs(settings, glance, () => {})(input, init);
  const turn = openTurn(settings, jar, { isPatient: false });
  try {
    await turn.view();
    return await turn.auth.fetch(input, init);
  } finally {
    turn.dispose();
  }
}

async function viewOf(turn: Turn): Promise<ServerView> {
  try {
    return await turn.view();
  } finally {
    turn.dispose();
  }
}

/** Nothing of an error is shown but its failure. */
function failed(error: unknown): Answer {
  if (error instanceof BadRequest) return refuse('bad_request', [], error.message);
  return json({ failure: TmdbAuthError.is(error) ? error.failure : failure('unexpected') });
}
