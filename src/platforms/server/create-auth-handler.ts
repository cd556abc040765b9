import { type AuthView, failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { localized, localizing, type Messages } from '../../lib/messages.ts';
import { type Answer, forPeople, headOf, json, refuse, responseOf } from './answer.ts';
import { createAnswering, health, jarOf, type Progress } from './answering.ts';
import { type Arrival, createJudge } from './arrival.ts';
import { createGate } from './gate.ts';
import { createNotes } from './notes.ts';
import {
  type AuthHandlerOptions,
  type HandlerEvent,
  type ServerSettings,
  serverSettingsOf,
} from './options.ts';
import { continuePage } from './pages.ts';
import { createAllowList } from './proxy.ts';
import { openClient, type RequestClient, type ServerView } from './request-client.ts';
import { isFormNavigation, type RequestLike, readBody, wantsJson } from './requests.ts';
import { BadRequest } from './route-call.ts';
import { fetchAs, settledIn } from './settled.ts';

/** Answers every request below its base path. Never rejects. Its methods need no `this`. */
export interface AuthHandler {
  /** Answers one request. */
  (request: Request): Promise<Response>;
  /**
   * The view for this request, for pages rendered on the server. Takes a `Request`, or any object with its `headers`:
   * the request of Express, Fastify or Next. If the store cannot be read, nobody is signed in and the failure is
   * `storage_unavailable`.
   */
  view(request: RequestLike): Promise<AuthView>;
  /**
   * `fetch` with the key and the session of this request's user, for pages rendered on the server: any path of TMDB.
   * Takes the same `input` as `TmdbAuth.fetch`, and rejects with the same errors.
   */
  fetch(request: RequestLike, input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Refuses new requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

/**
 * Signs a site's users in on the server: key and session never reach the browser. Standard `Request` and `Response`,
 * any number of instances. Throws `invalid_credentials`, or a `TypeError` for an invalid option. If `options` is a
 * function, it is called at the first request, for builds that have no secrets yet (`next build`).
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
  // Invalid options throw at once.
  if (typeof options !== 'function') parts();

  const handle = async (request: Request): Promise<Response> => {
    let known: Parts;
    try {
      known = parts();
    } catch (error) {
      // Only the server's log may name the invalid option.
      console.error(error);
      return finished(request, failed(null), {});
    }
    const { settings, judge, answering } = known;
    const { clock } = settings.client;
    const startedAt = clock.now();
    const event: Progress = { route: null, states: [], tmdbRequests: 0, deviceCode: null };

    /** Reads the body first: a slow upload takes no place from requests that are being handled. */
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
      const judged = judge(request);
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
    // A listener must not change or delay the answer.
    Promise.resolve(seen)
      .then(settings.onEvent)
      .catch(() => {});
    return finished(request, withContinuePage(request, done, settings.origin), settings.client.messages);
  };

  return Object.assign(handle, {
    async view(request: RequestLike): Promise<AuthView> {
      const { settings } = parts();
      const jar = jarOf(settings, request);
      // If the store cannot be read, the machine reports the failure.
      const settled = await jar.open().then(
        (text) => settledIn(settings, text),
        () => null,
      );
      const seen = settled?.view ?? (await viewOf(openClient(settings, jar, { isPatient: false })));
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

/** The parts of a handler, made from its options. */
interface Parts {
  settings: ServerSettings;
  judge: ReturnType<typeof createJudge>;
  answering: ReturnType<typeof createAnswering>;
}

function partsOf(options: AuthHandlerOptions): Parts {
  const settings = serverSettingsOf(options);
  return {
    settings,
    judge: createJudge(settings, createAllowList(settings.proxy)),
    answering: createAnswering(settings, createNotes(settings)),
  };
}

const READ_ALREADY =
  'Other code has already read the body. Mount the handler before body parsers, or see docs/server.md.';

/** Replaces a form's redirect to another origin by a page, as `form-action 'self'` would block it. */
function withContinuePage(request: Request, done: Answer, origin: string): Answer {
  const location =
    done.status === 303 && isFormNavigation(request) && done.headers.find(([name]) => name === 'location');
  if (!location || new URL(location[1]).origin === origin) return done;
  const page = continuePage(location[1]);
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
  // Rejects if the record cannot be read: without a session TMDB would answer as the key's owner.
  const settled = settledIn(settings, await jar.open());
  if (settled) return fetchAs(settings, settled, () => {})(input, init);
  const client = openClient(settings, jar, { isPatient: false });
  try {
    await client.view();
    return await client.auth.fetch(input, init);
  } finally {
    client.dispose();
  }
}

async function viewOf(client: RequestClient): Promise<ServerView> {
  try {
    return await client.view();
  } finally {
    client.dispose();
  }
}

/** Shows only the failure of an error. */
function failed(error: unknown): Answer {
  if (error instanceof BadRequest) return refuse('bad_request', [], error.message);
  return json({ failure: TmdbAuthError.is(error) ? error.failure : failure('unexpected') });
}
