import { within } from '../../lib/within.ts';
import type { ServerSettings } from './options.ts';

/** A request as frameworks hand it over: a `Request`, or Node's with its plain headers (Express, Fastify, Next pages). */
export interface RequestLike {
  /** The web's `Headers`, or Node's plain object. */
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
}

/** The header `Cookie`. Throws a `TypeError` for what is no request. */
export function cookiesOf(request: RequestLike): string | null {
  const { headers } = (request ?? {}) as Partial<RequestLike>;
  if (typeof headers !== 'object' || headers === null)
    throw new TypeError('tmdb-auth: pass the request: a Request, or whatever has its headers.');
  if (typeof headers.get === 'function') return (headers as Headers).get('cookie');
  const { cookie } = headers as { cookie?: string | string[] };
  return Array.isArray(cookie) ? cookie.join('; ') : (cookie ?? null);
}

/** A program or a page's script asked, and will read the answer; else a person's browser is on its way. */
export const wantsJson = ({ headers }: Request) =>
  headers.get('accept')?.includes('application/json') === true;

/** The type in `Content-Type`, in small letters. No `trim`: it takes more for a space than HTTP does. */
export const typeOf = (headers: Headers) =>
  (/^[^;, \t]*/.exec(headers.get('content-type') ?? '')?.[0] ?? '').toLowerCase();

/**
 * Whether this was asked by a page of the site itself, which only a browser's own headers can say. A form or a script
 * always brings `Origin`, `null` from a page with `Referrer-Policy: no-referrer`; a link does not, and brings
 * `Sec-Fetch-Site`.
 */
export function isSameSite({ headers }: Request, { origin }: Pick<ServerSettings, 'origin'>): boolean {
  const from = headers.get('origin');
  if (from !== null && from !== 'null') return from === origin;
  return headers.get('sec-fetch-site') === 'same-origin';
}

/** A link may also be typed or kept as a bookmark. Old browsers do not say; a sign-in that only begins harms nobody. */
export function isLinkFromHere({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}

/** Headers by which browsers and proxies say that a click has not happened yet. */
const PURPOSES = ['sec-purpose', 'x-sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/**
 * A machine fetches this ahead of a click that may never come: a browser (`rel=prefetch`, speculation rules), a mail
 * program's preview, Next's `<Link>`. Next asks as `RSC` for a click, too, and goes on as a browser does when it is
 * refused.
 */
export const isAhead = ({ headers }: Request): boolean =>
  PURPOSES.some((name) => /prefetch|prerender|preview/i.test(headers.get(name) ?? '')) ||
  headers.has('next-router-prefetch') ||
  headers.has('rsc');

/** A browser goes there with the person. Old browsers and other programs do not say. */
export const isVisit = ({ headers }: Request): boolean =>
  /^(document)?$/.test(headers.get('sec-fetch-dest') ?? '');

/** A form was sent, and the browser shows what comes of it. */
export const isFormVisit = ({ method, headers }: Request): boolean =>
  method === 'POST' && headers.get('sec-fetch-dest') === 'document';

/**
 * The origin at which the browser sees the site, if that is not ours: what the browser says of its own page, else what a
 * proxy says (`X-Forwarded-Host`), if it is the `www.` beside the bare name. Else null. `Host` says nothing, as a proxy may
 * ask us by any name.
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

/** Why there is no body to work with. */
export type NoBody = 'too_large' | 'too_slow' | 'bad_request';

/**
 * The body, which has `bodyTimeout` ms to arrive and may be `maxBody` bytes long. It is not read further than that.
 * `bad_request` where a body was announced and something else has read it.
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

/** What a form or a script sent, as far as it is text. Null for what is neither. */
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
