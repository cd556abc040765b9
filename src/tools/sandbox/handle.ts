import type { Answer } from './answers.ts';
import { answer, BODY_LIMIT, type Site } from './core.ts';
import { createEnding } from './ending.ts';
import { followUp, MOST_REDIRECTS, targetOf } from './redirects.ts';

/** The error of a failed `fetch`: a `TypeError` with Node's error code in `cause`. */
const noAnswer = (code: string) => new TypeError('fetch failed', { cause: { code } });

/** Statuses for which a `Response` allows no body. */
const EMPTY = new Set([204, 205, 304]);

/** Answers a request to any origin. A cut connection becomes `Response.error()`, the network error of the web. */
export async function handle(site: Site, request: Request): Promise<Response> {
  const given = await ask(site, request).catch(() => null);
  return given ? responseOf(given) : Response.error();
}

/**
 * A `fetch` that asks this sandbox without a network, with the same answers, faults, waits and redirects. Requests to
 * other addresses use the global `fetch`.
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
    if (site.closing.isEnded) throw noAnswer('ECONNREFUSED');
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

/** Sets `url` and `redirected` as `fetch` does. */
function seenAs(response: Response, url: string, redirected: boolean): Response {
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
}

/** Null to cut the connection. Rejects once the sandbox closes. */
async function ask(site: Site, request: Request): Promise<Answer | null> {
  if (site.closing.isEnded) return null;
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

/** Rejects when the caller aborts; the request may still take effect. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
