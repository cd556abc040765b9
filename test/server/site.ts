import { onTestFinished } from 'vitest';
import type { ServerView } from '../../src/platforms/server/index.ts';
import {
  type AuthHandler,
  type AuthHandlerOptions,
  createAuthHandler,
  type HandlerEvent,
} from '../../src/platforms/server/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/tools/sandbox/index.ts';
import { tokenIn } from '../support/approval.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { nearby } from '../support/settings.ts';
import { runTime } from '../support/time.ts';

export const ORIGIN = 'https://films.example';
export const SECRET = 'a-secret-of-this-test-that-is-long-enough';

export interface Site {
  tmdb: Sandbox;
  clock: TestClock;
  /** Every request that was answered. */
  events: HandlerEvent[];
  /** One more instance of the handler. */
  instance(options?: Partial<AuthHandlerOptions>): AuthHandler;
  /** A new browser that uses this instance. */
  browser(handler?: AuthHandler): Browser;
  /** Runs the simulated clock until `work` is done. */
  whileTimeRuns<T>(work: Promise<T>, leap?: number): Promise<T>;
}

/** A site with a handler, and a local TMDB, on one simulated clock. */
export async function createSite(
  options: Partial<AuthHandlerOptions> = {},
  sandbox: SandboxOptions = {},
): Promise<Site> {
  const clock = createTestClock();
  const tmdb = await startSandbox({ now: clock.now, ...sandbox });
  onTestFinished(() => tmdb.close());
  const events: HandlerEvent[] = [];
  const instance = (changed: Partial<AuthHandlerOptions> = {}) =>
    createAuthHandler({
      ...nearby(tmdb),
      origin: ORIGIN,
      secrets: [SECRET],
      clock,
      // The simulated clock stands still; the budget has its own tests.
      requestsPerSecond: Number.POSITIVE_INFINITY,
      onWarning: () => {},
      onEvent: (event) => events.push(event),
      ...options,
      ...changed,
    });
  const first = instance();
  return {
    tmdb,
    clock,
    events,
    instance,
    browser: (handler = first) => createBrowser(handler),
    async whileTimeRuns(work, leap) {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      const tick = runTime(tmdb, clock, leap);
      while (!isDone) await tick();
      return done;
    },
  };
}

export interface Browser {
  /** The cookies it keeps, as it would send them. */
  cookies: Map<string, string>;
  /** Every `Set-Cookie` header it has received. */
  given: string[];
  /** Follows a link on the site. */
  follow(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Submits a form of the site. */
  submit(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** Sends a request by a script of the site. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same; resolves to the view in the answer. */
  tell(method: string, path: string, body?: unknown): Promise<ServerView>;
  session(): Promise<ServerView>;
  /** Sends any request, with the browser's cookies. */
  send(request: Request): Promise<Response>;
  at(handler: AuthHandler): Browser;
}

export function createBrowser(
  handler: AuthHandler,
  cookies = new Map<string, string>(),
  given: string[] = [],
): Browser {
  const send = async (request: Request) => {
    const headers = new Headers(request.headers);
    if (cookies.size > 0 && !headers.has('cookie')) {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await handler(new Request(request, { headers }));
    for (const line of response.headers.getSetCookie()) {
      given.push(line);
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (attributes.some((attribute) => attribute.trim() === 'Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const ask: Browser['ask'] = (method, path, body, headers = {}) =>
    send(
      new Request(ORIGIN + path, {
        method,
        headers: {
          accept: 'application/json',
          'sec-fetch-site': 'same-origin',
          ...(method !== 'GET' && { origin: ORIGIN }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  const tell: Browser['tell'] = async (method, path, body) =>
    (await (await ask(method, path, body)).json()) as ServerView;
  return {
    cookies,
    given,
    follow: (path, headers = { 'sec-fetch-site': 'same-origin' }) =>
      send(new Request(new URL(path, ORIGIN), { headers: { accept: 'text/html', ...headers } })),
    submit: (path, fields = {}, headers = {}) =>
      send(
        new Request(ORIGIN + path, {
          method: 'POST',
          body: new URLSearchParams(fields),
          headers: { accept: 'text/html', origin: ORIGIN, ...headers },
        }),
      ),
    ask,
    tell,
    session: () => tell('GET', '/auth/session'),
    send,
    at: (other) => createBrowser(other, cookies, given),
  };
}

/** The address of a redirect. */
export const locationOf = (response: Response) => new URL(response.headers.get('location') ?? 'missing:');

/** The address to which TMDB sends the user back. */
export function wayBack(approvalUrl: URL, answer: 'approved' | 'denied'): string {
  const back = new URL(approvalUrl.searchParams.get('redirect_to') ?? 'missing:');
  back.searchParams.set('request_token', tokenIn(approvalUrl));
  back.searchParams.set(answer, 'true');
  return back.href;
}

/** A whole v3 sign-in by links. Resolves to the last answer. */
export async function signIn(site: Site, browser: Browser, path = '/auth/login'): Promise<Response> {
  const approval = locationOf(await browser.follow(path));
  site.tmdb.approve(tokenIn(approval));
  return browser.follow(wayBack(approval, 'approved'), { 'sec-fetch-site': 'cross-site' });
}
