import type { Answer } from './answers.ts';
import { answer, BODY_LIMIT, type Site } from './core.ts';
import { createEnding } from './ending.ts';
import { followUp, MOST_REDIRECTS, targetOf } from './redirects.ts';

/** The error of a `fetch` without an answer: a `TypeError`, whose `cause` has the code that Node gives. */
const noAnswer = (code: string) => new TypeError('fetch failed', { cause: { code } });

/** Statuses that a `Response` takes no body for. */
const EMPTY = new Set([204, 205, 304]);

/** Answers a request to any origin. A connection that is to be cut is `Response.error()`, the web's network error. */
export async function handle(site: Site, request: Request): Promise<Response> {
  const given = await ask(site, request).catch(() => null);
  return given ? responseOf(given) : Response.error();
}

/**
 * `fetch` that asks this sandbox without a network: the same answers, faults, waits and redirects. Other addresses are
 * asked as usual.
 */
export function createSandboxFetch(site: Site): typeof globalThis.fetch {
  const { fetch } = globalThis;

  async function send(request: Request, redirects: number): Promise<Response> {
    const { signal, redirect } = request;
    const [url = ''] = request.url.split('#');
    if (!url.startsWith(`${site.url()}/`)) {
      const elsewhere = await fetch(request);
      return redirects > 0 ? seenAs(elsewhere, elsewhere.url, true) : elsewhere;
    }
    signal.throwIfAborted();
    if (site.closing.isOver) throw noAnswer('ECONNREFUSED');
    const again = request.clone();
    const given = await orAborted(
      ask(site, request).catch(() => null),
      signal,
    );
    if (!given) throw noAnswer('UND_ERR_SOCKET');
    const response = responseOf(given);
    const target = redirect === 'manual' ? null : targetOf(response, url);
    if (!target) return seenAs(response, url, redirects > 0);
    if (redirect === 'error')
      throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
    if (redirects === MOST_REDIRECTS)
      throw new TypeError('fetch failed', { cause: new Error('redirect count exceeded') });
    return send(followUp(again, response.status, target), redirects + 1);
  }

  return (input, init) => send(new Request(input, init), 0);
}

/** As a `fetch` would tell of it. */
function seenAs(response: Response, url: string, redirected: boolean): Response {
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
}

/** Null where the connection is to be cut. Rejects once the sandbox closes. */
async function ask(site: Site, request: Request): Promise<Answer | null> {
  if (site.closing.isOver) return null;
  const { method, headers, signal } = request;
  const { host, pathname, search } = new URL(request.url);
  const gone = createEnding();
  if (signal.aborted) gone.end();
  signal.addEventListener('abort', gone.end);
  try {
    return await answer(site, {
      method,
      target: pathname + search,
      host,
      header: (name) => headers.get(name) ?? undefined,
      async body() {
        const bytes = await request.arrayBuffer();
        return bytes.byteLength <= BODY_LIMIT ? new TextDecoder().decode(bytes) : null;
      },
      gone,
    });
  } finally {
    signal.removeEventListener('abort', gone.end);
  }
}

function responseOf({ status, headers, text }: Answer): Response {
  return new Response(EMPTY.has(status) ? null : text, { status, headers });
}

/** Rejects when the caller leaves; the request may take effect all the same. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
