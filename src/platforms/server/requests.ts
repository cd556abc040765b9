import { within } from '../../lib/within.ts';
import type { ServerSettings } from './options.ts';

/** A request as frameworks hand it over: a `Request`, or Node's with its plain headers (Express, Fastify, Next pages). */
export interface RequestLike {
  /** The web's `Headers`, or Node's plain object. */
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
}

/** The header `Cookie`. Throws a `TypeError` if `request` has no headers. */
export function cookiesOf(request: RequestLike): string | null {
  const { headers } = (request ?? {}) as Partial<RequestLike>;
  if (typeof headers !== 'object' || headers === null)
    throw new TypeError('tmdb-auth: pass the request: a Request, or an object with its headers.');
  if (typeof headers.get === 'function') return (headers as Headers).get('cookie');
  const { cookie } = headers as { cookie?: string | string[] };
  return Array.isArray(cookie) ? cookie.join('; ') : (cookie ?? null);
}

/** Whether a script or a program reads the answer. If not, a browser shows it to a person. */
export const wantsJson = ({ headers }: Request) =>
  headers.get('accept')?.includes('application/json') === true;

/**
 * The media type in `Content-Type`, in lower case. No `trim`: it removes more characters than HTTP allows as spaces.
 */
export const typeOf = (headers: Headers) =>
  (/^[^;, \t]*/.exec(headers.get('content-type') ?? '')?.[0] ?? '').toLowerCase();

/**
 * Whether a page of the site itself sent this, by headers that only the browser can set. A form or a script always
 * sends `Origin` (`null` from a page with `Referrer-Policy: no-referrer`); a link sends `Sec-Fetch-Site` instead.
 */
export function isSameSite({ headers }: Request, { origin }: Pick<ServerSettings, 'origin'>): boolean {
  const from = headers.get('origin');
  if (from !== null && from !== 'null') return from === origin;
  return headers.get('sec-fetch-site') === 'same-origin';
}

/**
 * Whether this is a link of the site, a typed address or a bookmark. Old browsers do not tell: they are let through,
 * as starting a sign-in does no harm.
 */
export function isLinkFromHere({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}

/** Headers in which browsers and proxies announce a prefetch. */
const PURPOSES = ['sec-purpose', 'x-sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/**
 * Whether this is fetched before a click that may never happen: by a browser (`rel=prefetch`, speculation rules), a
 * mail program's preview, or Next's `<Link>`. Next sends `RSC` for a real click, too; refused, it navigates as a
 * browser does.
 */
export const isPrefetch = ({ headers }: Request): boolean =>
  PURPOSES.some((name) => /prefetch|prerender|preview/i.test(headers.get(name) ?? '')) ||
  headers.has('next-router-prefetch') ||
  headers.has('rsc');

/** Whether a browser navigates to this address. Old browsers and other programs do not tell and count as such. */
export const isNavigation = ({ headers }: Request): boolean =>
  /^(document)?$/.test(headers.get('sec-fetch-dest') ?? '');

/** Whether a form was submitted, so that the browser shows the answer. */
export const isFormNavigation = ({ method, headers }: Request): boolean =>
  method === 'POST' && headers.get('sec-fetch-dest') === 'document';

/**
 * The origin at which the browser sees the site, if it differs from `origin`, else null. Taken from the browser's
 * headers about its own page, else from a proxy's `X-Forwarded-Host` if that differs only by `www.`. `Host` is not
 * used: a proxy may call this server by any name.
 */
export function otherOriginOf(
  { headers }: Request,
  { origin }: Pick<ServerSettings, 'origin'>,
): string | null {
  if (headers.get('sec-fetch-site') === 'same-origin') {
    const page = originIn(headers.get('origin')) ?? originIn(headers.get('referer'));
    if (page !== null) return page === origin ? null : page;
  }
  const { protocol, host: own } = new URL(origin);
  const host = headers.get('x-forwarded-host')?.split(',')[0]?.toLowerCase() ?? '';
  return host === `www.${own}` || own === `www.${host}` ? `${protocol}//${host}` : null;
}

const originIn = (header: string | null): string | null =>
  header !== null && URL.canParse(header) && /^https?:/.test(header) ? new URL(header).origin : null;

/** Why the body cannot be used. */
export type NoBody = 'too_large' | 'too_slow' | 'bad_request';

/**
 * Reads the body, at most `maxBody` bytes within `bodyTimeout` ms. `bad_request` if a body was announced but other
 * code has already read it.
 */
export async function readBody(
  request: Request,
  { maxBody, bodyTimeout, client }: ServerSettings,
): Promise<ArrayBuffer | NoBody> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBody) return 'too_large';
  if (request.bodyUsed) return 'bad_request';
  const reader = request.body?.getReader();
  if (!reader) return announced > 0 ? 'bad_request' : new ArrayBuffer(0);
  const read = async (): Promise<ArrayBuffer | NoBody> => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > maxBody) return 'too_large';
      chunks.push(value);
    }
    if (length === 0 && announced > 0) return 'bad_request';
    return new Blob(chunks).arrayBuffer();
  };
  const body = await within(client.clock, bodyTimeout, read).catch((error): NoBody => {
    return error?.code === 'timeout' ? 'too_slow' : 'bad_request';
  });
  if (typeof body === 'string') reader.cancel().catch(() => {});
  return body;
}

/** The text fields of a form or of JSON. Null for any other body. */
export async function fieldsOf(
  { headers }: Request,
  body: ArrayBuffer,
): Promise<Record<string, string> | null> {
  if (body.byteLength === 0) return {};
  try {
    switch (typeOf(headers)) {
      case 'application/x-www-form-urlencoded':
        return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
      case 'multipart/form-data': {
        const type = headers.get('content-type') ?? '';
        return textsOf(await new Response(body, { headers: { 'content-type': type } }).formData());
      }
      case 'application/json': {
        const value: unknown = JSON.parse(new TextDecoder().decode(body));
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
        return textsOf(Object.entries(value));
      }
      default:
        return null;
    }
  } catch {
    return null;
  }
}

const textsOf = (entries: Iterable<[string, unknown]>) =>
  Object.fromEntries(
    [...entries]
      .filter(([, field]) => typeof field === 'string' || typeof field === 'boolean')
      .map(([name, field]) => [name, String(field)]),
  );
