import { TmdbAuthError } from '../errors.ts';
import type { ServerSettings } from './options.ts';

/** A program or a page's script asked, and will read the answer; else a person's browser is on its way. */
export const wantsJson = ({ headers }: Request) =>
  headers.get('accept')?.includes('application/json') === true;

/**
 * Whether this was asked by a page of the site itself, which only a browser's own headers can say. A form or a script
 * always brings `Origin`, `null` from a page with `Referrer-Policy: no-referrer`; a link does not, and brings
 * `Sec-Fetch-Site`.
 */
export function isSameSite({ headers }: Request, { origin }: ServerSettings): boolean {
  const from = headers.get('origin');
  if (from !== null && from !== 'null') return from === origin;
  return headers.get('sec-fetch-site') === 'same-origin';
}

/** A link may also be typed or kept as a bookmark. Old browsers do not say; a sign-in that only begins harms nobody. */
export function isLinkFromHere({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}

/**
 * The body, or null if it is longer than `maxBody` bytes. It is not read further than that. Rejects with `timeout` if
 * it does not come to an end in time.
 */
export async function readBody(
  request: Request,
  { maxBody, deadline, client }: ServerSettings,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBody) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (request.body) {
    const reader = request.body.getReader();
    let isLate = false;
    const timer = client.clock.setTimeout(() => {
      isLate = true;
      reader.cancel().catch(() => {});
    }, deadline);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        length += value.byteLength;
        if (length > maxBody) {
          reader.cancel().catch(() => {});
          return null;
        }
        chunks.push(value);
      }
    } finally {
      client.clock.clearTimeout(timer);
    }
    if (isLate) throw new TmdbAuthError('timeout');
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** What a form or a script sent, as far as it is text. Null for what is neither. */
export function fieldsOf({ headers }: Request, body: Uint8Array): Record<string, string> | null {
  const text = new TextDecoder().decode(body);
  if (text === '') return {};
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  if (type !== 'application/json') return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => typeof field === 'string' || typeof field === 'boolean')
        .map(([name, field]) => [name, String(field)]),
    );
  } catch {
    return null;
  }
}
