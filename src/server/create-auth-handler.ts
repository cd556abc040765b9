import { type AuthView, failure } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { type Answer, forPeople, json, refuse, responseOf } from './answer.ts';
import { createAnswering, jarOf, type Noted } from './answering.ts';
import { createGate } from './gate.ts';
import { type AuthHandlerOptions, type HandlerEvent, serverSettingsOf } from './options.ts';
import { fetchAs, peek } from './peek.ts';
import { wantsJson } from './requests.ts';
import { BadRequest } from './routes.ts';
import { openTurn, type ServerView, type Turn } from './turn.ts';

/** Answers every request below its base path. Needs no `this`. Never rejects. */
export interface AuthHandler {
  /** Answers one request. */
  (request: Request): Promise<Response>;
  /**
   * Who sent this request, for pages that are made on the server. Where the store cannot be read it is nobody, with the
   * failure `storage_unavailable`.
   */
  view(request: Request): Promise<AuthView>;
  /**
   * `fetch` as whoever sent this request, for pages that are made on the server: any path of TMDB, with key and
   * session. Rejects as `TmdbAuth.fetch` does.
   */
  fetch(request: Request, path: string, init?: RequestInit): Promise<Response>;
  /** Takes no new requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

/**
 * Signs users of a site in, on the server: key and session never reach the browser. Standard `Request` and `Response`,
 * any number of instances, nothing kept between two requests. Throws `invalid_credentials`, or a `TypeError` for an
 * option that cannot be right.
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
export function createAuthHandler(options: AuthHandlerOptions): AuthHandler {
  const settings = serverSettingsOf(options);
  const gate = createGate(settings.maxConcurrent);
  const answer = createAnswering(settings, gate);
  const { clock } = settings.client;

  const handle = async (request: Request): Promise<Response> => {
    const startedAt = clock.now();
    const event: Noted = { route: null, states: [], tmdbRequests: 0 };
    const answered = await gate.pass(() => answer(request, event).catch(failed));
    const done = answered ?? refuse('busy');
    const seen: HandlerEvent = {
      ...event,
      method: request.method,
      status: done.status,
      startedAt,
      durationMs: clock.now() - startedAt,
      failure: done.failure ?? null,
      refused: done.refused ?? null,
    };
    // Whoever listens must not decide what is answered, nor when.
    Promise.resolve(seen)
      .then(settings.onEvent)
      .catch(() => {});
    return responseOf(wantsJson(request) ? done : forPeople(done));
  };

  return Object.assign(handle, {
    async view(request: Request): Promise<AuthView> {
      const jar = jarOf(settings, request);
      // Where it cannot be read, the machine says so.
      const glance = await jar.open().then(
        (text) => peek(settings, text),
        () => null,
      );
      const seen = glance?.view ?? (await viewOf(openTurn(settings, jar, { isPatient: false })));
      const { at: _at, facts: _facts, approvalUrl: _approvalUrl, ...view } = seen;
      return view;
    },
    async fetch(request: Request, path: string, init?: RequestInit): Promise<Response> {
      const jar = jarOf(settings, request);
      // Without a session TMDB would answer as to the owner of the key.
      const glance = peek(settings, await jar.open());
      if (glance) return fetchAs(settings, glance, () => {})(path, init);
      const turn = openTurn(settings, jar, { isPatient: false });
      try {
        await turn.view();
        return await turn.auth.fetch(path, init);
      } finally {
        turn.dispose();
      }
    },
    close: gate.close,
  });
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
  const known = TmdbAuthError.is(error) ? error.failure : failure('unexpected');
  return { ...json({ failure: known } as ServerView), body: JSON.stringify({ failure: known }) };
}
