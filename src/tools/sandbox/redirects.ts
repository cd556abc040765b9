/** Redirects by the Fetch standard (fetch.spec.whatwg.org, "HTTP-redirect fetch"). */

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const OF_A_BODY = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
];

/** The redirect limit of `fetch`. */
export const MOST_REDIRECTS = 20;

/** The target of a redirect, or null. */
export function targetOf({ status, headers }: Response, url: string): URL | null {
  const location = REDIRECTS.has(status) ? headers.get('location') : null;
  return location !== null && URL.canParse(location, url) ? new URL(location, url) : null;
}

/** The next request: a copy of the first, or a GET. Credentials are dropped for other origins. */
export function followUp(request: Request, status: number, target: URL): Request {
  const { method } = request;
  const becomesGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST';
  const next = new Request(target, becomesGet ? { ...initOf(request), method: 'GET' } : request);
  if (becomesGet) for (const name of OF_A_BODY) next.headers.delete(name);
  if (target.origin !== new URL(request.url).origin) next.headers.delete('authorization');
  return next;
}

const initOf = ({ headers, signal, redirect }: Request): RequestInit => ({ headers, signal, redirect });
