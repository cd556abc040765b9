import { answer, BODY_LIMIT, type Site } from './core.ts';

/** The error of a `fetch` without an answer: a `TypeError`, whose `cause` has the code that Node gives. */
const noAnswer = (code: string) => new TypeError('fetch failed', { cause: { code } });

/** Statuses that a `Response` takes no body for. */
const EMPTY = new Set([204, 205, 304]);

/**
 * `fetch` that asks this sandbox without a network: the same answers, faults and waits. It follows no redirect. Other
 * addresses are asked as usual.
 */
export function createSandboxFetch(site: Site): typeof globalThis.fetch {
  const { fetch } = globalThis;
  return async (input, init) => {
    const request = new Request(input, init);
    const { method, headers, signal } = request;
    const [url = ''] = request.url.split('#');
    if (!url.startsWith(`${site.url()}/`)) return fetch(request);
    signal.throwIfAborted();
    if (site.closing.aborted) throw noAnswer('ECONNREFUSED');
    const answering = answer(site, {
      method,
      target: url.slice(site.url().length),
      authorization: headers.get('authorization') ?? undefined,
      async body() {
        const bytes = await request.arrayBuffer();
        return bytes.byteLength <= BODY_LIMIT ? new TextDecoder().decode(bytes) : null;
      },
      gone: signal,
    }).catch(() => null);
    const given = await orAborted(answering, signal);
    if (!given) throw noAnswer('UND_ERR_SOCKET');
    const { status, text } = given;
    const response = new Response(EMPTY.has(status) ? null : text, { status, headers: given.headers });
    Object.defineProperty(response, 'url', { value: url });
    return response;
  };
}

/** Rejects when the caller leaves; the request may take effect all the same. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
